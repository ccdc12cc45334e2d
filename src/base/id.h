/* Random public ids and content hashes (libsodium). */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <stddef.h>

#define ID_LEN 26   /* 16 random bytes in lower-case base32 */
#define HASH_LEN 32 /* SHA-256 */
#define HASH_SHORT_LEN 8

/* Writes ID_LEN characters and a NUL. Safe in any process, before or after
 * fork; fatal when the system has no randomness. */
void id_new(char out[ID_LEN + 1]);
/* Is this the shape of an id? Any other text never reaches the store. */
int id_valid(const char *s, size_t len);
void hash_sha256(const void *data, size_t len, unsigned char out[HASH_LEN]);
/* BLAKE2b: as good for telling two contents apart, several times faster. */
void hash_fast(const void *data, size_t len, unsigned char out[HASH_LEN]);
/* SipHash: the quickest, for contents that nobody forges. */
void hash_short(
	const void *data, size_t len, unsigned char out[HASH_SHORT_LEN]);

#endif
