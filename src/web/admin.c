/*
 * The operator's door. There are no accounts yet: one token, read from a file
 * by the server, opens it. The cookie is not the token but a time and an HMAC
 * of that time under the token: nothing is stored, it ends by itself, and a
 * new token ends all cookies. Logging out takes the cookie from the browser;
 * one that was copied before stays good until its time.
 *
 * Comparisons are of hashes, in constant time, so that neither a byte nor the
 * length of the token can be felt for. Neither token nor cookie is ever sent
 * or logged. A wrong token leaves one line whose beginning never changes, for
 * fail2ban and the like: "admin: wrong token from ADDRESS".
 */
#include "web/admin.h"

#include <sodium.h>

#define COOKIE "__Host-winepair-admin"
#define COOKIE_S ((int64_t)12 * 3600)
#define MAC_HEX (crypto_auth_hmacsha256_BYTES * 2 + 1)

int admin_token_fits(const struct exchange *x, const char *token, size_t len)
{
	const char *ours = x->web->admin_token ? x->web->admin_token : "";
	const char *from = request_var(x->r, "REMOTE_ADDR");
	unsigned char a[HASH_LEN], b[HASH_LEN];

	hash_sha256(ours, strlen(ours), a);
	hash_sha256(token, len, b);
	if (sodium_memcmp(a, b, HASH_LEN) == 0 &&
		strlen(ours) >= ADMIN_TOKEN_MIN)
		return 1;
	log_warnx("admin: wrong token from %s", from ? from : "-");
	return 0;
}

/* ---- the cookie ---- */

static void mac(const struct exchange *x, const char *expiry, char hex[MAC_HEX])
{
	const char *key = x->web->admin_token;
	unsigned char out[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state s;

	crypto_auth_hmacsha256_init(
		&s, (const unsigned char *)key, strlen(key));
	crypto_auth_hmacsha256_update(
		&s, (const unsigned char *)expiry, strlen(expiry));
	crypto_auth_hmacsha256_final(&s, out);
	(void)sodium_bin2hex(hex, MAC_HEX, out, sizeof(out));
	sodium_memzero(&s, sizeof(s));
}

static int cookie_fits(struct exchange *x)
{
	const char *value = request_cookie(x->r, COOKIE), *expiry;
	int64_t now = clock_wall_ms() / 1000, until;
	char hex[MAC_HEX];
	size_t len;

	if (!value || strlen(x->web->admin_token) < ADMIN_TOKEN_MIN)
		return 0;
	len = strcspn(value, ".");
	if (num_int(value, len, now + 1, now + COOKIE_S, &until) ||
		!value[len] || strlen(value + len + 1) != MAC_HEX - 1)
		return 0;
	expiry = arena_strndup(x->r->mem, value, len);
	mac(x, expiry, hex);
	return sodium_memcmp(hex, value + len + 1, MAC_HEX - 1) == 0;
}

static void set_cookie(struct exchange *x, const char *value, int64_t age_s)
{
	response_headerf(x->w, "Set-Cookie",
		COOKIE "=%s; Max-Age=%lld; Path=/; Secure; HttpOnly; "
		       "SameSite=Strict",
		value, (long long)age_s);
}

void admin_let_in(struct exchange *x)
{
	const char *expiry = arena_printf(x->r->mem, "%lld",
		(long long)(clock_wall_ms() / 1000 + COOKIE_S));
	char hex[MAC_HEX];

	mac(x, expiry, hex);
	set_cookie(x, arena_printf(x->r->mem, "%s.%s", expiry, hex), COOKIE_S);
}

void admin_let_out(struct exchange *x)
{
	set_cookie(x, "", 0);
}

/* ---- may this request pass? ---- */

static int pass(int fits, struct err *e)
{
	return fits ? 0 : err_set(e, REASON_NOT_ADMIN, "not the operator");
}

int admin_by_cookie(struct exchange *x, struct err *e)
{
	if (!x->web->admin_token)
		return err_set(e, REASON_ADMIN_OFF, "no admin token");
	return pass(cookie_fits(x), e);
}

int admin_by_bearer(struct exchange *x, struct err *e)
{
	static const char scheme[] = "Bearer ";
	const char *said = request_header(x->r, "Authorization");
	int fits = 0;

	if (!x->web->admin_token)
		return err_set(e, REASON_ADMIN_OFF, "no admin token");
	if (said && text_ascii_prefix(said, strlen(said), scheme)) {
		said += sizeof(scheme) - 1;
		said += strspn(said, " ");
		fits = admin_token_fits(x, said, strlen(said));
	}
	return pass(fits, e);
}
