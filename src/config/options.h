/* The table of settings, and what a row of it says. Private to this folder. */
#ifndef CONFIG_OPTIONS_H
#define CONFIG_OPTIONS_H

#include <stddef.h>

#include "config/config.h"

enum option_type {
	OPT_TEXT,
	OPT_PATH,
	OPT_URL,
	OPT_INT,
	OPT_ALLOW,
	OPT_LEVEL,
	OPT_SERVICE,   /* the base URL of a service; may be empty */
	OPT_FILE,      /* a path from /; may be empty */
	OPT_PRICE,     /* dollars a million tokens, in and out: "1/5" */
	OPT_MONEY,     /* dollars, kept as millionths */
	OPT_PROVIDERS, /* a list of names */
};

struct option {
	const char *name;
	enum option_type type;
	size_t offset;	      /* in struct config */
	int64_t min, max;     /* OPT_INT */
	const char *fallback; /* a path without a slash first: see data_dir() */
	const char *help;
};

#define AT(field) offsetof(struct config, field)

extern const struct option config_options[];
extern const size_t config_n_options;

#endif
