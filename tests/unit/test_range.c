/* Threshold ranges against the plugin guidelines' table ("Threshold and Ranges"). */
#include "config.h"

#include "support.h"

#include "harness/range.h"

#include <math.h>
#include <string.h>

struct form {
	const char *text;
	double start, end;
	bool inside;
	const char *shortest; /* as perfdata carries it */
};

static const struct form forms[] = {
	{"10", 0, 10, false, "10"},
	{"10:", 10, INFINITY, false, "10:"},
	{"~:10", -INFINITY, 10, false, "~:10"},
	{":10", 0, 10, false, "10"},
	{"0:10", 0, 10, false, "10"},
	{"10:20", 10, 20, false, "10:20"},
	{"@10:20", 10, 20, true, "@10:20"},
	{"@10", 0, 10, true, "@0:10"},
	{"@~:10", -INFINITY, 10, true, "@~:10"},
	{"@10:", 10, INFINITY, true, "@10:"},
	{"@~:", -INFINITY, INFINITY, true, "@~:"},
	{"~:", -INFINITY, INFINITY, false, ""},
	{"0", 0, 0, false, "0"},
	{"0:", 0, INFINITY, false, "0:"},
	{"10:10", 10, 10, false, "10:10"},
	{"-10:-5", -10, -5, false, "-10:-5"},
	{"-5:5", -5, 5, false, "-5:5"},
	{"~:-5", -INFINITY, -5, false, "~:-5"},
	{"+5:+10", 5, 10, false, "5:10"},
	{"80.5", 0, 80.5, false, "80.5"},
	{"80.50", 0, 80.5, false, "80.5"},
	{".5", 0, 0.5, false, "0.5"},
	{"-.5:.5", -0.5, 0.5, false, "-0.5:0.5"},
	{"1e2", 0, 100, false, "100"},
	{"1E1:2e+1", 10, 20, false, "10:20"},
	{"5e-1", 0, 0.5, false, "0.5"},
	{"80%", 0, 80, false, "80"},
	{"10%:20%", 10, 20, false, "10:20"},
	{"10:20%", 10, 20, false, "10:20"},
	{"~:95%", -INFINITY, 95, false, "~:95"},
	{"10%:", 10, INFINITY, false, "10:"},
	{"@10%:20%", 10, 20, true, "@10:20"},
	/* Not octal: ten, not eight. */
	{"010", 0, 10, false, "10"},
	{"1000000", 0, 1e6, false, "1000000"},
	{"0.0001", 0, 1e-4, false, "0.0001"},
};

static void every_form_is_read(void **state) {
	(void)state;
	for (size_t i = 0; i < LENGTH(forms); i++) {
		const struct form *f = &forms[i];
		struct range r;
		struct err e = {.code = ERR_NONE};
		if (range_parse(f->text, &r, &e)) {
			expect(false, "'%s' is taken: %s", f->text, e.message);
			continue;
		}
		expect_number(r.start, f->start, "start of '%s'", f->text);
		expect_number(r.end, f->end, "end of '%s'", f->text);
		expect(r.inside == f->inside, "direction of '%s'", f->text);
	}
}

/* A message says what is wrong and the right form. */
static void messages_name_the_right_form(void **state) {
	(void)state;
	static const struct {
		const char *text, *words;
	} cases[] = {{"", "number is missing&10:90"}, {"@", "number is missing"},
		{"abc", "'abc'&not a valid range&80, 10:90, ~:90 or @10:20"},
		{"1,5", "'1,5'&decimal point"},
		{"20:10", "'20:10'&start is above its end&write 10:20"}, {"-5", "'-5'&~:-5"},
		{">80", "80 to alert above 80"}, {"<10", "10: to alert below"},
		{"/root:95", "quote ~"}, {"~95", "quote ~"}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct range r;
		struct err e = {.code = ERR_NONE};
		expect_whole(range_parse(cases[i].text, &r, &e), -1, "'%s'", cases[i].text);
		expect_holds(e.message, cases[i].words, "the message for '%s'", cases[i].text);
	}
}

static void other_forms_are_refused(void **state) {
	(void)state;
	static const char *const texts[] = {"", " ", "@", "~", "a", "10a", "20:10", "@20:10", "-5",
		"10:5", "5:-5", "nan", "NaN", "inf", "INF", "infinity", "10:inf", "-inf:10",
		"nan:10", "~:nan", "0x10", "10:0x20", "1,5", "10;20", "10::20", "10:20:30", "10-20",
		"10 ", " 10", "10: 20", "10 :20", "@ 10", "@@10", "10@", "%", "10%%", "%10", "10:%",
		"%:10", "~%:10", "~:~", "10:~", "~10", "10~", "1e999", "~:1e999", "1e", "1e+", "e5",
		"--5:1", "5-", "+", "-", ".", "10:-", "10\n", "\t10", "1_000", "1'000", "10$",
		"\xd9\xa1", "10:20@", "80=90", "cpu=80"};
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct range r;
		struct err e = {.code = ERR_NONE};
		expect_whole(range_parse(texts[i], &r, &e), -1, "result for '%s'", texts[i]);
		expect_whole(e.code, ERR_SYNTAX, "error code for '%s'", texts[i]);
		expect(*e.message != '\0', "a message for '%s'", texts[i]);
		expect_whole(range_parse(texts[i], &r, NULL), -1, "'%s' without an error value",
			texts[i]);
	}
}

