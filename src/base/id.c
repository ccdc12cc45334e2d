#include "base/id.h"

#include <sodium.h>
#include <string.h>

#include "base/log.h"

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

void id_new(char out[ID_LEN + 1])
{
	unsigned char raw[16];
	unsigned bits = 0, have = 0;
	size_t i, n = 0;

	if (sodium_init() < 0)
		fatalx("no source of randomness");
	randombytes_buf(raw, sizeof(raw));
	for (i = 0; i < sizeof(raw); i++) {
		bits = bits << 8 | raw[i];
		have += 8;
		while (have >= 5) {
			have -= 5;
			out[n++] = alphabet[bits >> have & 31];
		}
	}
	out[n++] = alphabet[bits << (5 - have) & 31];
	out[n] = '\0';
}

int id_valid(const char *s, size_t len)
{
	size_t i;

	if (len != ID_LEN)
		return 0;
	for (i = 0; i < len; i++)
		if (!s[i] || !strchr(alphabet, s[i]))
			return 0;
	return 1;
}

void hash_sha256(const void *data, size_t len, unsigned char out[HASH_LEN])
{
	crypto_hash_sha256(out, data, len);
}

void hash_fast(const void *data, size_t len, unsigned char out[HASH_LEN])
{
	(void)crypto_generichash(out, HASH_LEN, data, len, NULL, 0);
}

void hash_short(const void *data, size_t len, unsigned char out[HASH_SHORT_LEN])
{
	static const unsigned char key[crypto_shorthash_KEYBYTES];

	(void)crypto_shorthash(out, data, len, key);
}
