#include "config.h"

#include "base/ini.h"

#include "base/text.h"

#include <string.h>

struct reader {
	enum ini_dialect dialect;
	ini_handler handler;
	void *ctx;
	int line_number;
	bool in_section, after_key;
	size_t indentation;   /* of the last section or key, in characters */
	struct buf key, text; /* NUL-terminated copies for the handler */
};

/* --- white space (Python: str.isspace) --- */

static bool is_space(uint32_t c) {
	return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 ||
		c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
		c == 0x202f || c == 0x205f || c == 0x3000;
}

/* The length of the white-space character at s (n bytes left); 0 if it is another one. */
static size_t space_at(const char *s, size_t n) {
	uint32_t c = 0;
	size_t len = text_utf8_decode(s, n, &c);
	return is_space(c) ? len : 0;
}

/* The same for the character that ends before s + n. */
static size_t space_before(const char *s, size_t n) {
	for (size_t len = 1; len <= 3 && len <= n; len++)
		if (space_at(s + n - len, len) == len)
			return len;
	return 0;
}

void ini_trim(const char **s, size_t *n) {
	size_t len;
	while ((len = space_at(*s, *n)) > 0) {
		*s += len;
		*n -= len;
	}
	while ((len = space_before(*s, *n)) > 0)
		*n -= len;
}

const char *ini_advice(const char *value, const char *advice) {
	const char *inner = value;
	size_t n = strlen(value);
	size_t inner_len = n;
	ini_trim(&inner, &inner_len);
	if (n > 1 && (*value == '"' || *value == '\'') && value[n - 1] == *value)
		return "remove the quotes around it: they count as part of the value";
	if (inner_len < n)
		return "remove the blank or line break at its end or beginning";
	if (strchr(value, '\n'))
		return "it goes on in the next line of the file, which is indented";
	return advice;
}

bool ini_explain(const char *value, const char *what, struct err *e) {
	const char *advice = ini_advice(value, NULL);
	if (advice)
		err_suffix(e, "; %s%s%s", what ? what : "", what ? ": " : "", advice);
	return advice != NULL;
}

static void trim(const struct reader *r, const char **s, size_t *n) {
	if (r->dialect == INI_AWS)
		ini_trim(s, n);
	else
		text_trim(s, n);
}

/* --- events --- */

static int emit(struct reader *r, enum ini_event event, const char *key, size_t key_len,
	const char *text, size_t text_len, struct err *e) {
	buf_wipe(&r->key);
	buf_wipe(&r->text);
	buf_add(&r->key, key, key_len);
	buf_add(&r->text, text, text_len);
	if (buf_check(&r->key, "line", e) || buf_check(&r->text, "line", e))
		return -1;
	return r->handler(r->ctx, event, r->line_number, buf_str(&r->key), buf_str(&r->text), e);
}

static int malformed(struct reader *r, const char *why, struct err *e) {
	if (r->dialect == INI_PLUGIN)
		return err_set(e, ERR_SYNTAX, "line %d: %s", r->line_number, why);
	r->after_key = false;
	return r->handler(r->ctx, INI_MALFORMED, r->line_number, "", why, e);
}

/* --- lines --- */

static bool is_comment(const char *s, size_t n) {
	return n > 0 && (*s == '#' || *s == ';');
}

/* Cuts an AWS value at a comment. s is trimmed at its beginning. */
static size_t length_without_comment(const char *s, size_t n) {
	char quote = '\0';
	bool at_word = true;
	for (size_t i = 0; i < n; i++) {
		if (!quote && at_word && is_comment(s + i, n - i))
			return i;
		at_word = space_before(s, i + 1) > 0;
		if (s[i] == '\\' && quote != '\'')
			i++; /* The character behind it does nothing, be it a quote or a blank. */
		else if (s[i] == quote)
			quote = '\0';
		else if (!quote && (s[i] == '\'' || s[i] == '"'))
			quote = s[i];
	}
	return n;
}

/* The ']' that ends the section's name in a line that begins with '['; NULL: there is none. */
static const char *find_close(const struct reader *r, const char *s, size_t n) {
	const char *last = NULL;
	for (const char *c = s + 1; (c = memchr(c, ']', (size_t)(s + n - c))) != NULL; c++) {
		const char *rest = c + 1;
		size_t rest_len = (size_t)(s + n - rest);
		last = c;
		trim(r, &rest, &rest_len);
		if (r->dialect == INI_PLUGIN || is_comment(rest, rest_len))
			break;
	}
	return last;
}

