/* JSON: what is taken is JSON by RFC 8259 with each name once in its object, and reads the same
 * after it was written; what is such JSON, and within the bounds, is taken. An answer's reader
 * takes the same, and numbers out of range. */
#include "config.h"

#include "fuzz.h"

#include "base/json_write.h"
#include "base/num.h"
#include "base/text.h"

#include <cjson/cJSON.h>

#include <math.h>
#include <stdlib.h>

/* --- a recogniser of its own, after the grammar of RFC 8259 --- */

enum { MAX_SURE_NUMBER = 300 };

struct grammar {
	const char *at, *end;
	size_t depth;
	bool beyond; /* valid JSON that the reader refuses: a bound, or an escaped NUL */
};

static bool is_next(const struct grammar *g, const char *set) {
	return g->at < g->end && *g->at != '\0' && strchr(set, *g->at);
}

static bool take(struct grammar *g, const char *set) {
	bool yes = is_next(g, set);
	g->at += yes;
	return yes;
}

static void take_all(struct grammar *g, const char *set) {
	while (take(g, set))
		;
}

static bool take_digits(struct grammar *g) {
	const char *begin = g->at;
	take_all(g, "0123456789");
	return g->at > begin;
}

static bool is_number(struct grammar *g) {
	const char *begin = g->at;
	(void)take(g, "-");
	if (!take(g, "0") && !take_digits(g))
		return false;
	if (take(g, ".") && !take_digits(g))
		return false;
	if (take(g, "eE")) {
		(void)take(g, "+-");
		if (!take_digits(g))
			return false;
	}
	size_t n = (size_t)(g->at - begin);
	double value = 1;
	const char *digit = begin;
	while (digit < g->at && strchr("-.0", *digit))
		digit++;
	bool zero = digit == g->at || *digit == 'e' || *digit == 'E';
	g->beyond = g->beyond || n > MAX_SURE_NUMBER || num_parse(begin, n, &value) ||
		(fpclassify(value) == FP_ZERO && !zero);
	return true;
}

static bool take_unit(struct grammar *g, unsigned *unit) {
	*unit = 0;
	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdef";
		if (!is_next(g, "0123456789abcdefABCDEF"))
			return false;
		*unit = *unit * 16 + (unsigned)(strchr(digits, text_lower(*g->at)) - digits);
		g->at++;
	}
	return true;
}

/* Behind "\u". Half a surrogate pair is grammatical, but no character. */
static bool is_unicode_escape(struct grammar *g) {
	unsigned unit;
	unsigned second = 0;
	if (!take_unit(g, &unit))
		return false;
	if (unit >= 0xD800U && unit < 0xDC00U)
		return take(g, "\\") && take(g, "u") && take_unit(g, &second) &&
			second >= 0xDC00U && second < 0xE000U;
	g->beyond = g->beyond || unit == 0;
	return unit < 0xDC00U || unit >= 0xE000U;
}

static bool is_string(struct grammar *g) {
	if (!take(g, "\""))
		return false;
	while (g->at < g->end && *g->at != '"') {
		if ((unsigned char)*g->at < 0x20U)
			return false;
		if (*g->at++ != '\\')
			continue;
		if (take(g, "u") ? !is_unicode_escape(g) : !take(g, "\"\\/bfnrt"))
			return false;
	}
	return take(g, "\"");
}

static bool is_word(struct grammar *g, const char *word) {
	size_t n = strlen(word);
	if ((size_t)(g->end - g->at) < n || memcmp(g->at, word, n) != 0)
		return false;
	g->at += n;
	return true;
}

static const char blanks[] = " \t\r\n";

static bool is_value(struct grammar *g);

static bool is_list(struct grammar *g, const char *close, bool with_names) {
	take_all(g, blanks);
	if (take(g, close))
		return true;
	do {
		take_all(g, blanks);
		if (with_names && !is_string(g))
			return false;
		take_all(g, blanks);
		if (with_names && !take(g, ":"))
			return false;
		if (!is_value(g))
			return false;
		take_all(g, blanks);
	} while (take(g, ","));
	return take(g, close);
}

