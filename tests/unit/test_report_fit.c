/* --max-output (contract 1.4): what stays, for many made-up reports and every bound, against a
 * plain reference; and what of the text is replaced. */
#include "config.h"

#include "support.h"

#include "base/text.h"
#include "harness/output_bound.h"
#include "report/words/fit.h"

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

static const struct range range = {0, 50, false};

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
			(void)snprintf(s->link[i], sizeof s->link[i], "l%zu cpu: https://host/%s",
				i, pad);
	}
	for (size_t i = 0; i < ITEMS; i++) {
		double peak = next_random(&seed) % 100;
		char pad[20];
		fill(pad, "x", next_random(&seed) % 20);
		s->series[i] = (struct series_verdict){.state = states[next_random(&seed) % 4],
			.range = &range,
			.points = 1,
			.peak = peak,
			.shown = peak};
		(void)snprintf(s->item[i], sizeof s->item[i], "svc-%zu%s_cpu=%d%%;80;95;0", i, pad,
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
		buf_addc(&p->body, '\n');
		l.end = p->body.len;
		report_parts_add_line(p, &l);
	}
	for (size_t i = 0; i < LINES; i++)
		if (s->link[i][0])
			buf_addf(&p->body, "%s\n", s->link[i]);
	report_parts_add_links(p);
	for (size_t i = 0; i < ITEMS; i++) {
		size_t start = p->items_text.len;
		buf_adds(&p->items_text, s->item[i]);
		report_parts_add_item(p, &s->series[i], start);
	}
}

static void fit(const struct sample *s, const struct output_bound *bound, struct buf *out) {
	struct report_parts p;
	struct err e = {0};
	buf_init(out, 1000000);
	make_parts(s, &p);
	assert_int_equal(report_fit(&p, bound, out, &e), 0);
	report_parts_free(&p);
}

/* --- the reference: what has to be kept, by the contract's order --- */

struct kept {
	size_t lines; /* from the top */
	bool sparkline[LINES], link[LINES], item[ITEMS];
};

static size_t size_of(const struct output_bound *bound, const char *text) {
	return bound->is_text ? text_length(text) : strlen(text);
}

static bool is_worse(const struct sample *s, size_t a, size_t b) {
	const struct series_verdict *x = &s->series[a];
	const struct series_verdict *y = &s->series[b];
	int rank = state_rank(x->state) - state_rank(y->state);
	return rank != 0 ? rank > 0 : x->shown > y->shown || (x->shown >= y->shown && a < b);
}

/* The note that says that everything is left out: no other is longer. */
static size_t longest_note(const struct sample *s, const struct output_bound *bound) {
	char text[300];
	size_t sparklines = 0;
	size_t links = 0;
	for (size_t i = 0; i < LINES; i++) {
		sparklines += s->sparkline[i][0] != '\0';
		links += s->link[i][0] != '\0';
	}
	return (size_t)snprintf(text, sizeof text,
		"%s%zu %s (--max-output): %zu links, %zu sparklines, %d perfdata items, %d lines\n",
		note, bound->max, bound->is_text ? "characters" : "bytes", links, sparklines, ITEMS,
		LINES);
}

static void choose(const struct sample *s, const struct output_bound *bound, struct kept *k) {
	size_t taken = size_of(bound, s->headline) + (bound->is_text ? 0 : strlen(summary)) + 1 +
		strlen(context) + 1 + longest_note(s, bound);
	size_t left = bound->max - taken;
	bool done[ITEMS] = {false};
	*k = (struct kept){0};
	assert_true(taken < bound->max);
	for (; k->lines < LINES && size_of(bound, s->text[k->lines]) + 1 <= left; k->lines++)
		left -= size_of(bound, s->text[k->lines]) + 1;
	for (size_t n = 0; n < ITEMS; n++) {
		size_t worst = ITEMS;
		for (size_t i = 0; i < ITEMS; i++)
			if (!done[i] && (worst == ITEMS || is_worse(s, i, worst)))
				worst = i;
		size_t size = bound->is_text ? 0 : strlen(s->item[worst]) + (n == 0 ? 2 : 1);
		if (size > left)
			break;
		left -= size;
		done[worst] = k->item[worst] = true;
	}
	for (size_t i = 0; i < k->lines; i++) {
		size_t size = size_of(bound, s->sparkline[i]);
		k->sparkline[i] = size > 0 && size <= left;
		left -= k->sparkline[i] ? size : 0;
	}
	for (size_t i = 0; i < LINES; i++) {
		size_t size = size_of(bound, s->link[i]) + 1;
		k->link[i] = size > 1 && size <= left;
		left -= k->link[i] ? size : 0;
	}
}

