#include "config.h"

#include "base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

int crypto_sha256(const void *bytes, size_t n, unsigned char out[CRYPTO_SHA256_BYTES],
	struct err *e) {
	if (EVP_Digest(bytes, n, out, NULL, EVP_sha256(), NULL) != 1)
		return err_set(e, ERR_INTERNAL, "OpenSSL could not compute SHA-256");
	return 0;
}

int crypto_sha1(const void *bytes, size_t n, unsigned char out[CRYPTO_SHA1_BYTES], struct err *e) {
	if (EVP_Digest(bytes, n, out, NULL, EVP_sha1(), NULL) != 1)
		return err_set(e, ERR_INTERNAL, "OpenSSL could not compute SHA-1");
	return 0;
}

int crypto_hmac_sha256(const void *key, size_t key_len, const void *bytes, size_t n,
	unsigned char out[CRYPTO_SHA256_BYTES], struct err *e) {
	unsigned int len = CRYPTO_SHA256_BYTES;
	if (key_len > INT_MAX || !HMAC(EVP_sha256(), key, (int)key_len, bytes, n, out, &len))
		return err_set(e, ERR_INTERNAL, "OpenSSL could not compute HMAC-SHA-256");
	return 0;
}

void crypto_hex(const unsigned char *digest, size_t n, char *out) {
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 0x0FU];
	}
	out[2 * n] = '\0';
}

void crypto_base64(const void *bytes, size_t n, char *out) {
	/* In pieces whose length fits an int. Only the last one can be padded. */
	const size_t piece = 3 * 1024;
	const unsigned char *from = bytes;
	for (; n > piece; from += piece, n -= piece)
		out += EVP_EncodeBlock((unsigned char *)out, from, (int)piece);
	out[EVP_EncodeBlock((unsigned char *)out, from, (int)n)] = '\0';
}

void crypto_wipe(void *bytes, size_t n) {
	OPENSSL_cleanse(bytes, n);
}

void crypto_free_secret(char *s) {
	if (!s)
		return;
	crypto_wipe(s, strlen(s));
	free(s);
}

double crypto_random_unit(void *ctx) {
	(void)ctx;
	uint32_t bits = 0;
	if (RAND_bytes((unsigned char *)&bits, sizeof bits) != 1)
		return 0.5;
	return (double)bits / 4294967296.0;
}
