/*
 * JSON by json-c, with the limits and the manners we want everywhere: depth at
 * most 32, valid UTF-8 only, one value and nothing behind it. A json_object is
 * owned by whoever got it (json_object_put); what is added to a parent belongs
 * to the parent.
 */
#ifndef BASE_JSONIO_H
#define BASE_JSONIO_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sbuf.h"

#define JSON_DEPTH 32

/* Parse len bytes; NULL and e (reason: bad-request) when they are not JSON.
 * The JSON text `null` is an error too: no caller wants it. */
json_object *json_read(const char *text, size_t len, struct err *e);
void json_write(json_object *o, struct sbuf *out); /* compact, / unescaped */
void json_write_pretty(json_object *o, struct sbuf *out);

/* Members of an object: NULL / fallback when absent or of another type. */
const char *json_str(json_object *o, const char *key);	/* owned by o */
json_object *json_arr(json_object *o, const char *key); /* owned by o */
json_object *json_obj(json_object *o, const char *key); /* owned by o */
int64_t json_int(json_object *o, const char *key, int64_t fallback);
double json_num(json_object *o, const char *key, double fallback);

void json_put_str(
	json_object *o, const char *key, const char *s); /* NULL: null */
void json_put_int(json_object *o, const char *key, int64_t v);
/* At most two decimals, written as short as possible: 4, 4.5, 4.25. */
void json_put_num(json_object *o, const char *key, double v);
/* Millionths of a dollar as dollars, to the last of them: 0.00123. Below 0,
 * not known: null. */
void json_put_usd(json_object *o, const char *key, int64_t micro);

#endif
