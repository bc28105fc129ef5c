#include "config.h"

#include "jobs/known.h"

#include "base/text.h"
#include "harness/process.h"
#include "options/jobs.h"
#include "report/report.h"
#include "report/words/series.h"

#include <stdio.h>

enum { MAX_ITEM_BYTES = 2048, MAX_WORDS_BYTES = 480 };
/* At four bytes per character, these limits leave space for the rest of the text. */
enum { MAX_CLUSTER_CHARS = 40, MAX_ITEM_CHARS = 60 };

/* --- stored results --- */

_Static_assert((int)PROCESS_LINE_BYTES == (int)REPORT_LAST_WORDS_BYTES, "one line holds a result");

static void set_end(const struct known *k, enum state state, const char *message,
	struct process_end *out) {
	out->state = state;
	report_last_words(k->options->style.format, job_kind(k->options->choice.job), state,
		message, out->line);
}

static void store_ends(const struct known *k, const char *blocked, const char *late) {
	static const char no_memory[] = "out of memory: the result could not be completed";
	const int timeout_s = k->options->choice.timeout_s;
	/* Once all is judged, the verdict stands whatever ends the run. */
	enum state at_deadline = k->is_settled
		? k->verdict
		: state_worse(k->state, k->options->rules.timeout_state);
	enum state at_signal = k->is_settled ? k->verdict : state_worse(k->state, STATE_UNKNOWN);
	enum state without_result = state_worse(k->is_settled ? k->verdict : k->state,
		STATE_UNKNOWN);
	struct process_ends ends;
	struct buf known;
	char what[MAX_WORDS_BYTES];
	char message[REPORT_LAST_MESSAGE_BYTES];
	buf_init(&known, MAX_WORDS_BYTES);
	if (k->cluster && k->state != STATE_OK) {
		text_add_clean(&known, k->cluster, MAX_CLUSTER_CHARS);
		buf_adds(&known, ": ");
	}
	known_describe(k, &known);
	if (k->is_settled && !state_is_problem(k->verdict))
		buf_adds(&known,
			k->verdict == STATE_OK ? "no problem was found; "
					       : "not all services are known; ");
	/* If memory runs out, only the presence of problems is reported. */
	(void)snprintf(what, sizeof what, "%s",
		k->state != STATE_OK && known.failed ? "services with problems; "
						     : buf_str(&known));
	buf_free(&known);
	(void)snprintf(message, sizeof message, "%stimed out after %d s %s", what, timeout_s,
		blocked);
	set_end(k, at_deadline, message, &ends.blocked);
	(void)snprintf(message, sizeof message, "%stimed out after %d s %s", what, timeout_s, late);
	set_end(k, at_deadline, message, &ends.late);
	(void)snprintf(message, sizeof message, "%sended by a signal", what);
	set_end(k, at_signal, message, &ends.stopped);
	(void)snprintf(message, sizeof message, "%s%s", what, no_memory);
	set_end(k, without_result, message, &ends.no_memory);
	process_keep(&ends);
}

static void store_ends_of_run(const struct known *k) {
	store_ends(k, "in a call that could not be interrupted", "before the result was complete");
}

void known_begin(struct known *k, const struct options *options) {
	*k = (struct known){.options = options, .state = STATE_OK};
	buf_init(&k->worst, MAX_ITEM_BYTES);
	store_ends(k, "while reading the options", "while reading the options");
}

void known_options_are_read(struct known *k) {
	store_ends_of_run(k);
}

/* --- updates --- */

static void name_worst(struct known *k, const struct samples *s, size_t service,
	const struct known_series *x) {
	const struct series_ranges ranges = service_ranges(&s->services[service], x->metric);
	buf_free(&k->worst);
	report_add_name(&k->worst, s->services[service].name);
	if (x->metric == METRIC_TASKS) {
		buf_addf(&k->worst, " %lld of %lld running",
			(long long)s->services[service].description.running_count,
			(long long)s->services[service].description.desired_count);
		return;
	}
	buf_addf(&k->worst, " %s", metric_name(x->metric));
	if (x->has_value) {
		buf_addc(&k->worst, ' ');
		report_add_value(&k->worst, x->value, 1, false, &ranges);
		buf_addc(&k->worst, '%');
	}
}

/* Whether x replaces what is reported now. */
static bool is_worse(const struct known *k, const struct known_series *x) {
	int rank = state_rank(x->state) - state_rank(k->state);
	return rank > 0 || (rank == 0 && x->has_value && x->value > k->worst_value);
}

/* Whether the stored results change. */
static bool learn_service(struct known *k, struct samples *s, size_t service) {
	struct known_series x = judge_known(&k->options->rules, s, service);
	enum state *before = &s->services[service].known;
	if (x.state == STATE_OK)
		return false;
	bool changes = is_worse(k, &x);
	if (*before == STATE_OK) {
		k->services++;
		changes = true;
	}
	*before = state_worse(*before, x.state);
	if (is_worse(k, &x)) {
		name_worst(k, s, service, &x);
		k->worst_value = x.has_value ? x.value : 0;
		k->state = x.state;
	}
	return changes;
}

void known_learn(struct known *k, struct samples *s, size_t first, size_t count) {
	bool changes = false;
	for (size_t i = first; i < first + count; i++)
		changes = learn_service(k, s, i) || changes;
	if (changes)
		store_ends_of_run(k);
}

void known_settle(struct known *k, const struct verdict *v) {
	k->is_settled = true;
	k->verdict = state_worse(k->state, v->state);
	if (state_is_problem(v->state))
		k->state = state_worse(k->state, v->state);
	k->services = v->problems > k->services ? v->problems : k->services;
	store_ends_of_run(k);
}

void known_describe(const struct known *k, struct buf *out) {
	if (k->state == STATE_OK || k->services == 0)
		return;
	buf_addf(out, "at least %zu service%s with problems", k->services,
		text_plural(k->services));
	if (k->worst.len > 0 && !k->worst.failed) {
		buf_adds(out, ": ");
		text_add_clean(out, buf_str(&k->worst), MAX_ITEM_CHARS);
		if (k->services > 1)
			buf_addf(out, ", +%zu more", k->services - 1);
	}
	buf_adds(out, "; ");
}

void known_free(struct known *k) {
	buf_free(&k->worst);
}
