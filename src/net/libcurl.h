/*
 * libcurl, loaded when it is first needed. It brings thirty other libraries,
 * and they took a third of the time of a `winepair pair` that fetches nothing.
 * So it is not linked in: net/ calls curl.easy_init() for curl_easy_init(), and
 * so on. Private to this folder.
 */
#ifndef NET_LIBCURL_H
#define NET_LIBCURL_H

#include <curl/curl.h>

#include "base/base.h"

struct libcurl {
#define F(name) __typeof__(curl_##name) *name;
#include "net/libcurl.def"
#undef F
};

/* Empty until net_ready() has returned 0. Nothing looks at the types of what
 * curl.easy_setopt() is given: long for numbers, curl_off_t for the _LARGE. */
extern struct libcurl curl;

/* Fill it from that shared library. What net_ready() is made of. */
int libcurl_open(const char *file, struct err *e);
/* curl_global_init(), with memory that is wiped whenever libcurl gives it
 * back: it copies headers, and headers hold keys. 0 on success. */
int libcurl_init(void);

#endif
