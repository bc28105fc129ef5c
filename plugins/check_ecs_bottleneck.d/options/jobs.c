#include "config.h"

#include "options/jobs.h"

#include "options/draft.h"
#include "options/table.h"
#include "options/usage.h"

#include "base/text.h"

#include <string.h>

/* Listed is what a job takes, so that an option to come is refused until somebody has thought about
 * it. */
struct job_traits {
	const char *kind;    /* in JSON */
	const char *option;  /* "--discover" */
	const char *purpose; /* what the message says of it */
	const char *takes;   /* names of options, separated by blanks */
};

static const struct job_traits traits[] = {
	[JOB_CHECK] = {NULL, NULL, NULL, NULL},
	[JOB_DISCOVER] = {"discovery", "--discover", "only lists services and judges nothing",
		"cluster service exclude region profile role-arn external-id no-cache endpoint-url "
		"ca-bundle timeout discover"},
	[JOB_BACKTEST] = {"backtest", "--backtest", "judges the past and ends with OK or UNKNOWN",
		"cluster service exclude metric warning critical window period statistic breaches "
		"recover region profile role-arn external-id no-cache endpoint-url ca-bundle "
		"timeout backtest verbose output-format chart color interval"},
	[JOB_PROBE] = {"probe", "--probe",
		"only asks whether a check could run, judges nothing and ends with OK or UNKNOWN",
		"cluster service exclude metric no-data region profile role-arn external-id no-cache "
		"endpoint-url ca-bundle timeout probe verbose output-format max-output"},
};

static bool takes(const struct job_traits *t, const char *name) {
	size_t n = strlen(name);
	for (const char *word = t->takes; word;) {
		size_t length = strcspn(word, " ");
		if (length == n && memcmp(word, name, n) == 0)
			return true;
		word = word[length] ? word + length + 1 : NULL;
	}
	return false;
}

int job_check_options(struct draft *d, struct err *e) {
	const struct job_traits *t = &traits[d->choice->job];
	char name[USAGE_NAME_BYTES];
	if (d->choice->job == JOB_CHECK)
		return 0;
	for (size_t i = 0; i < option_count; i++)
		if (d->given[i] && !takes(t, option_table[i].name))
			return err_set(e, ERR_USAGE, "%s %s: leave out %s", t->option, t->purpose,
				usage_name(&option_table[i], name));
	if (d->timeout_has_state)
		return err_set(e, ERR_USAGE, "%s %s: leave out the state behind the colon of -t",
			t->option, t->purpose);
	d->rules->timeout_state = STATE_UNKNOWN;
	if (d->choice->job == JOB_BACKTEST)
		d->style->max_output = (struct output_bound){0};
	return 0;
}

const char *job_kind(enum job job) {
	return traits[job].kind;
}