static int read_section(struct reader *r, const char *s, size_t n, struct err *e) {
	static const char unclosed[] = "a section's name without a closing ]";
	const char *close = find_close(r, s, n);
	const char *name = s + 1;
	const char *rest = close ? close + 1 : s + n;
	size_t rest_len = (size_t)(s + n - rest);
	size_t name_len = close ? (size_t)(close - name) : length_without_comment(name, n - 1);
	trim(r, &rest, &rest_len);
	trim(r, &name, &name_len);
	if (r->dialect == INI_PLUGIN && !close)
		return malformed(r, unclosed, e);
	if (r->dialect == INI_PLUGIN && rest_len > 0)
		return malformed(r, "text after the ] of a section's name", e);
	r->in_section = true;
	r->after_key = false;
	if (emit(r, INI_SECTION, "", 0, name, name_len, e))
		return -1;
	if (r->dialect == INI_PLUGIN || (close && name_len > 0))
		return 0;
	return malformed(r, close ? "a section without a name" : unclosed, e);
}

/* The first delimiter of a key; NULL: there is none. */
static const char *find_delimiter(const struct reader *r, const char *s, size_t n) {
	const char *equals = memchr(s, '=', n);
	const char *colon = r->dialect == INI_AWS ? memchr(s, ':', n) : NULL;
	return !equals || (colon && colon < equals) ? colon : equals;
}

static int read_key(struct reader *r, const char *s, size_t n, struct err *e) {
	const char *delimiter = find_delimiter(r, s, n);
	if (!r->in_section)
		return malformed(r, "text before the first [section]", e);
	if (!delimiter && r->dialect == INI_PLUGIN)
		return emit(r, INI_OTHER, "", 0, s, n, e);
	if (!delimiter)
		return malformed(r, "a line that is neither [section] nor key = value", e);
	const char *value = delimiter + 1;
	size_t value_len = (size_t)(s + n - value);
	trim(r, &value, &value_len);
	if (r->dialect == INI_AWS)
		value_len = length_without_comment(value, value_len);
	size_t key_len = (size_t)(delimiter - s);
	trim(r, &s, &key_len);
	trim(r, &value, &value_len);
	if (key_len == 0)
		return malformed(r, "no key before the =", e);
	r->after_key = true;
	return emit(r, INI_KEY, s, key_len, value, value_len, e);
}

/* Whether a line is a section's name, be it malformed. */
static bool is_section(const struct reader *r, const char *s, size_t n) {
	if (*s != '[' || r->dialect == INI_PLUGIN)
		return *s == '[';
	const char *close = find_close(r, s, n);
	return (close && close > s + 1) || !find_delimiter(r, s, n);
}

/* In characters, whatever their width: a tab is one. */
static size_t count_indentation(const char *s, size_t n) {
	size_t count = 0;
	for (size_t len; (len = space_at(s, n)) > 0; count++) {
		s += len;
		n -= len;
	}
	return count;
}

static int read_line(struct reader *r, const char *s, size_t n, struct err *e) {
	size_t indentation = r->dialect == INI_AWS ? count_indentation(s, n) : 0;
	trim(r, &s, &n);
	if (n == 0 || is_comment(s, n))
		return 0;
	if (memchr(s, '\0', n))
		return malformed(r, "a NUL byte", e);
	if (r->after_key && indentation > r->indentation)
		return emit(r, INI_CONTINUATION, "", 0, s, n, e);
	r->indentation = indentation;
	return is_section(r, s, n) ? read_section(r, s, n, e) : read_key(r, s, n, e);
}

/* --- the text --- */

/* Such text begins with its byte order mark, or, since ASCII comes first, with one NUL byte in each
 * two or four. */
static bool is_wide(const char *text, size_t n) {
	return n >= 2 &&
		(memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0 ||
			(text[0] == '\0') != (text[1] == '\0') ||
			(n >= 4 && memcmp(text, "\0\0\xFE\xFF", 4) == 0));
}

/* How many bytes are before the end of the line; *used counts that end as well. */
static size_t find_line(const struct reader *r, const char *text, size_t n, size_t *used) {
	bool cr_ends = r->dialect == INI_AWS;
	size_t len = 0;
	while (len < n && text[len] != '\n' && !(cr_ends && text[len] == '\r'))
		len++;
	*used = len + (len < n);
	if (*used < n && text[len] == '\r' && text[*used] == '\n')
		++*used;
	return len;
}

int ini_read(const char *text, size_t n, enum ini_dialect dialect, ini_handler handler, void *ctx,
	struct err *e) {
	struct reader r = {.dialect = dialect, .handler = handler, .ctx = ctx};
	int rc = 0;
	if (is_wide(text, n))
		return err_set(e, ERR_SYNTAX, "is UTF-16 or UTF-32 text: save it as UTF-8");
	buf_init(&r.key, n);
	buf_init(&r.text, n);
	if (n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		text += 3;
		n -= 3;
	}
	while (n > 0 && rc == 0) {
		size_t used;
		size_t len = find_line(&r, text, n, &used);
		r.line_number++;
		rc = read_line(&r, text, len, e);
		text += used;
		n -= used;
	}
	buf_wipe(&r.key);
	buf_wipe(&r.text);
	return rc;
}
