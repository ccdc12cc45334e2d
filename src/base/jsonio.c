#include "base/jsonio.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

json_object *json_read(const char *text, size_t len, struct err *e)
{
	json_tokener *tok;
	json_object *o = NULL;
	size_t end;

	if (len > INT32_MAX) {
		err_set(e, REASON_TOO_LARGE, "JSON of %zu bytes", len);
		return NULL;
	}
	if (!text_valid(text, len)) {
		err_set(e, REASON_BAD_REQUEST, "JSON is not valid UTF-8");
		return NULL;
	}
	tok = json_tokener_new_ex(JSON_DEPTH);
	if (!tok)
		fatalx("out of memory (JSON)");
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	o = json_tokener_parse_ex(tok, text, (int)len);
	/* a bare number ends only with the input: tell it so */
	if (!o && json_tokener_get_error(tok) == json_tokener_continue)
		o = json_tokener_parse_ex(tok, " ", 1);
	if (json_tokener_get_error(tok) != json_tokener_success || !o) {
		err_set(e, REASON_BAD_REQUEST, "JSON: %s at byte %zu",
			json_tokener_error_desc(json_tokener_get_error(tok)),
			json_tokener_get_parse_end(tok));
		json_object_put(o);
		o = NULL;
		goto out;
	}
	for (end = json_tokener_get_parse_end(tok); end < len; end++) {
		if (strchr(" \t\r\n", text[end]))
			continue;
		err_set(e, REASON_BAD_REQUEST,
			"JSON: something follows the value at byte %zu", end);
		json_object_put(o);
		o = NULL;
		break;
	}
out:
	json_tokener_free(tok);
	return o;
}

static void write_flags(json_object *o, struct sbuf *out, int flags)
{
	size_t len;
	const char *s = json_object_to_json_string_length(
		o, flags | JSON_C_TO_STRING_NOSLASHESCAPE, &len);

	if (!s)
		fatalx("out of memory (JSON)");
	sbuf_add(out, s, len);
}

void json_write(json_object *o, struct sbuf *out)
{
	write_flags(o, out, JSON_C_TO_STRING_PLAIN);
}

void json_write_pretty(json_object *o, struct sbuf *out)
{
	write_flags(o, out, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
}

static json_object *member(json_object *o, const char *key, json_type type)
{
	json_object *v;

	if (!json_object_is_type(o, json_type_object) ||
		!json_object_object_get_ex(o, key, &v) ||
		!json_object_is_type(v, type))
		return NULL;
	return v;
}

const char *json_str(json_object *o, const char *key)
{
	json_object *v = member(o, key, json_type_string);

	return v ? json_object_get_string(v) : NULL;
}

json_object *json_arr(json_object *o, const char *key)
{
	return member(o, key, json_type_array);
}

json_object *json_obj(json_object *o, const char *key)
{
	return member(o, key, json_type_object);
}

int64_t json_int(json_object *o, const char *key, int64_t fallback)
{
	json_object *v = member(o, key, json_type_int);

	return v ? json_object_get_int64(v) : fallback;
}

double json_num(json_object *o, const char *key, double fallback)
{
	json_object *v = member(o, key, json_type_double);

	if (!v)
		v = member(o, key, json_type_int);
	return v ? json_object_get_double(v) : fallback;
}

void json_put_str(json_object *o, const char *key, const char *s)
{
	json_object_object_add(o, key, s ? json_object_new_string(s) : NULL);
}

void json_put_int(json_object *o, const char *key, int64_t v)
{
	json_object_object_add(o, key, json_object_new_int64(v));
}

static json_object *short_number(double v)
{
	double cents = round(v * 100);
	char text[40];

	if (fmod(cents, 100) == 0)
		return json_object_new_int64((int64_t)(cents / 100));
	(void)snprintf(text, sizeof(text),
		fmod(cents, 10) == 0 ? "%.1f" : "%.2f", cents / 100);
	return json_object_new_double_s(cents / 100, text);
}

void json_put_num(json_object *o, const char *key, double v)
{
	json_object_object_add(o, key, short_number(v));
}

void json_put_usd(json_object *o, const char *key, int64_t micro)
{
	char text[40];
	size_t len;

	if (micro < 0) {
		json_object_object_add(o, key, NULL);
		return;
	}
	(void)snprintf(text, sizeof(text), "%" PRId64 ".%06" PRId64,
		micro / 1000000, micro % 1000000);
	for (len = strlen(text); text[len - 1] == '0'; len--)
		;
	if (text[len - 1] == '.')
		len--;
	text[len] = '\0';
	json_object_object_add(
		o, key, json_object_new_double_s((double)micro / 1e6, text));
}
