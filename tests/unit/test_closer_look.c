/* The closer look: what is asked for, and when what it brought is told instead of the run's own
 * points. */
#include "config.h"

#include "support.h"

#include "judge/closer_look.h"
#include "scene.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FINE_S = 300, FINE_POINTS = 52 /* the scene's 4 h 20 min */, MANY = 300 };

static const struct statistic maximum = {.kind = STATISTIC_MAXIMUM, .name = "Maximum"};
static const struct statistic average = {.kind = STATISTIC_AVERAGE, .name = "Average"};

static void add_service(struct scene *s, const char *name, const double values[SCENE_POINTS]) {
	scene_points(s, scene_service(s, name), METRIC_CPU, values, SCENE_POINTS);
}

static void find(struct scene *s, struct closer_look *look) {
	struct err e;
	(void)scene_judge(s);
	assert_int_equal(closer_look_find(&s->rules, &s->samples, &s->verdict, look, &e), 0);
}

static void expect_count(struct scene *s, size_t wanted, const char *what) {
	struct closer_look look;
	find(s, &look);
	expect_whole((int64_t)look.list.count, (int64_t)wanted, "%s", what);
	closer_look_free(&look);
}

/* --- what is asked for --- */

static void problems_are_asked_about(void **state) {
	(void)state;
	struct scene s;
	struct closer_look look;
	scene_begin(&s);
	s.rules.with_detail = true;
	add_service(&s, "a-warning", (double[]){10, 85, 10, 10, 10});
	add_service(&s, "b-calm", (double[]){10, 20, 30, 20, 10});
	add_service(&s, "c-critical", (double[]){10, 10, 10, 99, 10});
	find(&s, &look);
	assert_int_equal(look.list.count, 4);
	for (size_t i = 0; i < look.list.count; i++) {
		const struct request *r = &look.list.items[i];
		expect_whole((int64_t)r->service, i < 2 ? 0 : 2, "the service of request %zu", i);
		expect_text(r->statistic->name, i % 2 == 0 ? "Maximum" : "Average",
			"the statistic of request %zu", i);
		expect(r->kind == REQUEST_SERIES && r->span == &look.span, "request %zu", i);
	}
	/* From the window's start to 20 minutes into its last hour. */
	expect_whole(look.span.window_s, (int64_t)FINE_POINTS * FINE_S, "how far back");
	expect_whole(look.span.period_s, FINE_S, "the period");
	expect(!look.span.with_filling, "complete periods alone");
	closer_look_free(&look);
	s.rules.breaches = 2;
	expect_count(&s, 0, "too few points for a state");
	s.rules.breaches = 1;
	s.rules.with_detail = false;
	expect_count(&s, 0, "--detail=none");
	s.rules.with_detail = true;
	scene_no_filling(&s);
	scene_statistic(&s, "Average");
	expect_count(&s, 2, "Average of an hour alone");
	scene_end(&s);
}

/* What --recover alone keeps is told by the run's own points, those before the window included. */
static void held_states_are_not_asked_about(void **state) {
	(void)state;
	struct scene s;
	struct series_lasting l;
	scene_begin(&s);
	s.rules.with_detail = true;
	s.samples.window.before = 2;
	add_service(&s, "api", (double[]){10, 10, 10, 10, 10});
	s.samples.services[0].series[METRIC_CPU].values[-1] = 99;
	expect_count(&s, 0, "held");
	const struct series_verdict *v = &s.verdict.series[0];
	assert_int_equal(v->state, STATE_CRITICAL);
	assert_true(v->held_until_s > 0);
	series_lasting_find(&s.rules, &s.samples, NULL, v, &l);
	expect_whole((int64_t)l.found.breaching, 1, "the one before the window");
	expect_whole(l.found.last_s, SCENE_START_S - SCENE_HOUR_S, "its time");
	expect_whole(v->breaches.last_s, SCENE_START_S - SCENE_HOUR_S, "... in the verdict");
	expect(!v->breaches.is_newest, "it is over");
	/* The point that is still filling does not make the rule of two points hold. */
	s.rules.breaches = 2;
	s.samples.services[0].series[METRIC_CPU].values[-2] = 99;
	s.samples.services[0].series[METRIC_CPU].values[SCENE_POINTS - 1] = 97;
	s.samples.services[0].series[METRIC_CPU].measure.is_taken = false;
	expect_count(&s, 0, "held, and a breach now");
	v = &s.verdict.series[0];
	assert_int_equal(v->state, STATE_CRITICAL);
	assert_int_equal(v->rule_state, STATE_OK);
	expect_whole((int64_t)v->breaches.count, 3, "all that were fetched");
	expect(v->breaches.is_newest, "one of them is the newest");
	s.rules.breaches = 1;
	expect_count(&s, 2, "its rule holds");
	scene_end(&s);
}

