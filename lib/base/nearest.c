#include "config.h"

#include "base/nearest.h"

#include "base/buf.h"
#include "base/text.h"

#include <string.h>

enum { NAMES_IN_ERROR_BYTES = 300, MAX_DISTANCE = 5, MIN_BEGINNING = 2 };

/* --- the distance --- */

struct rows {
	size_t two_above[NEAREST_MAX_CHARS + 2], above[NEAREST_MAX_CHARS + 2],
		row[NEAREST_MAX_CHARS + 2];
};

static bool same_letter(char a, char b) {
	return text_lower(a) == text_lower(b);
}

static size_t min_of(size_t a, size_t b) {
	return a < b ? a : b;
}

/* Computes one row, only the cells that can hold at most `most`. i counts from 1. Returns the
 * minimum. */
static size_t fill_row(struct rows *r, const char *a, size_t i, const char *b, size_t b_len,
	size_t most) {
	size_t first = i > most ? i - most : 1;
	size_t last = min_of(b_len, i + most);
	size_t lowest = r->row[first - 1] = first == 1 ? i : most + 1;
	for (size_t j = first; j <= last; j++) {
		size_t cost = same_letter(a[i - 1], b[j - 1]) ? 0 : 1;
		size_t best = min_of(min_of(r->above[j], r->row[j - 1]) + 1,
			r->above[j - 1] + cost);
		if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
			same_letter(a[i - 2], b[j - 1]))
			best = min_of(best, r->two_above[j - 2] + 1);
		r->row[j] = best;
		lowest = min_of(lowest, best);
	}
	r->row[last + 1] = most + 1;
	return lowest;
}

size_t nearest_distance(const char *a, size_t a_len, const char *b, size_t b_len, size_t most) {
	struct rows r;
	size_t difference = a_len > b_len ? a_len - b_len : b_len - a_len;
	if (difference > most || a_len > NEAREST_MAX_CHARS || b_len > NEAREST_MAX_CHARS)
		return most + 1;
	for (size_t j = 0; j <= b_len + 1; j++)
		r.above[j] = r.two_above[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		if (fill_row(&r, a, i, b, b_len, most) > most)
			return most + 1;
		memcpy(r.two_above, r.above, sizeof r.above);
		memcpy(r.above, r.row, sizeof r.row);
	}
	return min_of(r.above[b_len], most + 1);
}

/* --- the search --- */

static size_t limit_for(size_t len) {
	if (len < 2)
		return 0;
	return len < 6 ? 1 : min_of(len / 3, MAX_DISTANCE);
}

void nearest_begin(struct nearest *n, const char *wanted, size_t len) {
	*n = (struct nearest){.wanted = wanted, .wanted_len = len};
}

static bool wanted_begins(const struct nearest *n, const char *name, size_t len) {
	return n->wanted_len >= MIN_BEGINNING && len > n->wanted_len &&
		text_equal_nocase(n->wanted, name, n->wanted_len);
}

/* By distance, then by name. */
static bool comes_before(const struct nearest *n, size_t i, const char *name, size_t len,
	size_t distance) {
	if (n->best[i].distance != distance)
		return n->best[i].distance < distance;
	int order = memcmp(n->best[i].name, name, min_of(n->best[i].len, len));
	return order != 0 ? order < 0 : n->best[i].len <= len;
}

static bool is_listed(const struct nearest *n, const char *name, size_t len) {
	for (size_t i = 0; i < n->count; i++)
		if (n->best[i].len == len && memcmp(n->best[i].name, name, len) == 0)
			return true;
	return false;
}

void nearest_consider(struct nearest *n, const char *name, size_t len) {
	size_t limit = limit_for(n->wanted_len);
	if (len == n->wanted_len && memcmp(name, n->wanted, len) == 0)
		n->is_known = true;
	size_t distance = nearest_distance(n->wanted, n->wanted_len, name, len, limit);
	if (distance > limit && !wanted_begins(n, name, len))
		return;
	if (is_listed(n, name, len))
		return;
	size_t at = 0;
	while (at < n->count && comes_before(n, at, name, len, distance))
		at++;
	if (at == NEAREST_MAX)
		return;
	if (n->count < NEAREST_MAX)
		n->count++;
	for (size_t i = n->count - 1; i > at; i--)
		n->best[i] = n->best[i - 1];
	n->best[at].name = name;
	n->best[at].len = len;
	n->best[at].distance = distance;
}

/* --- the message --- */

static void add_name(const struct nearest *n, size_t i, const char *prefix, struct buf *out) {
	struct buf raw;
	buf_init(&raw, NEAREST_MAX_CHARS);
	buf_add(&raw, n->best[i].name, n->best[i].len);
	buf_adds(out, prefix);
	size_t before = out->len;
	text_add_clean(out, buf_str(&raw), NEAREST_MAX_CHARS);
	if (out->len == before)
		buf_addc(out, '?'); /* none of it is printable */
	buf_fail_with(out, &raw);
	buf_free(&raw);
}

int nearest_explain(const struct nearest *n, const char *prefix, struct err *e) {
	size_t count = n->is_known ? 0 : n->count;
	for (bool fits = false; count > 0 && !fits; count--) {
		struct buf names;
		buf_init(&names, NAMES_IN_ERROR_BYTES);
		for (size_t i = 0; i < count; i++) {
			if (i > 0)
				buf_adds(&names, i + 1 < count ? ", " : " or ");
			add_name(n, i, prefix, &names);
		}
		fits = !names.failed; /* else fewer may fit */
		if (fits)
			err_suffix(e, "; did you mean %s?", buf_str(&names));
		buf_free(&names);
	}
	return -1;
}

int nearest_explain_word(const char *wanted, size_t len, const char *names, struct err *e) {
	struct nearest n;
	nearest_begin(&n, wanted, len);
	while (*names) {
		size_t word = strcspn(names, " ");
		nearest_consider(&n, names, word);
		names += word + (names[word] == ' ');
	}
	return nearest_explain(&n, "", e);
}
