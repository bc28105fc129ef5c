#include "config.h"

#include "jobs/forecasting.h"

#include "base/text.h"
#include "collect/collect.h"
#include "judge/forecast.h"

enum { MAX_LINE_BYTES = 4096, MAX_REASON_CHARS = 400 };

/* What is known of growth is known for good, as a breach is. */
static void on_learned(void *ctx, size_t first, size_t count) {
	struct run *r = ctx;
	forecast_take(&r->hours, &r->samples);
	known_learn(&r->known, &r->samples, first, count);
}

/* One line for all: the reason of the first. */
static void tell_lost(struct run *r) {
	const struct detail_series *first = NULL;
	size_t lost = 0;
	struct buf line;
	for (size_t i = 0; i < r->hours.count; i++) {
		if (r->hours.items[i].points.status != SERIES_FAILED)
			continue;
		first = first ? first : &r->hours.items[i];
		lost++;
	}
	if (!first)
		return;
	buf_init(&line, MAX_LINE_BYTES);
	buf_addf(&line, "the forecast of %zu series is not known: ", lost);
	text_add_clean(&line, first->points.failure ? first->points.failure : "out of memory",
		MAX_REASON_CHARS);
	samples_add_failure(&r->samples, buf_str(&line));
	buf_free(&line);
}

int forecasting_run(struct run *r, const struct collect_scope *scope, struct err *e) {
	struct collect_scope own = *scope;
	const struct collect_round round = {.is_of_verdict = true, .into = &r->hours};
	struct request_list list = {0};
	own.watcher.learned = on_learned;
	own.watcher.ctx = r;
	if (r->samples.time_is_over)
		return 0;
	int rc = forecast_requests(scope->rules, scope->samples, &list, e);
	if (rc == 0)
		rc = collect_requests(&own, &list, &round, e);
	request_list_free(&list);
	forecast_take(&r->hours, &r->samples);
	tell_lost(r);
	return rc;
}
