/* When a probe is OK (contract 1.11): each call that a check needs is permitted. */
#include "config.h"

#include "support.h"

#include "model/probe.h"

#include <string.h>

/* One letter a call, in the order of enum probe_api: - not needed, . no answer, + permitted, D
 * denied, F failed. DescribeServices is optional unless the case says that it is needed. */
static void set_calls(struct probe *p, const char *letters, bool is_optional) {
	static const char order[] = "-.+DF";
	probe_init(p);
	for (int i = 0; i < PROBE_APIS; i++) {
		const char *at = strchr(order, letters[i]);
		assert_non_null(at);
		p->calls[i].result = (enum probe_result)(at - order);
	}
	p->calls[PROBE_DESCRIBE_SERVICES].is_optional = is_optional;
	p->clusters = 1;
}

static void the_state_follows_the_calls(void **state) {
	(void)state;
	static const struct {
		const char *letters;
		bool is_optional;
		enum state expected;
	} cases[] = {
		{"-+++", true, STATE_OK},
		{"-++-", true, STATE_OK},
		{"+---", true, STATE_OK},
		{"-++D", true, STATE_OK},
		{"-++D", false, STATE_UNKNOWN},
		{"-++F", true, STATE_UNKNOWN},
		{"-++.", true, STATE_UNKNOWN},
		{"-D++", true, STATE_UNKNOWN},
		{"-+D+", true, STATE_UNKNOWN},
		{"-F++", true, STATE_UNKNOWN},
		{"-+F+", true, STATE_UNKNOWN},
		{"-.++", true, STATE_UNKNOWN},
		{"-+.+", true, STATE_UNKNOWN},
		{"D---", true, STATE_UNKNOWN},
		{"F---", true, STATE_UNKNOWN},
		{".---", true, STATE_UNKNOWN},
		{"-DDD", true, STATE_UNKNOWN},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct probe p;
		set_calls(&p, cases[i].letters, cases[i].is_optional);
		expect(probe_state(&p) == cases[i].expected, "case %s%s", cases[i].letters,
			cases[i].is_optional ? "" : ", needed");
		probe_free(&p);
	}
}

static void an_early_end_is_not_ok(void **state) {
	(void)state;
	static const enum samples_end ends[] = {SAMPLES_DEADLINE, SAMPLES_STOPPED};
	for (size_t i = 0; i < LENGTH(ends); i++) {
		struct probe p;
		set_calls(&p, "-+++", true);
		p.end = ends[i];
		assert_int_equal(probe_state(&p), STATE_UNKNOWN);
		probe_free(&p);
	}
}

/* A first page may be empty although there are further ones. */
static void a_region_needs_a_cluster(void **state) {
	(void)state;
	struct probe p;
	set_calls(&p, "+---", true);
	p.clusters = 0;
	assert_int_equal(probe_state(&p), STATE_UNKNOWN);
	p.more_clusters = true;
	assert_int_equal(probe_state(&p), STATE_OK);
	probe_free(&p);
	set_calls(&p, "-+++", true);
	p.clusters = 0;
	assert_int_equal(probe_state(&p), STATE_OK);
	probe_free(&p);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(the_state_follows_the_calls),
		UNIT_TEST(an_early_end_is_not_ok),
		UNIT_TEST(a_region_needs_a_cluster),
	};
	return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
