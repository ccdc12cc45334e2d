/*
 * The public face of base/: the layer below everything. Other folders include
 * this one header. It knows nothing of wine, HTTP or databases.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/ascii.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fdio.h"
#include "base/filetype.h"
#include "base/id.h"
#include "base/jsonio.h"
#include "base/log.h"
#include "base/num.h"
#include "base/percent.h"
#include "base/sbuf.h"
#include "base/text.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#include "base/banned.h"

#endif
