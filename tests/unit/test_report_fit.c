/* --max-output (contract 1.4): what is left out in turn, for many made-up reports and every bound.
 */
#include "config.h"

#include "support.h"

#include "base/text.h"
#include "harness/output_bound.h"
#include "report/fit.h"

#include <stdio.h>
#include <string.h>

enum { LINES = 14, ITEMS = 30, REPORTS = 12 };

static const char summary[] = " | cpu_peak=97.1%;80;95;0 services=14;;;0";
static const char context[] = "account 123456789012, eu-west-1, Maximum per 1h";
static const char note[] = "left out to stay within ";

/* One report: the texts its parts are made of. */
struct sample {
	char headline[160];
	char text[LINES][120], sparkline[LINES][120], link[LINES][200];
	char item[ITEMS][60];
	struct series_verdict series[ITEMS];
};

static unsigned next_random(unsigned *seed) {
	*seed = *seed * 1103515245U + 12345U;
	return *seed >> 16U & 0x7fffU;
}

static void fill(char *out, const char *piece, size_t times) {
	out[0] = '\0';
	for (size_t i = 0; i < times; i++)
		strcat(out, piece);
}

static void make_sample(struct sample *s, unsigned seed) {
	static const enum state states[] = {STATE_OK, STATE_WARNING, STATE_CRITICAL, STATE_UNKNOWN};
	*s = (struct sample){0};
	(void)snprintf(s->headline, sizeof s->headline, "ECS CRITICAL - prod: report %u", seed);
	for (size_t i = 0; i < LINES; i++) {
		char pad[80];
		fill(pad, "\xc3\xa9", next_random(&seed) % 30);
		(void)snprintf(s->text[i], sizeof s->text[i], "[WARNING] line %zu %s", i, pad);
		fill(s->sparkline[i], "\xe2\x96\x88", next_random(&seed) % 26);
		if (next_random(&seed) % 4)
			(void)snprintf(s->link[i], sizeof s->link[i], "  https://host/%zu#%s\n", i,
				pad);
	}
	for (size_t i = 0; i < ITEMS; i++) {
		double peak = next_random(&seed) % 100;
		s->series[i] = (struct series_verdict){.state = states[next_random(&seed) % 4],
			.points = 1,
			.peak = peak,
			.shown = peak};
		(void)snprintf(s->item[i], sizeof s->item[i], "svc-%zu_cpu=%d%%;80;95;0", i,
			(int)peak);
	}
}

static void make_parts(const struct sample *s, struct report_parts *p) {
	report_parts_init(p);
	buf_adds(&p->headline, s->headline);
	buf_adds(&p->summary, summary);
	buf_adds(&p->context, context);
	for (size_t i = 0; i < LINES; i++) {
		struct report_line l = {.start = p->body.len};
		buf_adds(&p->body, s->text[i]);
		l.sparkline = p->body.len;
		buf_adds(&p->body, s->sparkline[i]);
		l.line_end = p->body.len;
		buf_addc(&p->body, '\n');
		l.link = p->body.len;
		buf_adds(&p->body, s->link[i]);
		l.end = p->body.len;
		report_parts_add_line(p, &l);
	}
	for (size_t i = 0; i < ITEMS; i++) {
		size_t start = p->items_text.len;
		buf_adds(&p->items_text, s->item[i]);
		report_parts_add_item(p, &s->series[i], start);
	}
}

static void fit(const struct sample *s, size_t max_bytes, struct buf *out) {
	struct report_parts p;
	struct err e = {0};
	buf_init(out, 1000000);
	make_parts(s, &p);
	assert_int_equal(report_fit(&p, max_bytes, out, &e), 0);
	report_parts_free(&p);
}

/* What an output holds. */
struct seen {
	size_t lines, links, sparklines, items;
	bool has_note, kept[ITEMS];
};

/* Takes text off the front of *at, if it is there. */
static bool take(const char **at, const char *text) {
	size_t n = strlen(text);
	if (strncmp(*at, text, n) != 0)
		return false;
	*at += n;
	return true;
}

/* Reads an output as the parts that may stand in it, in their order; fails on anything else. */
static void read_output(const struct sample *s, const char *at, struct seen *seen) {
	*seen = (struct seen){0};
	assert_true(take(&at, s->headline) && take(&at, summary) && take(&at, "\n"));
	while (seen->lines < LINES && take(&at, s->text[seen->lines])) {
		size_t i = seen->lines++;
		seen->sparklines += s->sparkline[i][0] && take(&at, s->sparkline[i]);
		assert_true(take(&at, "\n"));
		seen->links += s->link[i][0] && take(&at, s->link[i]);
	}
	if (strncmp(at, note, strlen(note)) == 0) {
		seen->has_note = true;
		at = strchr(at, '\n') + 1;
	}
	assert_true(take(&at, context));
	for (size_t i = 0; i < ITEMS; i++) {
		const char *before = at;
		seen->kept[i] = take(&at, seen->items ? " " : " |") && take(&at, s->item[i]);
		at = seen->kept[i] ? at : before;
		seen->items += seen->kept[i];
	}
	expect_text(at, "\n", "after all parts there is nothing but the end of the line");
}

static bool is_worse(const struct series_verdict *a, const struct series_verdict *b) {
	int rank = state_rank(a->state) - state_rank(b->state);
	return rank > 0 || (rank == 0 && a->shown > b->shown);
}

