#include "config.h"

#include "base/json.h"

#include "base/crypto.h"
#include "base/num.h"
#include "base/text.h"

#include <cjson/cJSON.h>

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SURELY_FINITE_DIGITS = 300 }; /* a double reaches 1.8e308 */

/* What cJSON does not check; the structure itself is left to it. */
struct scan {
	const char *at, *end;
	size_t depth, values;
};

static int bad(struct err *e, const char *why) {
	return err_set(e, ERR_SYNTAX, "not valid JSON: %s", why);
}

static bool is_hex(const char *s, size_t n) {
	size_t i = 0;
	while (i < n && s[i] && strchr("0123456789abcdefABCDEF", s[i]))
		i++;
	return i == n;
}

/* At the backslash; ends on the escape's last byte. cJSON takes four bytes for hexadecimal that are
 * not, and ends a string at an escaped NUL without a word. */
static int scan_escape(struct scan *s, struct err *e) {
	const size_t length = sizeof "uXXXX" - 1;
	s->at++;
	if (s->at >= s->end || *s->at != 'u')
		return 0;
	if ((size_t)(s->end - s->at) < length || !is_hex(s->at + 1, length - 1))
		return bad(e, "malformed \\u escape");
	if (memcmp(s->at + 1, "0000", length - 1) == 0)
		return bad(e, "NUL in a string");
	s->at += length - 1;
	return 0;
}

/* At the byte behind the opening quote; ends behind the closing one. cJSON ends a string at an
 * escaped NUL without a word. */
static int scan_string(struct scan *s, struct err *e) {
	for (; s->at < s->end; s->at++) {
		if (*s->at == '"') {
			s->at++;
			return 0;
		}
		if ((unsigned char)*s->at < 0x20U)
			return bad(e, "control character in a string");
		if (*s->at != '\\')
			continue;
		if (scan_escape(s, e))
			return -1;
	}
	return bad(e, "string without an end");
}

static bool in_number(char c) {
	return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
}

static size_t skip_digits(struct scan *s) {
	const char *start = s->at;
	while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
		s->at++;
	return (size_t)(s->at - start);
}

/* -? (0 | 1-9 digits) [. digits], as far as it goes. */
static bool scan_decimal(struct scan *s) {
	if (*s->at == '-')
		s->at++;
	const char *whole = s->at;
	size_t digits = skip_digits(s);
	if (digits == 0 || (digits > 1 && *whole == '0'))
		return false;
	if (s->at == s->end || *s->at != '.')
		return true;
	s->at++;
	return skip_digits(s) > 0;
}

static bool scan_exponent(struct scan *s) {
	s->at++;
	if (s->at < s->end && (*s->at == '+' || *s->at == '-'))
		s->at++;
	return skip_digits(s) > 0;
}

static bool is_zero(double value) {
	return !(value < 0) && !(value > 0);
}

/* Whether no digit before the exponent is another than 0: 1e-400 is read as 0, but is not. */
static bool is_written_zero(const char *s, size_t n) {
	size_t i = 0;
	while (i < n && s[i] != 'e' && s[i] != 'E' && !(s[i] >= '1' && s[i] <= '9'))
		i++;
	return i == n || s[i] == 'e' || s[i] == 'E';
}

static int scan_number(struct scan *s, struct err *e) {
	const char *start = s->at;
	double value;
	bool good = scan_decimal(s);
	bool has_exponent = good && s->at < s->end && (*s->at == 'e' || *s->at == 'E');
	good = good && (!has_exponent || scan_exponent(s));
	if (!good || (s->at < s->end && in_number(*s->at)))
		return bad(e, "malformed number");
	size_t n = (size_t)(s->at - start);
	/* Nearly all numbers are like this; their value is read by cJSON, once is enough. */
	if (!has_exponent && n <= SURELY_FINITE_DIGITS)
		return 0;
	if (num_parse(start, n, &value) || (is_zero(value) && !is_written_zero(start, n)))
		return bad(e, "number out of range");
	return 0;
}

static int scan_token(struct scan *s, struct err *e) {
	char c = *s->at;
	if (c == '"') {
		s->at++;
		s->values++;
		return scan_string(s, e);
	}
	if (in_number(c) && c != 'e' && c != 'E') {
		s->values++;
		return scan_number(s, e);
	}
	if (c == '{' || c == '[') {
		s->values++;
		s->depth++;
	} else if ((c == '}' || c == ']') && s->depth > 0) {
		s->depth--;
	} else if ((unsigned char)c < 0x20U && c != '\t' && c != '\n' && c != '\r') {
		return bad(e, "control character");
	} else if (c == 't' || c == 'f' || c == 'n') {
		s->values++;
		while (s->at + 1 < s->end && s->at[1] >= 'a' && s->at[1] <= 'z')
			s->at++;
	}
	s->at++;
	return 0;
}

