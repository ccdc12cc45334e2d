/* A pairing for a person. */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "base/base.h"

/* The document of `pair --json`, on standard output; CLI_FINE or CLI_FAILED. */
int cli_show_pairing(json_object *doc);

#endif