static void add_counted(struct buf *out, bool *first, size_t count, const char *what) {
	if (count > 0)
		buf_addf(out, "%s %zu %s%s", *first ? "" : ",", count, what, count == 1 ? "" : "s");
	*first = *first && count == 0;
}

/* The output that keeps just that; with everything (all) there is no note. */
static void write_kept(const struct sample *s, const struct output_bound *bound,
	const struct kept *k, bool all, struct buf *out) {
	size_t links = 0;
	size_t sparklines = 0;
	size_t items = 0;
	bool first = true;
	buf_init(out, 1000000);
	buf_addf(out, "%s%s\n", s->headline, summary);
	for (size_t i = 0; i < LINES; i++) {
		bool has = all || k->sparkline[i];
		if (all || i < k->lines)
			buf_addf(out, "%s%s\n", s->text[i], has ? s->sparkline[i] : "");
		sparklines += i < k->lines && s->sparkline[i][0] && !has;
	}
	for (size_t i = 0; i < LINES; i++) {
		if (all || k->link[i])
			buf_addf(out, "%s%s", s->link[i], s->link[i][0] ? "\n" : "");
		links += s->link[i][0] && !k->link[i];
	}
	for (size_t i = 0; i < ITEMS; i++)
		items += !k->item[i];
	if (!all) {
		buf_addf(out, "%s%zu %s (--max-output):", note, bound->max,
			bound->is_text ? "characters" : "bytes");
		add_counted(out, &first, links, "link");
		add_counted(out, &first, sparklines, "sparkline");
		add_counted(out, &first, items, "perfdata item");
		add_counted(out, &first, LINES - k->lines, "line");
		buf_addc(out, '\n');
	}
	buf_adds(out, context);
	first = true;
	for (size_t i = 0; i < ITEMS; i++) {
		if (!all && !k->item[i])
			continue;
		buf_addf(out, "%s%s", first ? " |" : " ", s->item[i]);
		first = false;
	}
	buf_addc(out, '\n');
}

/* What the bound counts of an output: everything, or the characters of the text alone. */
static size_t counted(const struct output_bound *bound, const struct buf *out) {
	size_t size = 0;
	for (const char *line = buf_str(out); bound->is_text && *line;) {
		size_t n = strcspn(line, "\n");
		struct buf text;
		buf_init(&text, 100000);
		buf_add(&text, line, n);
		const char *bar = strstr(buf_str(&text), " |");
		size += text_length(buf_str(&text)) - (bar ? text_length(bar) : 0) + 1;
		buf_free(&text);
		line += n + 1;
	}
	return bound->is_text ? size : out->len;
}

static void check_bound(const struct sample *s, const struct output_bound *bound,
	const struct buf *whole) {
	struct buf out;
	struct buf expected;
	struct kept kept;
	fit(s, bound, &out);
	expect(counted(bound, &out) <= bound->max, "%zu is kept", bound->max);
	expect(text_is_utf8(buf_str(&out), out.len), "no character is cut at %zu", bound->max);
	if (counted(bound, whole) <= bound->max) {
		expect_text(buf_str(&out), buf_str(whole), "it fits into %zu", bound->max);
	} else {
		choose(s, bound, &kept);
		write_kept(s, bound, &kept, false, &expected);
		expect_text(buf_str(&out), buf_str(&expected), "what stays within %zu", bound->max);
		buf_free(&expected);
	}
	buf_free(&out);
}