static void one_call_has_room_for_the_worst(void **state) {
	(void)state;
	struct scene s;
	struct closer_look look;
	scene_begin(&s);
	s.rules.with_detail = true;
	for (int i = 0; i < MANY; i++) {
		char name[16];
		(void)snprintf(name, sizeof name, "s%03d", i);
		add_service(&s, name, (double[]){10, 96 + i, 10, 10, 10});
	}
	find(&s, &look);
	/* 500 queries are 250 series with their averages. */
	assert_int_equal(look.list.count, 500);
	expect_whole((int64_t)look.left_out, MANY - 250, "left out");
	for (size_t i = 0; i < look.list.count; i++)
		expect_whole((int64_t)look.list.items[i].service, (int64_t)(MANY - 250 + i / 2),
			"the worst, in their order: request %zu", i);
	closer_look_free(&look);
	scene_end(&s);
}

/* --- what it tells --- */

/* 5-minute points by letters: 'H' 99, 'T' 97, 'o' 50, 'l' 5, '.' none; NULL: not answered. */
static void answer(struct detail *d, size_t item, const char *letters) {
	struct series *x = &d->items[item].points;
	if (!letters)
		return;
	assert_int_equal(strlen(letters), FINE_POINTS);
	for (size_t i = 0; i < FINE_POINTS; i++) {
		char c = letters[i];
		if (c != '.')
			assert_int_equal(series_add_point(x, &d->window, NULL,
						 window_time(&d->window, i),
						 c == 'H'           ? 99
							 : c == 'T' ? 97
							 : c == 'o' ? 50
								    : 5),
				0);
	}
	x->status = SERIES_COMPLETE;
}

struct tale {
	const char *what, *range;
	double own[SCENE_POINTS];
	const char *peaks, *averages; /* of the closer look */
	bool by_look;
	int64_t current_s, longest_s, total_s; /* if by_look */
	double then, highest;
};

#define CALM "oooooooooooo"

static const struct tale tales[] = {
	{"a run that goes on", "95", {10, 10, 10, 10, 99}, CALM CALM CALM CALM "oooH",
		CALM CALM CALM CALM "olTl", true, 300, 300, 300, 5, 97},
	{"the present one and a longer one", "95", {10, 99, 10, 99, 99},
		CALM "oHHHHHHHoooo" CALM "ooooooooooHH"
		     "HHHH",
		NULL, true, 1800, 2100, 3900, NAN, NAN},
	/* The hour has just begun for CloudWatch: no point of it yet. */
	{"a run up to what is known", "95", {10, 10, 10, 99, 99},
		CALM CALM CALM "oooooooooHHH"
			       "....",
		NULL, false, 0, 0, 0, NAN, NAN},
	{"a run up to two periods ago", "95", {10, 10, 10, 10, 99}, CALM CALM CALM CALM "HH..",
		NULL, true, 600, 600, 600, NAN, NAN},
	{"the newest breach is in the last minutes", "95", {10, 99, 10, 10, 99},
		CALM "oHoooooooooo" CALM CALM "oooo", NULL, false, 0, 0, 0, NAN, NAN},
	{"no breach at all", "95", {10, 99, 10, 10, 10}, CALM CALM CALM CALM "oooo", NULL, false, 0,
		0, 0, NAN, NAN},
	{"not answered", "95", {10, 99, 10, 10, 10}, NULL, CALM CALM CALM CALM "oooo", false, 0, 0,
		0, NAN, NAN},
	{"over", "95", {10, 99, 10, 10, 10}, CALM "oHHooooooooo" CALM CALM "oooo",
		CALM "ollooooooooo" CALM CALM "oooo", true, 0, 600, 600, 5, 50},
	/* The peak came in the last minutes; what the look has is another breach. */
	{"the peak is newer than the look", "95", {10, 10, 10, 10, 120}, CALM CALM CALM CALM "oooH",
		CALM CALM CALM CALM "oooT", true, 300, 300, 300, NAN, 97},
	{"below: no peak to explain", "10:", {50, 5, 50, 50, 50},
		CALM "olllllllllll" CALM CALM "oooo", CALM "olllllllllll" CALM CALM "oooo", true, 0,
		3300, 3300, NAN, NAN},
};