static void must_have_left_out_in_turn(const struct sample *s, const struct seen *whole,
	const struct seen *seen) {
	bool some_ok = false;
	for (size_t i = 0; i < ITEMS; i++)
		some_ok |= seen->kept[i] && s->series[i].state == STATE_OK;
	assert_true(seen->links == 0); /* the first to go */
	if (seen->sparklines > 0)
		assert_int_equal(seen->items, whole->items);
	assert_true(seen->sparklines == 0 || seen->sparklines == whole->sparklines);
	if (some_ok)
		assert_int_equal(seen->items, whole->items);
	if (seen->lines < whole->lines)
		assert_int_equal(seen->items, 0);
	for (size_t i = 0; i < ITEMS; i++)
		for (size_t k = 0; k < ITEMS; k++)
			assert_false(seen->kept[i] && !seen->kept[k] &&
				is_worse(&s->series[k], &s->series[i]));
}

static void note_must_count(const char *output, const struct seen *seen, const struct seen *whole) {
	char expected[100];
	if (seen->items < whole->items) {
		(void)snprintf(expected, sizeof expected, " %zu perfdata item%s",
			whole->items - seen->items, whole->items - seen->items == 1 ? "" : "s");
		expect_holds(output, expected, "the items left out are counted");
	}
	if (seen->lines < whole->lines) {
		(void)snprintf(expected, sizeof expected, " %zu line%s\n",
			whole->lines - seen->lines, whole->lines - seen->lines == 1 ? "" : "s");
		expect_holds(output, expected, "and the lines");
	}
}

static void every_bound_is_kept_and_nothing_is_cut(void **state) {
	(void)state;
	for (unsigned seed = 1; seed <= REPORTS; seed++) {
		struct sample s;
		struct buf full;
		struct seen whole;
		struct seen before = {0};
		make_sample(&s, seed);
		fit(&s, 0, &full);
		read_output(&s, buf_str(&full), &whole);
		assert_int_equal(whole.lines, LINES);
		assert_int_equal(whole.items, ITEMS);
		assert_false(whole.has_note);
		for (size_t bound = OUTPUT_BOUND_MIN_BYTES; bound <= full.len + 3; bound++) {
			struct buf out;
			struct seen seen;
			fit(&s, bound, &out);
			assert_true(out.len <= bound);
			assert_true(text_is_utf8(buf_str(&out), out.len));
			read_output(&s, buf_str(&out), &seen);
			assert_int_equal(seen.has_note, bound < full.len);
			if (seen.has_note)
				must_have_left_out_in_turn(&s, &whole, &seen);
			else
				expect_text(buf_str(&out), buf_str(&full), "it fits");
			note_must_count(buf_str(&out), &seen, &whole);
			assert_true(seen.lines >= before.lines && seen.items >= before.items);
			before = seen;
			buf_free(&out);
		}
		assert_int_equal(before.items, ITEMS);
		buf_free(&full);
	}
}

static void a_first_line_that_is_too_long_ends_in_dots(void **state) {
	(void)state;
	for (size_t bound = OUTPUT_BOUND_MIN_BYTES; bound < OUTPUT_BOUND_MIN_BYTES + 4; bound++) {
		struct report_parts p;
		struct buf out;
		struct err e = {0};
		report_parts_init(&p);
		buf_init(&out, 100000);
		buf_adds(&p.headline, "ECS UNKNOWN - ");
		for (int i = 0; i < 900; i++)
			buf_adds(&p.headline, "\xe2\x82\xac");
		buf_adds(&p.summary, summary);
		buf_adds(&p.context, context);
		assert_int_equal(report_fit(&p, bound, &out, &e), 0);
		assert_true(out.len <= bound && out.len > bound / 2);
		assert_true(text_is_utf8(buf_str(&out), out.len));
		expect_holds(buf_str(&out), "\xe2\x82\xac... | cpu_peak=97.1%",
			"dots, then the perfdata");
		expect_holds(buf_str(&out), "the end of the first line", "which is told");
		buf_free(&out);
		report_parts_free(&p);
	}
}

static void bounds_are_bytes_or_names(void **state) {
	(void)state;
	/* Names: Nagios Core, NRPE's packets, Icinga DB Web, as measured with Debian 12's. */
	static const struct {
		const char *text;
		size_t bytes; /* 0: refused */
	} cases[] = {{"nagios", 4096}, {"nrpe", 65504}, {"nrpe2", 1023}, {"icingadb", 10000},
		{"1000", 1000}, {"67108864", 67108864}, {"999", 0}, {"67108865", 0}, {"0", 0},
		{"-5000", 0}, {"4k", 0}, {"Nagios", 0}, {"nrpe3", 0}, {"5000.5", 0},
		{"99999999999999999999", 0}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		size_t bytes = 0;
		struct err e = {0};
		int rc = output_bound_parse(cases[i].text, &bytes, &e);
		assert_int_equal(rc, cases[i].bytes ? 0 : -1);
		assert_int_equal(bytes, cases[i].bytes);
		if (rc)
			expect_holds(e.message, "use a number of bytes from 1000", "%s",
				cases[i].text);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bound_is_kept_and_nothing_is_cut),
		cmocka_unit_test(a_first_line_that_is_too_long_ends_in_dots),
		cmocka_unit_test(bounds_are_bytes_or_names),
	};
	return cmocka_run_group_tests_name("report_fit", tests, NULL, NULL);
}
