#include "config.h"

#include "base/secrets.h"

#include "base/crypto.h"
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A secret and its encodings: plain, and base64 when the secret begins at the first, second or
 * third byte of a group. */
enum { BASE64_GROUP = 3, FORMS = 1 + BASE64_GROUP };
enum { MAX_DECODED = 3 }; /* levels */
enum { SEEN_BITS = 1024 * 1024, BITS_EACH = 8 };

struct secret {
	struct secret *next;
	char *text;         /* as passed in */
	char *forms[FORMS]; /* folded */
};

/* Static, since a process has one set of secrets; the header gives the reason. seen is a Bloom
 * filter of the pieces of all forms: most texts contain none. */
static struct {
	struct secret *first;
	unsigned char seen[SEEN_BITS / BITS_EACH];
} registry;

/* --- the form in which secrets and texts are compared --- */

/* Ignores case, what base64url changes in base64, and '|', which is never shown. */
static char fold(char c) {
	return c == '-' ? '+' : c == '_' || c == '|' ? '/' : text_lower(c);
}

/* The secret as it would appear in cleaned text. */
static char *fold_secret(const char *secret, struct err *e) {
	struct buf clean, folded;
	size_t n = strlen(secret);
	buf_init(&clean, 4 * n);
	buf_init(&folded, 4 * n);
	text_add_clean(&clean, secret, n);
	for (const char *c = buf_str(&clean); *c; c++)
		if (*c != ' ')
			buf_addc(&folded, fold(*c));
	buf_fail_with(&folded, &clean);
	char *result = buf_take(&folded);
	buf_wipe(&clean);
	buf_wipe(&folded);
	if (!result)
		(void)err_no_memory(e);
	return result;
}

/* The base64 characters that do not depend on what precedes the secret, when `before` bytes precede
 * it and nothing follows. */
static char *fold_base64(const char *secret, size_t before, struct err *e) {
	size_t n = before + strlen(secret);
	size_t skipped = before > 0 ? before + 1 : 0;
	size_t whole = (n * 8 + 5) / 6;
	char *bytes = calloc(1, n + 1);
	char *code = calloc(1, CRYPTO_BASE64_BYTES(n));
	char *result = NULL;
	if (bytes && code) {
		memcpy(bytes + before, secret, n - before);
		crypto_base64(bytes, n, code);
		for (size_t i = skipped; i < whole; i++)
			code[i] = fold(code[i]);
		result = text_dup(code + skipped, whole > skipped ? whole - skipped : 0);
		crypto_wipe(bytes, n);
		crypto_wipe(code, CRYPTO_BASE64_BYTES(n));
	}
	free(bytes);
	free(code);
	if (!result)
		(void)err_no_memory(e);
	return result;
}

/* --- the pieces --- */

struct hashes {
	uint32_t one, other;
};

/* FNV-1a (Fowler, Noll, Vo); its halves are the two hashes. */
static struct hashes hash(const char piece[static SECRETS_MIN_BYTES]) {
	uint64_t h = 14695981039346656037U;
	for (size_t i = 0; i < SECRETS_MIN_BYTES; i++)
		h = (h ^ (unsigned char)piece[i]) * 1099511628211U;
	return (struct hashes){(uint32_t)(h % SEEN_BITS), (uint32_t)((h >> 32) % SEEN_BITS)};
}

static void mark_seen(uint32_t bit) {
	registry.seen[bit / BITS_EACH] |= (unsigned char)(1U << (bit % BITS_EACH));
}

static bool is_seen(uint32_t bit) {
	return (registry.seen[bit / BITS_EACH] >> (bit % BITS_EACH) & 1U) != 0;
}

static void mark_pieces(const char *form) {
	for (size_t n = strlen(form); n >= SECRETS_MIN_BYTES; form++, n--) {
		struct hashes h = hash(form);
		mark_seen(h.one);
		mark_seen(h.other);
	}
}

/* piece is NUL-terminated. */
static bool is_of_secret(const char *piece) {
	struct hashes h = hash(piece);
	if (!is_seen(h.one) || !is_seen(h.other))
		return false;
	for (const struct secret *s = registry.first; s; s = s->next)
		for (size_t i = 0; i < FORMS; i++)
			if (strstr(s->forms[i], piece))
				return true;
	return false;
}

/* --- keeping --- */

static void secret_free(struct secret *s) {
	crypto_free_secret(s->text);
	for (size_t i = 0; i < FORMS; i++)
		crypto_free_secret(s->forms[i]);
	free(s);
}