static void tell(const struct tale *t) {
	struct scene s;
	struct closer_look look;
	struct detail detail = {.count = 0};
	struct series_lasting l;
	struct err e;
	scene_begin(&s);
	scene_ranges(&s, t->range, t->range);
	s.rules.with_detail = true;
	add_service(&s, "api", t->own);
	find(&s, &look);
	assert_int_equal(look.list.count, 2);
	const struct window window = window_at(&look.span, s.samples.now_s);
	assert_int_equal(detail_init(&detail, &look.list, &window, &e), 0);
	answer(&detail, 0, t->peaks);
	answer(&detail, 1, t->averages);
	series_lasting_find(&s.rules, &s.samples, &detail, &s.verdict.series[0], &l);
	expect(l.found.tells_time == t->by_look, "%s: whether the look tells", t->what);
	if (t->by_look) {
		expect_whole(l.found.is_present ? lasting_run_s(&l.found.newest) : 0, t->current_s,
			"%s: the present run", t->what);
		expect_whole(lasting_run_s(&l.found.longest), t->longest_s, "%s: the longest",
			t->what);
		expect_whole(l.found.total_s, t->total_s, "%s: all", t->what);
	} else {
		expect_whole((int64_t)l.found.breaching,
			(int64_t)s.verdict.series[0].breaches.count, "%s: counted", t->what);
		expect(l.points.window == &s.samples.window, "%s: its own points", t->what);
	}
	const double got[] = {l.average.then, l.average.highest};
	const double wanted[] = {t->then, t->highest};
	for (int i = 0; i < 2; i++)
		expect(isnan(wanted[i]) ? isnan(got[i]) != 0 : got[i] == wanted[i],
			"%s: average %d is %g, not %g", t->what, i, got[i], wanted[i]);
	detail_free(&detail);
	closer_look_free(&look);
	scene_end(&s);
}

static void what_it_brought_is_told_where_it_carries(void **state) {
	(void)state;
	for (size_t i = 0; i < LENGTH(tales); i++)
		tell(&tales[i]);
}

/* --- what was fetched --- */

static void details_are_found(void **state) {
	(void)state;
	const struct window window = {.start_s = SCENE_START_S,
		.end_s = SCENE_START_S + FINE_S,
		.period_s = FINE_S,
		.points = 1};
	struct request_list list = {.count = 0};
	struct detail d = {.count = 0};
	struct err e;
	for (size_t service = 0; service < 9; service++) {
		struct request r = {.kind = service == 4 ? REQUEST_DESCRIPTION : REQUEST_SERIES,
			.service = service,
			.metric = METRIC_MEMORY,
			.statistic = &maximum};
		assert_int_equal(request_list_add(&list, &r, &e), 0);
		r.statistic = &average;
		assert_int_equal(request_list_add(&list, &r, &e), 0);
	}
	assert_int_equal(detail_init(&d, &list, &window, &e), 0);
	assert_int_equal(d.count, 16);
	assert_null(detail_find(&d, 3, METRIC_MEMORY, &maximum)); /* pending */
	for (size_t i = 0; i < d.count; i++) {
		assert_int_equal(series_add_point(&d.items[i].points, &window, NULL, SCENE_START_S,
					 (double)i),
			0);
		d.items[i].points.status = SERIES_COMPLETE;
	}
	for (size_t i = 0; i < d.count; i++) {
		const struct request *r = &d.items[i].request;
		assert_ptr_equal(detail_find(&d, r->service, METRIC_MEMORY, r->statistic),
			&d.items[i].points);
	}
	assert_null(detail_find(&d, 4, METRIC_MEMORY, &maximum));
	assert_null(detail_find(&d, 9, METRIC_MEMORY, &maximum));
	assert_null(detail_find(&d, 3, METRIC_CPU, &maximum));
	assert_null(detail_find(NULL, 3, METRIC_MEMORY, &maximum));
	series_fail(&d.items[0].points, "lost");
	assert_null(detail_find(&d, 0, METRIC_MEMORY, &maximum));
	detail_free(&d);
	request_list_free(&list);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(problems_are_asked_about),
		UNIT_TEST(held_states_are_not_asked_about),
		UNIT_TEST(one_call_has_room_for_the_worst),
		UNIT_TEST(what_it_brought_is_told_where_it_carries),
		UNIT_TEST(details_are_found),
	};
	return cmocka_run_group_tests_name("closer_look", tests, NULL, NULL);
}
