#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/clock.h"

static char process[32];
static char request[40] = "-";
static enum log_level threshold = LOG_LEVEL_INFO;

static const char *const level_names[] = { "debug", "info", "warn", "error" };

void log_process(const char *name)
{
	(void)snprintf(process, sizeof(process), "%s", name);
}

void log_request(const char *id)
{
	(void)snprintf(request, sizeof(request), "%s", id ? id : "-");
}

void log_threshold(enum log_level lowest)
{
	threshold = lowest;
}

/* One write() a line, so that lines of several processes never mix. */
static void __attribute__((format(printf, 3, 0)))
emit(enum log_level level, int err, const char *fmt, va_list ap)
{
	char text[768], line[2048], when[CLOCK_RFC3339_SIZE];
	size_t len, i;
	ssize_t ignored;

	if (level < threshold)
		return;
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	if (process[0]) {
		clock_rfc3339(clock_wall_ms(), when);
		len = (size_t)snprintf(line, sizeof(line), "%s %s %s %s ", when,
			level_names[level], process, request);
	} else {
		len = (size_t)snprintf(line, sizeof(line), "winepair: ");
	}
	for (i = 0; text[i] && len < sizeof(line) - 200; i++) {
		if (ascii_is_control(text[i]))
			len += (size_t)snprintf(line + len, sizeof(line) - len,
				"\\x%02x", (unsigned char)text[i]);
		else
			line[len++] = text[i];
	}
	if (err)
		len += (size_t)snprintf(line + len, sizeof(line) - len - 1,
			": %.100s", strerror(err));
	line[len++] = '\n';
	ignored = write(STDERR_FILENO, line, len);
	(void)ignored;
}

#define EMIT(level, err)                    \
	do {                                \
		int saved_ = errno;         \
		va_list ap_;                \
		va_start(ap_, fmt);         \
		emit(level, err, fmt, ap_); \
		va_end(ap_);                \
		errno = saved_;             \
	} while (0)

void log_debug(const char *fmt, ...)
{
	EMIT(LOG_LEVEL_DEBUG, 0);
}

void log_info(const char *fmt, ...)
{
	EMIT(LOG_LEVEL_INFO, 0);
}

void log_warn(const char *fmt, ...)
{
	EMIT(LOG_LEVEL_WARN, saved_);
}

void log_warnx(const char *fmt, ...)
{
	EMIT(LOG_LEVEL_WARN, 0);
}

void fatal(const char *fmt, ...)
{
	EMIT(LOG_LEVEL_ERROR, saved_);
	exit(1);
}

void fatalx(const char *fmt, ...)
{
	EMIT(LOG_LEVEL_ERROR, 0);
	exit(1);
}

void log_bug_at(const char *file, int line, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_warnx("bug at %s:%d: %s", file, line, text);
	abort();
}
