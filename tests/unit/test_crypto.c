/* Hashes against published vectors: FIPS 180 examples (NIST), RFC 4231. */
#include "config.h"

#include "support.h"

#include "base/crypto.h"

#include <stdlib.h>
#include <string.h>

static void check_sha256(const void *bytes, size_t n, const char *wanted, const char *what) {
	unsigned char digest[CRYPTO_SHA256_BYTES];
	char hex[CRYPTO_SHA256_HEX];
	struct err e = {.code = ERR_NONE};
	expect_whole(crypto_sha256(bytes, n, digest, &e), 0, "%s", what);
	crypto_hex(digest, sizeof digest, hex);
	expect_text(hex, wanted, "SHA-256 of %s", what);
}

static void sha256_matches_the_published_examples(void **state) {
	(void)state;
	enum { MILLION = 1000000 };
	static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	check_sha256("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"nothing");
	check_sha256("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"abc");
	check_sha256(two_blocks, strlen(two_blocks),
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", "two blocks");
	char *many = malloc(MILLION);
	assert_non_null(many);
	memset(many, 'a', MILLION);
	check_sha256(many, MILLION,
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", "a million a");
	free(many);
}

static void sha1_matches_the_published_examples(void **state) {
	(void)state;
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
		{"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		unsigned char digest[CRYPTO_SHA1_BYTES];
		char hex[CRYPTO_SHA1_HEX];
		struct err e = {.code = ERR_NONE};
		expect_whole(crypto_sha1(cases[i].text, strlen(cases[i].text), digest, &e), 0,
			"case %zu", i);
		crypto_hex(digest, sizeof digest, hex);
		expect_text(hex, cases[i].wanted, "SHA-1 of %s", cases[i].text);
	}
}

static void hmac_matches_rfc_4231(void **state) {
	(void)state;
	unsigned char ones[20], twos[20], threes[50], count[25], fours[50], large[131];
	memset(ones, 0x0b, sizeof ones);
	memset(twos, 0xaa, sizeof twos);
	memset(threes, 0xdd, sizeof threes);
	memset(fours, 0xcd, sizeof fours);
	memset(large, 0xaa, sizeof large);
	for (size_t i = 0; i < sizeof count; i++)
		count[i] = (unsigned char)(i + 1);
	static const char hashed_first[] = "Test Using Larger Than Block-Size Key - Hash Key First";
	static const char both_large[] =
		"This is a test using a larger than block-size key and a larger than block-size data. "
		"The key needs to be hashed before being used by the HMAC algorithm.";
	const struct {
		const void *key;
		size_t key_len;
		const void *bytes;
		size_t n;
		const char *wanted;
	} cases[] = {
		{ones, sizeof ones, "Hi There", 8,
			"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
		{"Jefe", 4, "what do ya want for nothing?", 28,
			"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		{twos, sizeof twos, threes, sizeof threes,
			"773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
		{count, sizeof count, fours, sizeof fours,
			"82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
		{large, sizeof large, hashed_first, strlen(hashed_first),
			"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
		{large, sizeof large, both_large, strlen(both_large),
			"9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
		/* Computed with Python's hmac. */
		{"", 0, "", 0, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		unsigned char digest[CRYPTO_SHA256_BYTES];
		char hex[CRYPTO_SHA256_HEX];
		struct err e = {.code = ERR_NONE};
		expect_whole(crypto_hmac_sha256(cases[i].key, cases[i].key_len, cases[i].bytes,
				     cases[i].n, digest, &e),
			0, "case %zu", i);
		crypto_hex(digest, sizeof digest, hex);
		expect_text(hex, cases[i].wanted, "case %zu", i);
	}
}

static void secrets_are_overwritten(void **state) {
	(void)state;
	char secret[] = "secret";
	static const char zeros[sizeof secret] = {0};
	crypto_wipe(secret, sizeof secret);
	assert_memory_equal(secret, zeros, sizeof secret);
	crypto_wipe(secret, 0);
	crypto_free_secret(NULL);
	crypto_free_secret(strdup("secret"));
}

static void random_numbers_are_in_range_and_differ(void **state) {
	(void)state;
	double first = crypto_random_unit(NULL);
	bool differ = false;
	for (int i = 0; i < 1000; i++) {
		double v = crypto_random_unit(NULL);
		expect(v >= 0 && v < 1, "%.17g", v);
		differ = differ || v < first || v > first;
	}
	assert_true(differ);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(sha256_matches_the_published_examples),
		UNIT_TEST(sha1_matches_the_published_examples),
		UNIT_TEST(hmac_matches_rfc_4231),
		UNIT_TEST(secrets_are_overwritten),
		UNIT_TEST(random_numbers_are_in_range_and_differ),
	};
	return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
