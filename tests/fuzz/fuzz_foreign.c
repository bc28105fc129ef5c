/* Text of others: two secrets on the first lines, behind them what somebody says. Whatever is shown
 * holds no piece of a secret, is one harmless line within its bound, and is the same when it is
 * looked at again. */
#include "config.h"

#include "fuzz.h"

#include "base/secrets.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

enum { PIECE = 8, SECRETS = 2, MAX = 200 };

/* Those that every encoder writes alike. In others cleaning changes something, or it is no piece.
 */
static bool is_plain(const char *s) {
	for (; *s; s++)
		if (*s <= ' ' || *s >= 0x7F || *s == '|')
			return false;
	return true;
}

static void show(struct buf *out, const char *said, size_t most) {
	*out = fuzz_buf();
	text_add_foreign(out, said, most);
	fuzz_must(!out->failed, "it is shown");
	fuzz_must(fuzz_is_clean(buf_str(out), out->len), "the result is clean");
	fuzz_must(text_length(buf_str(out)) <= most, "the result keeps its bound");
	fuzz_must(strlen(buf_str(out)) == out->len, "no NUL is added");
}

static char *without_blanks(const char *s) {
	char *copy = fuzz_bytes(s, strlen(s) + 1);
	size_t n = 0;
	for (const char *c = copy; *c; c++)
		if (*c != ' ')
			copy[n++] = *c;
	copy[n] = '\0';
	return copy;
}

static void must_not_hold(const char *shown, const char *secret) {
	char *together = without_blanks(shown);
	for (size_t n = strlen(secret); n >= PIECE; secret++, n--) {
		char piece[PIECE + 1] = {0};
		memcpy(piece, secret, PIECE);
		fuzz_must(!strstr(shown, piece), "no piece of a secret is shown");
		fuzz_must(!strstr(together, piece), "nor with blanks in it");
	}
	free(together);
}

static void add_base64(struct buf *out, const char *s) {
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t n = strlen(s); n >= 3; n -= 3, s += 3) {
		unsigned group = (unsigned)(unsigned char)s[0] << 16 |
			(unsigned)(unsigned char)s[1] << 8 | (unsigned char)s[2];
		for (int shift = 18; shift >= 0; shift -= 6)
			buf_addc(out, letters[group >> shift & 63U]);
	}
}

/* Writes the secret in one of several ways. */
static void encode(struct buf *out, const char *secret, int way) {
	struct buf padded = fuzz_buf();
	switch (way) {
	case 0:
	case 1:
	case 2:
		for (int i = 0; i < way; i++)
			buf_addc(&padded, 'u');
		buf_addf(&padded, "%sxx", secret);
		add_base64(out, buf_str(&padded));
		break;
	case 3:
	case 4:
	case 5:
		for (; *secret; secret++)
			buf_addf(out,
				way == 3           ? "%%%02X"
					: way == 4 ? "\\u%04x"
						   : "&#%u;",
				(unsigned)(unsigned char)*secret);
		break;
	default:
		for (; *secret; secret++)
			buf_addf(out, "%c ", *secret);
		break;
	}
	buf_free(&padded);
}

/* Said in front of it and behind it: none of it comes through. */
static void encodings(const char *secret, const char *said) {
	for (int way = 0; way < 7; way++) {
		struct buf code = fuzz_buf();
		struct buf text = fuzz_buf();
		struct buf shown;
		encode(&code, secret, way);
		/* A character apart: what stands before may be the beginning of an escape. */
		buf_addf(&text, "%.50s, %s, %.50s", said, buf_str(&code), said);
		show(&shown, buf_str(&text), MAX);
		char *together = without_blanks(buf_str(&shown));
		char *all = without_blanks(buf_str(&code));
		fuzz_must(!strstr(together, all), "no encoding of a secret is shown");
		must_not_hold(buf_str(&shown), secret);
		free(all);
		free(together);
		buf_free(&shown);
		buf_free(&text);
		buf_free(&code);
	}
}

static void check(char *const *secrets, const char *said, size_t most) {
	struct buf once;
	struct buf twice;
	show(&once, said, most);
	for (size_t i = 0; i < SECRETS; i++)
		if (is_plain(secrets[i]))
			must_not_hold(buf_str(&once), secrets[i]);
	show(&twice, buf_str(&once), most);
	fuzz_must(fuzz_same(&once, &twice), "looking again changes nothing");
	buf_free(&once);
	buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const size_t bounds[] = {0, 3, 8, 20, MAX};
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	struct err e;
	char *secrets[SECRETS];
	for (size_t i = 0; i < SECRETS; i++) {
		secrets[i] = fuzz_field(&in, '\n');
		fuzz_must(secrets_keep(secrets[i], &e) == 0, "a secret is kept");
	}
	char *said = fuzz_rest(&in);
	for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++)
		check(secrets, said, bounds[i]);
	for (size_t i = 0; i < SECRETS; i++) {
		size_t n = strlen(secrets[i]);
		if (is_plain(secrets[i]) && n >= PIECE && n <= MAX)
			encodings(secrets[i], said);
		free(secrets[i]);
	}
	free(said);
	secrets_wipe();
	return 0;
}
