/* Services that -s names: what a name is, and what is judged of one that nothing shows to exist. */
#include "config.h"

#include "scene.h"
#include "support.h"

#include "judge/silence.h"
#include "model/selection.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void names_and_patterns_are_told_apart(void **state) {
	(void)state;
	static const struct {
		const char *text;
		bool is_name;
		const char *daemon;
	} cases[] = {{"api", true, NULL}, {"Api_2-x", true, NULL}, {"", true, NULL},
		{"!x", true, NULL}, {"api*", false, NULL}, {"a?i", false, NULL},
		{"[a]pi", false, NULL}, {"a\\pi", false, NULL}, {"!*", false, NULL},
		{"daemon:agent", true, "agent"}, {"daemon:", true, ""}, {"daemon:a*", false, "a*"},
		{"Daemon:agent", true, NULL}, {"daemon", true, NULL}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const char *daemon = managed_daemon_name(cases[i].text);
		expect(pattern_is_name(cases[i].text) == cases[i].is_name, "'%s': a name",
			cases[i].text);
		expect(!daemon == !cases[i].daemon &&
				(!daemon || strcmp(daemon, cases[i].daemon) == 0),
			"'%s': a daemon", cases[i].text);
	}
	const char *names[] = {"api", "web", "w*"};
	assert_false(patterns_are_names(&(struct patterns){names, 0}));
	assert_true(patterns_are_names(&(struct patterns){names, 2}));
	assert_false(patterns_are_names(&(struct patterns){names, 3}));
}

/* Each point keeps its time, and what lies outside is dropped. */
static void points_move_with_the_window(void **state) {
	(void)state;
	enum { HOUR = 3600, POINTS = 4, BEFORE = 2 };
	/* --recover fetches points before the window, which move as well. */
	for (int n = 0; n < 2 * 15; n++) {
		const int by = n % 15 - 7;
		const int before = n < 15 ? 0 : BEFORE;
		const int first = 10 - before;
		const struct window from = {.start_s = 10 * HOUR,
			.end_s = 14 * HOUR,
			.period_s = HOUR,
			.points = POINTS,
			.before = (size_t)before};
		const struct window to = {.start_s = (10 + by) * HOUR,
			.end_s = (14 + by) * HOUR,
			.period_s = HOUR,
			.points = POINTS,
			.before = (size_t)before};
		struct series x = {.status = SERIES_PENDING};
		for (int hour = first; hour < 14; hour++)
			assert_int_equal(series_add_point(&x, &from, NULL, hour * HOUR, hour), 0);
		series_move(&x, &from, &to);
		const int kept = POINTS + before;
		expect((by > -kept && by < kept) == (x.values != NULL), "by %d: points are left",
			by);
		for (int i = -before; x.values && i < POINTS; i++) {
			int hour = 10 + by + i;
			bool is_in = hour >= first && hour < 14;
			expect(is_in ? (int)x.values[i] == hour : isnan(x.values[i]), "by %d: %d h",
				by, hour);
		}
		/* The second answer may repeat, replace and add points. */
		assert_int_equal(series_add_point(&x, &to, NULL, (12 + by) * HOUR, 99), 0);
		assert_int_equal(x.status, SERIES_PENDING);
		series_clear(&x);
		free(x.failure);
	}
}

enum said {
	SAID_NOTHING,
	SAID_ZERO,
	SAID_RUNS,
	SAID_MISSING,
	SAID_INACTIVE,
	SAID_FAILED,
	SAID_FAULTY
};
enum points { POINTS_NONE, POINTS_OLD, POINTS_OLD_BREACH, POINTS_CURRENT };

static void describe(struct scene *s, struct service *service, enum said said) {
	struct description *d = &service->description;
	const char *text = said == SAID_MISSING ? "gone"
		: said == SAID_INACTIVE         ? "INACTIVE"
						: "denied";
	if (said == SAID_NOTHING)
		return;
	if (said == SAID_ZERO || said == SAID_RUNS || said == SAID_FAULTY)
		scene_described(s, service, said == SAID_RUNS ? 3 : 0, 86400);
	else
		d->text = strdup(text);
	if (said == SAID_MISSING || said == SAID_INACTIVE)
		d->status = DESCRIPTION_GONE;
	else if (said == SAID_FAILED)
		d->status = DESCRIPTION_FAILED;
	d->is_missing = said == SAID_MISSING;
	if (said == SAID_FAULTY)
		description_add_fault(d, FAULT_ANSWER, "about another service");
}