int secrets_keep(const char *secret, struct err *e) {
	if (!secret || strlen(secret) < SECRETS_MIN_BYTES)
		return 0;
	for (const struct secret *known = registry.first; known; known = known->next)
		if (strcmp(known->text, secret) == 0)
			return 0;
	struct secret *s = calloc(1, sizeof *s);
	if (!s)
		return err_no_memory(e);
	s->text = text_dup(secret, strlen(secret));
	bool failed = !s->text;
	for (size_t i = 0; i < FORMS && !failed; i++) {
		s->forms[i] = i == 0 ? fold_secret(secret, e) : fold_base64(secret, i - 1, e);
		failed = !s->forms[i];
	}
	if (failed) {
		secret_free(s);
		return err_no_memory(e);
	}
	for (size_t i = 0; i < FORMS; i++)
		mark_pieces(s->forms[i]);
	s->next = registry.first;
	registry.first = s;
	return 0;
}

int secrets_keep_login(const char *user, const char *password, struct err *e) {
	size_t n = strlen(user) + 1 + strlen(password);
	struct buf login;
	if (!*password)
		return 0;
	buf_init(&login, n);
	buf_addf(&login, "%s:%s", user, password);
	char *code = calloc(1, CRYPTO_BASE64_BYTES(n));
	int rc = buf_check(&login, "login", e);
	if (rc == 0 && !code)
		rc = err_no_memory(e);
	if (rc == 0) {
		crypto_base64(buf_str(&login), n, code);
		rc = secrets_keep(code, e) || secrets_keep(password, e) ? -1 : 0;
	}
	crypto_free_secret(code);
	buf_wipe(&login);
	return rc;
}

void secrets_wipe(void) {
	if (!registry.first)
		return;
	while (registry.first) {
		struct secret *gone = registry.first;
		registry.first = gone->next;
		secret_free(gone);
	}
	crypto_wipe(registry.seen, sizeof registry.seen);
}

/* --- hiding --- */

/* A text in the form that is compared: characters, and the bytes of the line each represents. */
struct view {
	char *chars; /* NUL-terminated */
	struct span {
		size_t first, end;
	} * spans;
	size_t n, room;
};

static void view_free(struct view *v) {
	if (v->chars)
		crypto_wipe(v->chars, v->room);
	free(v->chars);
	free(v->spans);
}

static bool view_make(struct view *v, const struct buf *text) {
	*v = (struct view){.room = text->len,
		.chars = calloc(1, text->len + 1),
		.spans = calloc(text->len + 1, sizeof *v->spans)};
	if (!v->chars || !v->spans)
		return false;
	for (size_t i = 0; i < text->len; i++) {
		if (text->data[i] == ' ')
			continue;
		v->chars[v->n] = fold(text->data[i]);
		v->spans[v->n++] = (struct span){i, i + 1};
	}
	return true;
}

static int digit(char c, unsigned base) {
	unsigned value = c >= '0' && c <= '9' ? (unsigned)(c - '0')
		: c >= 'a' && c <= 'f'        ? (unsigned)(c - 'a') + 10
					      : base;
	return value < base ? (int)value : -1;
}

/* Reads fewest to most digits at s. Returns their number, 0 for too few. */
static size_t read_digits(const char *s, unsigned base, size_t fewest, size_t most,
	uint32_t *value) {
	size_t n = 0;
	*value = 0;
	for (; n < most && digit(s[n], base) >= 0; n++)
		*value = *value * base + (uint32_t)digit(s[n], base);
	return n >= fewest ? n : 0;
}

/* "&amp;" and "&#47;" at s (folded, so hex is always "&#x2f;"). */
static size_t read_entity(const char *s, uint32_t *c) {
	static const struct {
		const char *name;
		char c;
	} names[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'},
		{"&apos;", '\''}};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (text_starts_with(s, names[i].name)) {
			*c = (unsigned char)names[i].c;
			return strlen(names[i].name);
		}
	}
	size_t before = text_starts_with(s, "&#x") ? 3 : text_starts_with(s, "&#") ? 2 : 0;
	size_t n = before > 0 ? read_digits(s + before, before == 3 ? 16 : 10, 1, 7, c) : 0;
	return n > 0 && s[before + n] == ';' ? before + n + 1 : 0;
}

/* The length of the escape at s; 0 if there is none. *is_byte: it encodes a byte, not a
 * character. */
