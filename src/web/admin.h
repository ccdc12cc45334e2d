/* Who is the operator: by a token, or by a cookie that a token gave. */
#ifndef WEB_ADMIN_H
#define WEB_ADMIN_H

#include "web/exchange.h"

/* What is known of the last so many days is shown. */
#define ADMIN_DAYS 30

/* 0 when this request carries the cookie (or, with the other, the token in
 * Authorization: Bearer); else not-admin, or admin-off when there is no token.
 * An answer that hangs on it is to be kept by nobody (Cache-Control). */
int admin_by_cookie(struct exchange *x, struct err *e);
int admin_by_bearer(struct exchange *x, struct err *e);
/* Is it the token? Takes as long whatever it is. A token that is too short
 * (ADMIN_TOKEN_MIN) is nobody's. A wrong one is logged with where it came
 * from. */
int admin_token_fits(const struct exchange *x, const char *token, size_t len);
/* Give the cookie, for twelve hours, or take it away. */
void admin_let_in(struct exchange *x);
void admin_let_out(struct exchange *x);

#endif
