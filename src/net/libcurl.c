/*
 * Every name is looked up at once, and so is all that libcurl itself needs
 * (RTLD_NOW): a library that does not fit is told of before anything is
 * fetched. It is never unloaded.
 */
#include "config.h"

#include "net/libcurl.h"

#include <dlfcn.h>

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