static int check_text(const char *text, size_t n, struct err *e) {
	struct scan s = {.at = text, .end = text + n};
	if (!text_is_utf8(text, n))
		return bad(e, "not UTF-8");
	while (s.at < s.end) {
		if (scan_token(&s, e))
			return -1;
		if (s.depth > JSON_DEEPEST)
			return err_set(e, ERR_LIMIT, "JSON nested deeper than %d levels",
				JSON_DEEPEST);
		if (s.values > JSON_MOST_VALUES)
			return err_set(e, ERR_LIMIT, "JSON with more than %d values",
				JSON_MOST_VALUES);
	}
	return 0;
}

json *json_parse(const char *text, size_t n, struct err *e) {
	if (n == 0) {
		(void)bad(e, "empty");
		return NULL;
	}
	if (check_text(text, n, e))
		return NULL;
	const char *end = NULL;
	cJSON *document = cJSON_ParseWithLengthOpts(text, n, &end, false);
	if (!document) {
		/* cJSON does not tell a failed allocation from a syntax error; either way there is
		 * no document. */
		(void)bad(e, "wrong structure, or no memory for it");
		return NULL;
	}
	const char *rest = end;
	size_t left = n - (size_t)(end - text);
	text_trim(&rest, &left);
	if (left > 0) {
		cJSON_Delete(document);
		(void)bad(e, "more behind the end");
		return NULL;
	}
	return document;
}

void json_free(json *document) {
	cJSON_Delete(document);
}

static void wipe_texts(json *v) {
	for (; v; v = v->next) {
		if (v->valuestring)
			crypto_wipe(v->valuestring, strlen(v->valuestring));
		wipe_texts(v->child);
	}
}

void json_free_secret(json *document) {
	wipe_texts(document);
	cJSON_Delete(document);
}

bool json_is_object(const json *v) {
	return cJSON_IsObject(v) != 0;
}

bool json_is_array(const json *v) {
	return cJSON_IsArray(v) != 0;
}

bool json_is_absent(const json *v) {
	return !v || cJSON_IsNull(v);
}

const json *json_member(const json *v, const char *name) {
	return json_is_object(v) ? cJSON_GetObjectItemCaseSensitive(v, name) : NULL;
}

const char *json_string(const json *v) {
	return cJSON_IsString(v) ? v->valuestring : NULL;
}

bool json_number(const json *v, double *number) {
	if (!cJSON_IsNumber(v) || !isfinite(v->valuedouble))
		return false;
	*number = v->valuedouble;
	return true;
}

const json *json_first(const json *array) {
	return json_is_array(array) ? array->child : NULL;
}

const json *json_next(const json *element) {
	return element->next;
}

int json_set_string(json *object, const char *name, const char *value, struct err *e) {
	json *fresh = cJSON_CreateString(value);
	json *old = cJSON_GetObjectItemCaseSensitive(object, name);
	bool done = false;
	if (fresh && old) {
		if (old->valuestring)
			crypto_wipe(old->valuestring, strlen(old->valuestring));
		wipe_texts(old->child);
		/* It copies the name, and says nothing when there is no memory for that. */
		if (cJSON_ReplaceItemInObjectCaseSensitive(object, name, fresh) != 0)
			return fresh->string ? 0 : err_no_memory(e);
	} else if (fresh) {
		done = cJSON_AddItemToObject(object, name, fresh) != 0;
	}
	if (done)
		return 0;
	json_free_secret(fresh);
	return err_no_memory(e);
}

int json_print(json *document, size_t most, struct buf *out, struct err *e) {
	char *text = most <= INT_MAX ? malloc(most) : NULL;
	if (!text)
		return err_no_memory(e);
	/* A text of cJSON's own would be outgrown in pieces that nobody wipes. */
	bool fits = cJSON_PrintPreallocated(document, text, (int)most, false) != 0;
	if (fits)
		buf_adds(out, text);
	crypto_wipe(text, most);
	free(text);
	if (!fits)
		return err_set(e, ERR_LIMIT, "JSON text of more than %zu bytes", most);
	return buf_check(out, "JSON text", e);
}

void json_add_string(struct buf *out, const char *s) {
	buf_addc(out, '"');
	for (;;) {
		const char *plain = s;
		while ((unsigned char)*s >= 0x20U && *s != '"' && *s != '\\' && *s != 0x7F)
			s++;
		buf_add(out, plain, (size_t)(s - plain));
		if (!*s)
			break;
		if (*s == '"' || *s == '\\') {
			buf_addc(out, '\\');
			buf_addc(out, *s);
		} else {
			buf_addf(out, "\\u%04x", (unsigned)(unsigned char)*s);
		}
		s++;
	}
	buf_addc(out, '"');
}
