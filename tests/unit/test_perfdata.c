/* States and performance data items. */
#include "config.h"

#include "support.h"

#include "base/text.h"
#include "harness/perfdata.h"
#include "harness/state.h"

#include <stdlib.h>
#include <string.h>

static void labels_are_quoted_where_they_must(void **state) {
	(void)state;
	static const char rest[] = "=1;;;0";
	static const char *const cases[][2] = {{"api_cpu", "api_cpu"}, {"services", "services"},
		{"a-b_C9", "a-b_C9"}, {"a b", "'a b'"}, {"it's", "it_s"}, {"a=b", "a_b"},
		{"''", "__"}, {"a='b c'", "'a__b c_'"}, {"a;b", "'a;b'"}, {"a,b", "'a,b'"},
		{"a\nb", "'a b'"}, {"\033[31mred", "red"},
		{"a\xe2\x80\xae"
		 "b",
			"ab"}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf b;
		buf_init(&b, 1000);
		perfdata_add_count(&b, cases[i][0], 1);
		assert_true(b.len > strlen(rest));
		expect_text(buf_str(&b) + b.len - strlen(rest), rest, "label %zu", i);
		buf_truncate(&b, b.len - strlen(rest));
		/* A comma need not be quoted, but may. */
		if (strchr(cases[i][0], ',') && buf_str(&b)[0] != '\'')
			expect_text(buf_str(&b), cases[i][0], "label %zu", i);
		else
			expect_text(buf_str(&b), cases[i][1], "label %zu", i);
		buf_free(&b);
	}
}

/* Whatever the name: one item, which every parser takes for one. */
static void hostile_labels_do_no_harm(void **state) {
	(void)state;
	static const char *const pieces[] = {"'", "=", "|", " ", ";", "\n", "\033[1m", "\xff",
		"\xc3\xa9", "a", "$", "`", "\xe2\x80\xae", "::"};
	uint64_t seed = 3;
	for (int round = 0; round < 5000; round++) {
		char label[64] = "x";
		struct buf b;
		for (int i = 0; i < 8; i++) {
			seed = seed * 6364136223846793005U + 1442695040888963407U;
			strcat(label, pieces[(seed >> 33) % LENGTH(pieces)]);
		}
		buf_init(&b, 1000);
		perfdata_add_count(&b, label, 5);
		const char *item = buf_str(&b);
		bool quoted = *item == '\'';
		const char *close = quoted ? strchr(item + 1, '\'') : strchr(item, '=');
		expect(close != NULL, "%s has a label", item);
		if (!close)
			continue;
		expect_text(close + quoted, "=5;;;0", "what follows the label of %s", item);
		expect(strpbrk(item, "|\n\033") == NULL && text_is_utf8(item, b.len), "%s is clean",
			item);
		expect(quoted || !memchr(item, ' ', (size_t)(close - item)), "%s needs quotes",
			item);
		buf_free(&b);
	}
}

static void long_labels_are_bounded(void **state) {
	(void)state;
	char label[5000];
	struct buf b;
	for (size_t i = 0; i + 2 < sizeof label; i += 2)
		memcpy(label + i, "\xc3\xa9", 3);
	buf_init(&b, 100000);
	perfdata_add_count(&b, label, 1);
	assert_false(b.failed);
	assert_true(text_is_utf8(b.data, b.len));
	assert_true(b.len < 2000);
	buf_free(&b);
}