static void the_guidelines_table_holds(void **state) {
	(void)state;
	static const struct {
		const char *range;
		double value;
		bool alerts, exceeds;
	} cases[] = {
		{"10", -0.001, true, false},
		{"10", 0, false, false},
		{"10", 10, false, false},
		{"10", 10.0000001, true, true},
		{"10:", 9.99, true, false},
		{"10:", 10, false, false},
		{"10:", 1e300, false, false},
		{"10:", -1e300, true, false},
		{"~:10", -1e300, false, false},
		{"~:10", 10, false, false},
		{"~:10", 10.01, true, true},
		{"10:20", 9.99, true, false},
		{"10:20", 10, false, false},
		{"10:20", 20, false, false},
		{"10:20", 20.01, true, true},
		{"@10:20", 9.99, false, false},
		{"@10:20", 10, true, false},
		{"@10:20", 15, true, false},
		{"@10:20", 20, true, false},
		{"@10:20", 20.01, false, false},
		{"@10", 0, true, false},
		{"@10", -1, false, false},
		{"@10", 11, false, false},
		{"~:", 1e300, false, false},
		{"~:", -1e300, false, false},
		{"@~:", 5, true, false},
		{"10:10", 10, false, false},
		{"10:10", 10.5, true, true},
		{"@10:10", 10, true, false},
		/* The original script's red: above 95, not at 95. */
		{"95", 95, false, false},
		{"95", 95.0000000001, true, true},
		{"-10:-5", -7, false, false},
		{"-10:-5", 0, true, true},
		{"-10:-5", -11, true, false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct range r;
		assert_int_equal(range_parse(cases[i].range, &r, NULL), 0);
		expect(range_breaches(&r, cases[i].value) == cases[i].alerts, "%s with %.12g",
			cases[i].range, cases[i].value);
		expect(range_exceeds(&r, cases[i].value) == cases[i].exceeds,
			"%s exceeded by %.12g", cases[i].range, cases[i].value);
	}
}

static void formatting_gives_the_shortest_form(void **state) {
	(void)state;
	for (size_t i = 0; i < LENGTH(forms); i++) {
		struct range r, back;
		struct buf b;
		buf_init(&b, 1000);
		assert_int_equal(range_parse(forms[i].text, &r, NULL), 0);
		range_format(&r, &b);
		expect_text(buf_str(&b), forms[i].shortest, "'%s' written", forms[i].text);
		if (b.len > 0 && range_parse(buf_str(&b), &back, NULL) == 0) {
			expect_number(back.start, forms[i].start, "start of '%s' read again",
				forms[i].text);
			expect_number(back.end, forms[i].end, "end of '%s' read again",
				forms[i].text);
			expect(back.inside == forms[i].inside, "direction of '%s' read again",
				forms[i].text);
		}
		buf_free(&b);
	}
}

static void a_range_written_is_the_range_read(void **state) {
	(void)state;
	static const double ends[] = {0.1, 1.0 / 3, 99.99999999999999, 1e-9, 123456789.123456,
		4e-18, 1e300, 5e-324};
	for (size_t i = 0; i < LENGTH(ends); i++) {
		struct range r = {.start = -ends[i], .end = ends[i]}, back = {.inside = true};
		struct buf b;
		buf_init(&b, 2000);
		range_format(&r, &b);
		expect(range_parse(buf_str(&b), &back, NULL) == 0, "%s is a range", buf_str(&b));
		expect_number(back.start, r.start, "start of %s", buf_str(&b));
		expect_number(back.end, r.end, "end of %s", buf_str(&b));
		buf_free(&b);
	}
}

static void the_range_that_never_alerts(void **state) {
	(void)state;
	struct range r;
	assert_int_equal(range_parse("~:", &r, NULL), 0);
	assert_true(range_is_never(&r));
	assert_false(range_breaches(&r, 1e308));
	assert_false(range_breaches(&r, -1e308));
	static const char *const others[] = {"@~:", "0:", "~:10", "10", "@10"};
	for (size_t i = 0; i < LENGTH(others); i++) {
		assert_int_equal(range_parse(others[i], &r, NULL), 0);
		expect(!range_is_never(&r), "'%s' can alert", others[i]);
	}
}

static void values_can_be_too_high_for_a_range(void **state) {
	(void)state;
	static const struct {
		const char *text;
		double limit;
	} cases[] = {{"80", 80}, {"~:90", 90}, {"10:20", 20}, {"@95:", 95}, {"@0:", 0},
		{"10:", INFINITY}, {"~:", INFINITY}, {"@10:20", INFINITY}, {"@~:10", INFINITY},
		{"@~:", INFINITY}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct range r;
		assert_int_equal(range_parse(cases[i].text, &r, NULL), 0);
		expect_number(range_limit(&r), cases[i].limit, "%s", cases[i].text);
	}
}

static void ranges_are_recognised_in_names(void **state) {
	(void)state;
	static const char *const ranges[] = {"95", "80:90", "~:95", "@10:20", "95%", "80:"};
	static const char *const names[] = {"prod", "a-1", "", "95a", "prod-80"};
	for (size_t i = 0; i < LENGTH(ranges); i++)
		expect(range_is_valid(ranges[i]), "%s", ranges[i]);
	for (size_t i = 0; i < LENGTH(names); i++)
		expect(!range_is_valid(names[i]), "'%s'", names[i]);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(every_form_is_read),
		UNIT_TEST(messages_name_the_right_form),
		UNIT_TEST(other_forms_are_refused),
		UNIT_TEST(the_guidelines_table_holds),
		UNIT_TEST(formatting_gives_the_shortest_form),
		UNIT_TEST(a_range_written_is_the_range_read),
		UNIT_TEST(the_range_that_never_alerts),
		UNIT_TEST(values_can_be_too_high_for_a_range),
		UNIT_TEST(ranges_are_recognised_in_names),
	};
	return cmocka_run_group_tests_name("range", tests, NULL, NULL);
}