static void every_bound_is_kept_and_its_room_is_filled(void **state) {
	(void)state;
	for (unsigned seed = 1; seed <= REPORTS; seed++) {
		struct sample s;
		struct buf whole;
		struct buf full;
		make_sample(&s, seed);
		write_kept(&s, NULL, &(struct kept){0}, true, &whole);
		fit(&s, &(struct output_bound){0}, &full);
		expect_text(buf_str(&full), buf_str(&whole), "report %u without a bound", seed);
		buf_free(&full);
		for (size_t max = OUTPUT_BOUND_MIN_BYTES; max <= whole.len + 3; max++) {
			check_bound(&s, &(struct output_bound){max, false}, &whole);
			check_bound(&s, &(struct output_bound){max, true}, &whole);
		}
		buf_free(&whole);
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
		assert_int_equal(report_fit(&p, &(struct output_bound){bound, false}, &out, &e), 0);
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
	/* Names: Nagios Core, NRPE's packets, as measured with Debian 12's; Icinga DB Web, which
	 * counts the text alone. */
	static const struct {
		const char *text;
		size_t max; /* 0: refused */
		bool is_text;
	} cases[] = {{"nagios", 4096, false}, {"nrpe", 65504, false}, {"nrpe2", 1023, false},
		{"icingadb", 10000, true}, {"1000", 1000, false}, {"67108864", 67108864, false},
		{"999", 0, false}, {"67108865", 0, false}, {"0", 0, false}, {"-5000", 0, false},
		{"4k", 0, false}, {"Nagios", 4096, false}, {"nrpe3", 0, false},
		{"5000.5", 0, false}, {"99999999999999999999", 0, false}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct output_bound bound = {0};
		struct err e = {0};
		int rc = output_bound_parse(cases[i].text, &bound, &e);
		assert_int_equal(rc, cases[i].max ? 0 : -1);
		assert_int_equal(bound.max, cases[i].max);
		assert_int_equal(bound.is_text, cases[i].is_text);
		if (rc)
			expect_holds(e.message, "use 1000 to 67108864 bytes", "%s", cases[i].text);
	}
}

/* One word like a tag makes Icinga Web take the whole output for HTML. Charts have marks of their
 * own. */
static void tags_lose_their_brackets(void **state) {
	(void)state;
	struct report_parts p;
	struct buf out;
	struct err e = {0};
	struct series_verdict v = {.state = STATE_OK};
	report_parts_init(&p);
	buf_init(&out, 100000);
	buf_adds(&p.headline, "ECS OK - <b>prod</b>: x");
	buf_adds(&p.summary, " | <i>=1;;;0");
	buf_adds(&p.body, "before <a>\n");
	p.drawn_start = p.body.len;
	buf_adds(&p.body, "api : ###>\n");
	p.drawn_end = p.body.len;
	buf_adds(&p.body, "after <script>\n");
	report_parts_add_plain_lines(&p);
	buf_adds(&p.context, "account <1>");
	buf_adds(&p.items_text, "<b>_cpu=1%;80;95;0");
	report_parts_add_item(&p, &v, 0);
	assert_int_equal(report_fit(&p, &(struct output_bound){0}, &out, &e), 0);
	assert_string_equal(buf_str(&out),
		"ECS OK - (b)prod(/b): x | (i)=1;;;0\nbefore (a)\napi : ###>\nafter (script)\n"
		"account (1) |(b)_cpu=1%;80;95;0\n");
	buf_free(&out);
	report_parts_free(&p);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(every_bound_is_kept_and_its_room_is_filled),
		UNIT_TEST(a_first_line_that_is_too_long_ends_in_dots),
		UNIT_TEST(tags_lose_their_brackets),
		UNIT_TEST(bounds_are_bytes_or_names),
	};
	return cmocka_run_group_tests_name("report_fit", tests, NULL, NULL);
}
