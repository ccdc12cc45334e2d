/*
 * Every name is looked up at once, and so is all that libcurl itself needs
 * (RTLD_NOW): a library that does not fit is told of before anything is
 * fetched. It is never unloaded.
 *
 * What is sent passes through libcurl's memory: lists of headers, the request
 * as it is written, the body. All that is wiped when it is given back, since
 * there is no other way to get at every copy.
 */
#include "config.h"

#include "net/libcurl.h"

#include <dlfcn.h>
#include <malloc.h>
#include <sodium.h>

#include "net/net.h"

struct libcurl curl;

int libcurl_open(const char *file, struct err *e)
{
	static const char *const names[] = {
#define F(name) "curl_" #name,
#include "net/libcurl.def"
#undef F
	};
	void *found[ARRAY_LEN(names)], *lib = dlopen(file, RTLD_NOW);
	size_t i = 0;

	_Static_assert(sizeof(found) == sizeof(curl), "one pointer a name");
	while (lib && i < ARRAY_LEN(names) && (found[i] = dlsym(lib, names[i])))
		i++;
	if (i < ARRAY_LEN(names))
		return err_set(e, REASON_SYSTEM,
			"links need libcurl, which cannot be loaded: %s",
			dlerror());
	memcpy(&curl, found, sizeof(curl));
	return 0;
}

int net_ready(struct err *e)
{
	return curl.url ? 0 : libcurl_open(LIBCURL_SONAME, e);
}

/* ---- memory ---- */

static void wiping_free(void *p)
{
	if (p)
		sodium_memzero(p, malloc_usable_size(p));
	free(p);
}

static void *wiping_realloc(void *p, size_t size)
{
	size_t had = p ? malloc_usable_size(p) : 0;
	void *new = malloc(size);

	if (!new)
		return NULL;
	if (p)
		memcpy(new, p, had < size ? had : size);
	wiping_free(p);
	return new;
}

int libcurl_init(void)
{
	return curl.global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wiping_free,
		wiping_realloc, strdup, calloc);
}

const char *net_library(void)
{
	return curl.version_info(CURLVERSION_NOW)->version;
}
