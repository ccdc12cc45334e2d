/* The one place that turns an error into a page or a problem document. */
#ifndef WEB_ERROR_H
#define WEB_ERROR_H

#include "web/exchange.h"

/* Fills x->w, whatever it held before, and writes what there is to log. */
void error_answer(struct exchange *x, const struct err *e);
/* Headers that every answer with this error has (Retry-After, Allow …). */
void error_headers(struct exchange *x, const struct err *e);
/* What err.msg is for, at a level that fits the status. */
void error_log(const struct err *e);

#endif