/* The contract's table (1.5, 1.8) for --no-data=auto, or with a state that it names. */
static enum state wanted(enum said said, enum points points, bool by_rule, enum state rule) {
	if (points == POINTS_OLD_BREACH)
		return STATE_CRITICAL;
	if (points == POINTS_CURRENT)
		return STATE_OK;
	switch (said) {
	case SAID_ZERO:
		return by_rule ? rule : STATE_OK;
	case SAID_RUNS:
		return by_rule ? rule : STATE_UNKNOWN;
	case SAID_FAILED:
	case SAID_FAULTY: /* nobody shows that it exists; a worse rule still counts */
		return by_rule ? state_worse(rule, STATE_UNKNOWN) : STATE_UNKNOWN;
	default:
		return STATE_UNKNOWN;
	}
}

static void what_is_named_has_to_exist(void **state) {
	(void)state;
	static const double old[] = {20, 20};
	static const double breach[] = {99, 20};
	static const double current[] = {20, 20, 20, 20, 20};
	for (int said = SAID_NOTHING; said <= SAID_FAULTY; said++)
		for (int points = POINTS_NONE; points <= POINTS_CURRENT; points++)
			for (int rule = -1; rule <= STATE_UNKNOWN; rule++) {
				struct scene s;
				scene_begin(&s);
				struct service *service = scene_service(&s, "api");
				s.patterns[0] = "api";
				s.rules.include.count = 1;
				s.rules.services_are_named = true;
				s.samples.pattern_matched[0] = true;
				s.samples.listed_count = 1;
				s.rules.no_data = rule < 0 ? NO_DATA_AUTO : NO_DATA_STATE;
				s.rules.no_data_state = rule < 0 ? STATE_OK : (enum state)rule;
				if (points == POINTS_OLD || points == POINTS_OLD_BREACH)
					scene_points(&s, service, METRIC_CPU,
						points == POINTS_OLD ? old : breach, LENGTH(old));
				else if (points == POINTS_CURRENT)
					scene_points(&s, service, METRIC_CPU, current,
						LENGTH(current));
				struct request_list asked = {0};
				struct err e = {0};
				assert_int_equal(silence_find(&s.rules, &s.samples, &asked, &e), 0);
				expect_whole((int)asked.count, points == POINTS_CURRENT ? 0 : 1,
					"points %d, rule %d: it is asked about", points, rule);
				request_list_free(&asked);
				describe(&s, service, (enum said)said);
				expect_whole(scene_judge(&s),
					wanted((enum said)said, (enum points)points, rule >= 0,
						(enum state)rule),
					"said %d, points %d, rule %d", said, points, rule);
				bool is_idle = said == SAID_MISSING && points == POINTS_NONE;
				expect(s.samples.pattern_matched[0] == !is_idle,
					"said %d, points %d: the name matches", said, points);
				scene_end(&s);
			}
}

static void a_managed_daemon_is_never_asked_about(void **state) {
	(void)state;
	for (int rule = -1; rule <= STATE_UNKNOWN; rule++) {
		struct scene s;
		scene_begin(&s);
		(void)scene_service(&s, "daemon:agent");
		s.patterns[0] = "daemon:agent";
		s.rules.include.count = 1;
		s.rules.services_are_named = true;
		s.samples.pattern_matched[0] = true;
		s.rules.no_data = rule < 0 ? NO_DATA_AUTO : NO_DATA_STATE;
		s.rules.no_data_state = rule < 0 ? STATE_OK : (enum state)rule;
		struct request_list asked = {0};
		struct err e = {0};
		assert_int_equal(silence_find(&s.rules, &s.samples, &asked, &e), 0);
		expect_whole((int)asked.count, 0, "rule %d: nobody is asked", rule);
		expect_whole(scene_judge(&s), rule < 0 ? STATE_UNKNOWN : rule, "rule %d", rule);
		scene_end(&s);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(names_and_patterns_are_told_apart),
		UNIT_TEST(points_move_with_the_window),
		UNIT_TEST(what_is_named_has_to_exist),
		UNIT_TEST(a_managed_daemon_is_never_asked_about),
	};
	return cmocka_run_group_tests_name("selection", tests, NULL, NULL);
}
