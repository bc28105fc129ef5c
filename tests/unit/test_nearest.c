/* What a mistyped name may have meant. Distances are those of a plain, unbounded computation made
 * here by the definition of optimal string alignment. */
#include "config.h"

#include "support.h"

#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

enum { MAX = 12 };

static size_t least(size_t a, size_t b) {
	return a < b ? a : b;
}

/* The definition, by recursion over the ends: exponential, for short words. */
static size_t by_definition(const char *a, size_t n, const char *b, size_t m) {
	if (n == 0 || m == 0)
		return n + m;
	size_t best = by_definition(a, n - 1, b, m - 1) + (a[n - 1] != b[m - 1]);
	best = least(best, by_definition(a, n - 1, b, m) + 1);
	best = least(best, by_definition(a, n, b, m - 1) + 1);
	if (n > 1 && m > 1 && a[n - 1] == b[m - 2] && a[n - 2] == b[m - 1])
		best = least(best, by_definition(a, n - 2, b, m - 2) + 1);
	return best;
}

static void known_distances(void **state) {
	(void)state;
	static const struct {
		const char *a, *b;
		size_t distance;
	} cases[] = {{"", "", 0}, {"a", "", 1}, {"", "abc", 3}, {"prod", "prod", 0},
		{"prod", "PROD", 0}, {"prdo", "prod", 1}, {"pord", "prod", 1}, {"prd", "prod", 1},
		{"prood", "prod", 1}, {"brod", "prod", 1}, {"kitten", "sitting", 3},
		{"memroy", "memory", 1}, {"ca", "abc", 3}, {"abcd", "badc", 2}, {"abc", "xyz", 3}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const char *a = cases[i].a;
		const char *b = cases[i].b;
		size_t wanted = cases[i].distance;
		for (size_t most = 0; most < 9; most++) {
			size_t bounded = wanted <= most ? wanted : most + 1;
			expect_whole((int64_t)nearest_distance(a, strlen(a), b, strlen(b), most),
				(int64_t)bounded, "%s, %s, at most %zu", a, b, most);
			expect_whole((int64_t)nearest_distance(b, strlen(b), a, strlen(a), most),
				(int64_t)bounded, "%s, %s, at most %zu", b, a, most);
		}
	}
}

static unsigned next_random(unsigned *seed) {
	*seed = *seed * 1103515245U + 12345U;
	return *seed >> 16U & 0x7fffU;
}

static void distances_are_those_of_the_definition(void **state) {
	(void)state;
	enum { PAIRS = 3000, MAX_LENGTH = 6 };
	unsigned seed = 1;
	for (size_t i = 0; i < PAIRS; i++) {
		char words[2][MAX];
		size_t len[2];
		for (size_t w = 0; w < 2; w++) {
			len[w] = next_random(&seed) % (MAX_LENGTH + 1);
			for (size_t k = 0; k < len[w]; k++)
				words[w][k] = (char)('a' + next_random(&seed) % 3);
			words[w][len[w]] = '\0';
		}
		size_t wanted = by_definition(words[0], len[0], words[1], len[1]);
		size_t most = next_random(&seed) % (MAX_LENGTH + 1);
		expect_whole((int64_t)nearest_distance(words[0], len[0], words[1], len[1], most),
			(int64_t)least(wanted, most + 1), "%s, %s, at most %zu", words[0], words[1],
			most);
	}
}

static void long_names_stay_in_their_bounds(void **state) {
	(void)state;
	char a[NEAREST_MAX_CHARS + 2];
	char b[NEAREST_MAX_CHARS + 2];
	memset(a, 'a', sizeof a);
	memset(b, 'a', sizeof b);
	b[100] = 'x';
	expect_whole((int64_t)nearest_distance(a, NEAREST_MAX_CHARS, b, NEAREST_MAX_CHARS, 5), 1,
		"the longest");
	expect_whole((int64_t)nearest_distance(a, NEAREST_MAX_CHARS, b, NEAREST_MAX_CHARS - 5, 5),
		6, "five shorter, and one replaced");
	expect_whole((int64_t)nearest_distance(a, NEAREST_MAX_CHARS + 1, b, NEAREST_MAX_CHARS + 1,
			     5),
		6, "too long");
	expect_whole((int64_t)nearest_distance(a, 3, b, NEAREST_MAX_CHARS, NEAREST_MAX_CHARS), 252,
		"all of a row");
}

static void the_nearest_are_named(void **state) {
	(void)state;
	static const struct {
		const char *wanted, *names, *text;
	} cases[] = {
		{"prdo", "prod test", "; did you mean prod?"},
		{"prod", "prod1 prod2", "; did you mean prod1 or prod2?"},
		{"prod", "PROD", "; did you mean PROD?"},
		{"prod", "prod prod1", ""},
		{"prod", "test stage", ""},
		{"prod", "", ""},
		{"", "a b", ""},
		{"x", "y xx", ""},
		/* The nearest first, then by name, three at most, each once. */
		{"staging", "stagings staging-2 stagin tsaging staging-eu stagings",
			"; did you mean stagin, stagings or tsaging?"},
		{"worker", "worker-eu worker-us walker",
			"; did you mean walker, worker-eu or worker-us?"},
		/* A beginning is near however much is missing. */
		{"pr", "production-of-something-long",
			"; did you mean production-of-something-long?"},
		{"p", "production", ""},
		/* A third of the length, five at most. */
		{"abcdef", "abcdxy", "; did you mean abcdxy?"},
		{"abcdef", "abcxyz", ""},
		{"abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstu12345",
			"; did you mean abcdefghijklmnopqrstu12345?"},
		{"abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrst123456", ""},
		{"prodX", "pro|d\033[31m", ""},
		{"pro|x", "pro|d", "; did you mean pro/d?"},
		{"\001\001", "\001\001\002 \001\001z", "; did you mean ? or z?"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e;
		(void)err_set(&e, ERR_USAGE, "no");
		expect_whole(nearest_explain_word(cases[i].wanted, strlen(cases[i].wanted),
				     cases[i].names, &e),
			-1, "what comes back");
		expect(e.code == ERR_USAGE, "the code stays");
		expect_text(e.message + 2, cases[i].text, "%s among %s", cases[i].wanted,
			cases[i].names);
	}
}

/* Three long names do not fit into a message: fewer are named, none in part. */
static void long_names_are_named_whole(void **state) {
	(void)state;
	char names[3 * 201 + 1];
	char wanted[201];
	struct err e;
	(void)snprintf(wanted, sizeof wanted, "%0200d", 0);
	(void)snprintf(names, sizeof names, "%0200d %0200d %0200d", 1, 2, 3);
	(void)err_set(&e, ERR_USAGE, "no");
	(void)nearest_explain_word(wanted, strlen(wanted), names, &e);
	char text[300];
	(void)snprintf(text, sizeof text, "no; did you mean %0200d?", 1);
	expect_text(e.message, text, "one of three");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(known_distances),
		UNIT_TEST(distances_are_those_of_the_definition),
		UNIT_TEST(long_names_stay_in_their_bounds),
		UNIT_TEST(the_nearest_are_named),
		UNIT_TEST(long_names_are_named_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