static size_t read_escape(const char *s, uint32_t *c, bool *is_byte) {
	size_t n = 0;
	*is_byte = *s == '%';
	if (*s == '%')
		n = read_digits(s + 1, 16, 2, 2, c) ? 3 : 0;
	else if (*s == '&')
		n = read_entity(s, c);
	else if (s[0] == '\\' && s[1] == 'u' && read_digits(s + 2, 16, 4, 4, c))
		n = 6;
	else if (s[0] == '\\' && s[1] == 'x' && read_digits(s + 2, 16, 2, 2, c))
		n = 4;
	if (n == 0 && s[0] == '\\' && s[1] && strchr("/\"'\\nrtbf", s[1])) {
		/* A blank for a control character, or the character itself. */
		*c = strchr("nrtbf", s[1]) ? ' ' : (unsigned char)s[1];
		n = 2;
	}
	return n;
}

/* Stores a decoded character in place of its escape. */
static void put_character(struct view *v, uint32_t c, bool is_byte, struct span where) {
	char bytes[5] = {(char)c, '\0'};
	struct buf encoded = {.data = bytes, .cap = sizeof bytes, .max = sizeof bytes - 1};
	size_t n = 1;
	if (!is_byte && c >= 0x80U && c <= 0x10FFFFU) {
		text_utf8_encode(&encoded, c);
		n = encoded.len;
	} else if (c <= ' ' || c > 0xFFU) {
		return; /* cleaning removes these */
	}
	for (size_t i = 0; i < n; i++) {
		v->chars[v->n] = fold(bytes[i]);
		v->spans[v->n++] = where;
	}
}

/* Decodes one level of escapes. Returns whether there were any. An escape is never shorter than
 * what it encodes: this works in place. */
static bool view_decode(struct view *v) {
	size_t n = v->n;
	bool decoded = false;
	v->n = 0;
	for (size_t i = 0; i < n;) {
		uint32_t c = 0;
		bool is_byte = false;
		size_t used = read_escape(v->chars + i, &c, &is_byte);
		struct span where = v->spans[i];
		if (used == 0) {
			v->spans[v->n] = where;
			v->chars[v->n++] = v->chars[i++];
			continue;
		}
		where.end = v->spans[i + used - 1].end;
		put_character(v, c, is_byte, where);
		i += used;
		decoded = true;
	}
	v->chars[v->n] = '\0';
	return decoded;
}

/* Marks each byte of the line that belongs to a secret. */
static bool view_mark(const struct view *v, char *marks) {
	char piece[SECRETS_MIN_BYTES + 1] = {0};
	bool found = false;
	for (size_t i = 0; i + SECRETS_MIN_BYTES <= v->n; i++) {
		memcpy(piece, v->chars + i, SECRETS_MIN_BYTES);
		if (!is_of_secret(piece))
			continue;
		size_t first = v->spans[i].first;
		memset(marks + first, 1, v->spans[i + SECRETS_MIN_BYTES - 1].end - first);
		found = true;
	}
	crypto_wipe(piece, sizeof piece);
	return found;
}

static bool is_inside_character(char c) {
	return ((unsigned char)c & 0xC0U) == 0x80U;
}

/* Replaces whole characters; adjacent ones share one mask. */
static void mask(struct buf *text, const char *marks, struct buf *out) {
	bool masked = false;
	for (size_t i = 0; i < text->len;) {
		size_t end = i + 1;
		bool secret = marks[i];
		for (; end < text->len && is_inside_character(text->data[end]); end++)
			secret = secret || marks[end];
		if (!secret)
			buf_add(out, text->data + i, end - i);
		else if (!masked)
			buf_adds(out, SECRETS_MASK);
		masked = secret;
		i = end;
	}
}

/* Whether anything was hidden. When out of memory, text is empty and fails. */
static bool hide_once(struct buf *text) {
	struct view v;
	struct buf out;
	char *marks = calloc(1, text->len + 1);
	bool found = false;
	bool ready = view_make(&v, text) && marks;
	buf_init(&out, text->max);
	for (int i = 0; ready && i <= MAX_DECODED; i++) {
		found = view_mark(&v, marks) || found;
		if (!view_decode(&v))
			break;
	}
	if (found)
		mask(text, marks, &out);
	view_free(&v);
	free(marks);
	if (!ready || found)
		buf_wipe(text);
	if (found)
		*text = out;
	if (!ready)
		text->failed = true;
	return ready && found && !out.failed;
}

void secrets_hide(struct buf *text) {
	/* Each pass shortens the text. More than one is needed if a secret contains the mask of
	 * another. */
	while (registry.first && text->len >= SECRETS_MIN_BYTES && hide_once(text))
		;
}
