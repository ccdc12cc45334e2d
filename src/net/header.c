/*
 * Header lines of answers, read one at a time: they come from outside, and
 * libcurl promises no more than that each ends with the line.
 */
#include "config.h"

#include "net/internal.h"

#define RETRY_MAX_MS ((int64_t)365 * 24 * 3600 * 1000)

const char *header_value(
	const char *line, size_t len, const char *name, size_t *value_len)
{
	size_t at = strlen(name), end = len;

	if (len <= at || line[at] != ':' || !text_ascii_prefix(line, len, name))
		return NULL;
	for (at++; at < end && (line[at] == ' ' || line[at] == '\t'); at++)
		;
	while (end > at && (unsigned char)line[end - 1] <= ' ')
		end--;
	*value_len = end - at;
	return line + at;
}

void header_keep(char *out, size_t size, const char *v, size_t len)
{
	(void)snprintf(out, size, "%.*s", (int)(len < size ? len : size), v);
}

int header_encoding_fits(const char *v, size_t len)
{
	char name[16];

	header_keep(name, sizeof(name), v, len);
	return !len || text_ascii_caseeq(name, "gzip") ||
	       text_ascii_caseeq(name, "x-gzip") ||
	       text_ascii_caseeq(name, "identity");
}

int64_t header_retry_ms(const char *v, int64_t now)
{
	double seconds;
	int64_t ms;

	if (!*v)
		return -1;
	if (num_double(v, strlen(v), 0, INT32_MAX, &seconds) == 0) {
		ms = (int64_t)(seconds * 1000);
	} else {
		ms = (int64_t)curl.getdate(v, NULL) * 1000;
		if (ms < 0) /* before 1970, or no date at all */
			return -1;
		ms -= now;
	}
	return ms < 0 ? 0 : ms > RETRY_MAX_MS ? RETRY_MAX_MS : ms;
}
