/* Hashes, random numbers and wiping. Only this module uses OpenSSL. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum {
	CRYPTO_SHA256_BYTES = 32,
	CRYPTO_SHA256_HEX = 2 * CRYPTO_SHA256_BYTES + 1,
	CRYPTO_SHA1_BYTES = 20,
	CRYPTO_SHA1_HEX = 2 * CRYPTO_SHA1_BYTES + 1
};

/* SHA-256 (FIPS 180-4) of n bytes into out. 0, or -1 if OpenSSL fails (out of memory). */
int crypto_sha256(const void *bytes, size_t n, unsigned char out[CRYPTO_SHA256_BYTES],
	struct err *e);

/* SHA-1 (FIPS 180-4), for names that other programs build with it; never for security. As above. */
int crypto_sha1(const void *bytes, size_t n, unsigned char out[CRYPTO_SHA1_BYTES], struct err *e);

/* HMAC-SHA-256 (RFC 2104). out must not overlap key. 0, or -1 if OpenSSL fails. */
int crypto_hmac_sha256(const void *key, size_t key_len, const void *bytes, size_t n,
	unsigned char out[CRYPTO_SHA256_BYTES], struct err *e);

/* Lower-case hex of n bytes, NUL-terminated; out holds 2 * n + 1 bytes. */
void crypto_hex(const unsigned char *digest, size_t n, char *out);

/* Base64 (RFC 4648, padded, on one line) of n bytes, NUL-terminated; out holds
 * CRYPTO_BASE64_BYTES(n). */
#define CRYPTO_BASE64_BYTES(n) (((n) + 2) / 3 * 4 + 1)
void crypto_base64(const void *bytes, size_t n, char *out);

/* Overwrites n bytes; the compiler cannot remove it. */
void crypto_wipe(void *bytes, size_t n);

/* Wipes and frees a string; NULL is allowed. */
void crypto_free_secret(char *s);

/* A random number in [0, 1), for retry jitter; 0.5 when the generator fails. ctx is unused: the
 * signature is that of a source which tests can replace. */
double crypto_random_unit(void *ctx);

#endif
