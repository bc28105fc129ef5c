#include "config.h"

#include "base/ini.h"

#include "base/text.h"

#include <stdbool.h>
#include <string.h>

struct reader {
	enum ini_dialect dialect;
	ini_handler handler;
	void *ctx;
	int line_number;
	bool in_section, after_key;
	struct buf key, text; /* NUL-terminated copies for the handler */
};

static int bad_line(const struct reader *r, const char *why, struct err *e) {
	return err_set(e, ERR_SYNTAX, "line %d: %s", r->line_number, why);
}

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

static bool is_comment(char c) {
	return c == '#' || c == ';';
}

/* Cuts an AWS value at a comment: '#' or ';' first or after white space. */
static size_t length_without_comment(const char *s, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (is_comment(s[i]) && (i == 0 || strchr(" \t\r", s[i - 1])))
			return i;
	return n;
}

static int read_section(struct reader *r, const char *s, size_t n, struct err *e) {
	const char *close = memchr(s, ']', n);
	if (!close)
		return bad_line(r, "section without ]", e);
	const char *rest = close + 1;
	size_t rest_len = (size_t)(s + n - rest);
	text_trim(&rest, &rest_len);
	if (rest_len > 0 && !(r->dialect == INI_AWS && is_comment(*rest)))
		return bad_line(r, "text behind the section's ]", e);
	const char *name = s + 1;
	size_t name_len = (size_t)(close - name);
	text_trim(&name, &name_len);
	r->in_section = true;
	r->after_key = false;
	return emit(r, INI_SECTION, "", 0, name, name_len, e);
}

static int read_key(struct reader *r, const char *s, size_t n, struct err *e) {
	const char *equals = memchr(s, '=', n);
	if (!r->in_section)
		return bad_line(r, "text before the first [section]", e);
	if (!equals && r->dialect == INI_PLUGIN)
		return emit(r, INI_OTHER, "", 0, s, n, e);
	if (!equals)
		return bad_line(r, "neither [section] nor key=value", e);
	const char *value = equals + 1;
	size_t value_len = (size_t)(s + n - value);
	if (r->dialect == INI_AWS)
		value_len = length_without_comment(value, value_len);
	size_t key_len = (size_t)(equals - s);
	text_trim(&s, &key_len);
	text_trim(&value, &value_len);
	if (key_len == 0)
		return bad_line(r, "= without a key before it", e);
	r->after_key = true;
	return emit(r, INI_KEY, s, key_len, value, value_len, e);
}

static int read_line(struct reader *r, const char *s, size_t n, struct err *e) {
	bool indented = n > 0 && (*s == ' ' || *s == '\t');
	text_trim(&s, &n);
	if (n == 0 || is_comment(*s))
		return 0;
	if (memchr(s, '\0', n))
		return bad_line(r, "NUL byte", e);
	if (indented && r->dialect == INI_AWS) {
		if (!r->after_key)
			return bad_line(r, "indented line without a key above it", e);
		return emit(r, INI_CONTINUATION, "", 0, s, n, e);
	}
	return *s == '[' ? read_section(r, s, n, e) : read_key(r, s, n, e);
}

int ini_read(const char *text, size_t n, enum ini_dialect dialect, ini_handler handler, void *ctx,
	struct err *e) {
	struct reader r = {.dialect = dialect, .handler = handler, .ctx = ctx};
	buf_init(&r.key, n);
	buf_init(&r.text, n);
	int rc = 0;
	if (n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		text += 3;
		n -= 3;
	}
	while (n > 0 && rc == 0) {
		const char *newline = memchr(text, '\n', n);
		size_t line_len = newline ? (size_t)(newline - text) : n;
		size_t used = newline ? line_len + 1 : line_len;
		r.line_number++;
		rc = read_line(&r, text, line_len, e);
		text += used;
		n -= used;
	}
	buf_wipe(&r.key);
	buf_wipe(&r.text);
	return rc;
}