static bool is_value(struct grammar *g) {
	take_all(g, blanks);
	bool yes;
	g->depth++;
	g->beyond = g->beyond || g->depth > JSON_DEEPEST;
	if (g->depth > 1000)
		yes = false;
	else if (is_next(g, "\""))
		yes = is_string(g);
	else if (is_next(g, "-0123456789"))
		yes = is_number(g);
	else if (take(g, "{"))
		yes = is_list(g, "}", true);
	else if (take(g, "["))
		yes = is_list(g, "]", false);
	else
		yes = is_word(g, "true") || is_word(g, "false") || is_word(g, "null");
	g->depth--;
	return yes;
}

static bool is_json(const char *text, size_t n, bool *beyond) {
	static const char mark[] = "\xEF\xBB\xBF";
	struct grammar g = {.at = text, .end = text + n};
	/* RFC 8259, 8.1: a parser may pass over a byte order mark; cJSON does if there is enough
	 * behind it. */
	g.beyond = is_word(&g, mark);
	bool yes = is_value(&g);
	take_all(&g, blanks);
	*beyond = g.beyond;
	return yes && g.at == g.end && text_is_utf8(text, n);
}

/* --- writing --- */

static void write_value(struct buf *out, const cJSON *v);

static void write_list(struct buf *out, const cJSON *list) {
	fuzz_must(list != NULL, "lists and objects are values");
	for (const cJSON *v = list->child; v; v = v->next) {
		if (v != list->child)
			buf_addc(out, ',');
		if (cJSON_IsObject(list)) {
			fuzz_must(text_is_utf8(v->string, strlen(v->string)), "names are UTF-8");
			json_add_string(out, v->string);
			buf_addc(out, ':');
		}
		write_value(out, v);
	}
}

static void write_value(struct buf *out, const cJSON *v) {
	char number[NUM_TEXT_BYTES];
	double value = NAN;
	if (json_is_object(v) || json_is_array(v)) {
		buf_addc(out, json_is_object(v) ? '{' : '[');
		write_list(out, v);
		buf_addc(out, json_is_object(v) ? '}' : ']');
	} else if (json_string(v)) {
		fuzz_must(text_is_utf8(json_string(v), strlen(json_string(v))),
			"strings are UTF-8");
		json_add_string(out, json_string(v));
	} else if (json_number(v, &value)) {
		fuzz_must(isfinite(value), "numbers are finite");
		buf_adds(out, num_format_exact(value, number));
	} else if (json_is_absent(v)) {
		buf_adds(out, "null");
	} else {
		buf_adds(out, cJSON_IsTrue(v) ? "true" : "false");
	}
}

static void must_read_the_same(const json *document) {
	struct buf once = fuzz_buf();
	struct buf twice = fuzz_buf();
	write_value(&once, document);
	json *again = fuzz_json((const uint8_t *)buf_str(&once), once.len);
	fuzz_must(again != NULL, "a written document can be read");
	write_value(&twice, again);
	fuzz_must(fuzz_same(&once, &twice), "and reads as the same");
	json_free_secret(again);
	buf_free(&once);
	buf_free(&twice);
}

/* Each name with each, by cJSON's own reading of the text. */
static bool has_a_name_twice(const cJSON *list) {
	bool found = false;
	for (const cJSON *v = list ? list->child : NULL; v && !found; v = v->next) {
		for (const cJSON *w = cJSON_IsObject(list) ? v->next : NULL; w; w = w->next)
			found = found || strcmp(v->string, w->string) == 0;
		found = found || has_a_name_twice(v);
	}
	return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	bool beyond;
	char *text = fuzz_bytes(data, size);
	bool valid = is_json(text, size, &beyond);
	cJSON *plain = valid ? cJSON_ParseWithLength(text, size) : NULL;
	bool twice = has_a_name_twice(plain);
	cJSON_Delete(plain);
	json *answer = json_parse_answer(text, size, NULL);
	free(text);
	json *document = fuzz_json(data, size);
	if (document) {
		fuzz_must(valid, "what is taken is JSON");
		fuzz_must(!twice, "each name stands once in its object");
		fuzz_must(answer != NULL, "an answer is taken, too");
		must_read_the_same(document);
	}
	fuzz_must(document || !valid || beyond || twice, "what is JSON is taken");
	fuzz_must(!answer || (valid && !twice), "an answer is JSON");
	json_free(document);
	json_free(answer);
	return 0;
}
