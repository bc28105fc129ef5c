#include "config.h"

#include "report/row_tail.h"

#include "report/series.h"

enum { MINUTE_S = 60, HOUR_S = 60 * MINUTE_S, DAY_S = 24 * HOUR_S };

/* Rounded down to minutes, hours or days. */
static void add_duration(struct buf *out, int64_t seconds) {
	if (seconds < 2 * HOUR_S && (seconds < HOUR_S || seconds % HOUR_S != 0))
		buf_addf(out, "%lld min", (long long)(seconds / MINUTE_S));
	else if (seconds < 2 * DAY_S)
		buf_addf(out, "%lld h", (long long)(seconds / HOUR_S));
	else
		buf_addf(out, "%lld d", (long long)(seconds / DAY_S));
}

static void add_ago(struct buf *out, int64_t seconds) {
	add_duration(out, seconds > 0 ? seconds : 0);
	buf_adds(out, " ago");
}

void report_add_tail(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	const struct breaches *b = &v->breaches;
	const struct samples *s = in->samples;
	if (b->count == 0)
		return;
	bool is_now = b->is_newest && window_is_current(&s->window, v->newest_s, s->now_s);
	bool is_one_run = b->count > 1 && b->longest_run == b->count;
	if (v->direction == DIRECTION_BELOW || v->direction == DIRECTION_INSIDE) {
		report_add_value(out, v->shown, 1, false, &in->rules->warning[v->metric],
			&in->rules->critical[v->metric]);
		buf_adds(out, "%, ");
	}
	if (is_one_run)
		add_duration(out, (int64_t)b->count * s->window.period_s);
	else
		buf_addf(out, "%zu of %zu", b->count, v->points);
	buf_adds(out, ", ");
	if (is_one_run)
		buf_adds(out, "until ");
	if (is_now)
		buf_adds(out, "now");
	else
		add_ago(out, s->now_s - b->last_s - (is_one_run ? s->window.period_s : 0));
}