static void items_have_all_fields(void **state) {
	(void)state;
	static const struct {
		const char *label, *value, *warning, *critical, *item;
	} cases[] = {
		{"api_cpu", "34.4", "80", "95", "api_cpu=34.4%;80;95;0"},
		{"api_cpu", "100", "0:80", "95%", "api_cpu=100%;80;95;0"},
		{"api_cpu", "0", "~:", "95", "api_cpu=0%;;95;0"},
		{"api_cpu", "0", "~:", "~:", "api_cpu=0%;;;0"},
		{"api_cpu", "5.25", "10:", "@10:20", "api_cpu=5.25%;10:;@10:20;0"},
		{"a b", "1", "80.5", "~:95", "'a b'=1%;80.5;~:95;0"},
		/* Above 100: the next multiple of 100, else Icinga Web draws no pie. */
		{"m", "100.2", "80", "95", "m=100.2%;80;95;0;200"},
		{"m", "100.01", "80", "95", "m=100.01%;80;95;0;200"},
		{"m", "200", "80", "95", "m=200%;80;95;0;200"},
		{"m", "200.5", "~:", "~:", "m=200.5%;;;0;300"},
		{"m", "999999999.9", "80", "95", "m=999999999.9%;80;95;0;1000000000"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct range warning, critical;
		struct buf b, thresholds;
		assert_int_equal(range_parse(cases[i].warning, &warning, NULL), 0);
		assert_int_equal(range_parse(cases[i].critical, &critical, NULL), 0);
		buf_init(&b, 1000);
		buf_init(&thresholds, 1000);
		perfdata_add_thresholds(&thresholds, &warning, &critical);
		perfdata_add_percent(&b, cases[i].label, cases[i].value, buf_str(&thresholds));
		buf_free(&thresholds);
		expect_text(buf_str(&b), cases[i].item, "item %zu", i);
		buf_free(&b);
	}
	struct buf b;
	buf_init(&b, 1000);
	perfdata_add_count(&b, "services", 14);
	assert_string_equal(buf_str(&b), "services=14;;;0");
	buf_free(&b);
}

/* --- states --- */

static void states_have_names(void **state) {
	(void)state;
	static const char *const names[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
	static const char *const numbers[] = {"0", "1", "2", "3"};
	static const char *const lower[] = {"ok", "Warning", "cRITICAL", "unknown"};
	for (int i = 0; i < 4; i++) {
		enum state s = STATE_OK;
		expect_text(state_name((enum state)i), names[i], "name of %d", i);
		expect(state_parse(names[i], &s) == 0 && (int)s == i, "%s", names[i]);
		expect(state_parse(numbers[i], &s) == 0 && (int)s == i, "%s", numbers[i]);
		expect(state_parse(lower[i], &s) == 0 && (int)s == i, "%s", lower[i]);
	}
	static const char *const others[] = {"", "4", "-1", "00", "1 ", "o", "okay", "crit", "1.0",
		"OK WARNING", "UNKNOWN\n"};
	for (size_t i = 0; i < LENGTH(others); i++) {
		enum state s;
		expect_whole(state_parse(others[i], &s), -1, "'%s'", others[i]);
	}
}

/* CRITICAL over WARNING over UNKNOWN over OK. */
static void states_are_ordered(void **state) {
	(void)state;
	static const enum state order[] = {STATE_OK, STATE_UNKNOWN, STATE_WARNING, STATE_CRITICAL};
	for (size_t a = 0; a < LENGTH(order); a++) {
		expect_whole(state_rank(order[a]), (int64_t)a, "rank of %s", state_name(order[a]));
		for (size_t b = 0; b < LENGTH(order); b++)
			expect_whole(state_worse(order[a], order[b]), order[a > b ? a : b],
				"%s and %s", state_name(order[a]), state_name(order[b]));
	}
}

static void times_have_no_thresholds(void **state) {
	(void)state;
	struct buf out;
	buf_init(&out, 100);
	perfdata_add_seconds(&out, "a b_full", 187200);
	assert_string_equal(buf_str(&out), "'a b_full'=187200s");
	buf_free(&out);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(labels_are_quoted_where_they_must),
		UNIT_TEST(hostile_labels_do_no_harm),
		UNIT_TEST(long_labels_are_bounded),
		UNIT_TEST(items_have_all_fields),
		UNIT_TEST(times_have_no_thresholds),
		UNIT_TEST(states_have_names),
		UNIT_TEST(states_are_ordered),
	};
	return cmocka_run_group_tests_name("perfdata", tests, NULL, NULL);
}
