#include "config.h"

#include "report/words/lasting_text.h"

#include "base/num.h"
#include "base/text.h"
#include "report/words/lasting.h"

#include <math.h>
#include <string.h>

enum { MINUTE_S = 60, HOUR_S = 60 * MINUTE_S, DAY_S = 24 * HOUR_S };

/* --- pieces --- */

static void add_units(struct buf *out, int64_t seconds, int64_t large_s, const char *large,
	int64_t small_s, const char *small) {
	int64_t few = seconds % large_s / small_s;
	buf_addf(out, "%lld %s", (long long)(seconds / large_s), large);
	if (few > 0)
		buf_addf(out, " %lld %s", (long long)few, small);
}

void lasting_text_add_span(struct buf *out, int64_t seconds) {
	if (seconds < MINUTE_S)
		buf_adds(out, "less than 1 min");
	else if (seconds < HOUR_S)
		buf_addf(out, "%lld min", (long long)(seconds / MINUTE_S));
	else if (seconds < (int64_t)2 * DAY_S)
		add_units(out, seconds, HOUR_S, "h", MINUTE_S, "min");
	else
		add_units(out, seconds, DAY_S, "d", HOUR_S, "h");
}

/* "above 95%", "below 10%", "inside @10:20", or "outside 10% to 90%" if points breach on both
 * sides. */
static void add_direction(const struct lasting *l, const struct range *r, struct buf *out) {
	if (r->inside) {
		buf_adds(out, "inside ");
		range_format(r, out);
	} else if (l->above > 0 && l->above < l->breaching) {
		buf_adds(out, "outside ");
		report_add_bound(out, r->start);
		buf_adds(out, " to ");
		report_add_bound(out, r->end);
	} else {
		buf_adds(out, l->above > 0 ? "above " : "below ");
		report_add_bound(out, l->above > 0 ? r->end : r->start);
	}
}

static void add_run(const struct lasting_run *run, struct buf *out) {
	buf_adds(out, run->from_beginning ? "at least " : "");
	lasting_text_add_span(out, lasting_run_s(run));
}

static void add_word(enum pattern word, struct buf *out) {
	const char *text = report_pattern_name(word);
	if (text)
		buf_addf(out, " (%s)", text);
}

static void add_total(const struct lasting *l, const struct lasting_points *p, struct buf *out) {
	const struct window *w = p->window;
	int64_t window_s = p->called_s;
	if (window_s < l->total_s)
		window_s = w->end_s - w->start_s - (w->filling ? w->period_s : 0);
	buf_adds(out, ", ");
	lasting_text_add_span(out, l->total_s);
	buf_adds(out, " in ");
	lasting_text_add_span(out, window_s);
}

/* --- points that tell time --- */

static void add_present(const struct lasting *l, const struct lasting_points *p, struct buf *out) {
	bool is_longest = l->newest.from_s == l->longest.from_s;
	buf_adds(out, " for ");
	add_run(&l->newest, out);
	buf_adds(out, " now");
	if (!is_longest) {
		buf_adds(out, "; longest ");
		add_run(&l->longest, out);
	}
	add_word(l->word, out);
	if (l->runs > 1)
		add_total(l, p, out);
}

static void add_past(const struct lasting *l, const struct lasting_points *p, struct buf *out) {
	if (l->runs > 1)
		buf_addf(out, " %zu times, longest ", l->runs);
	else
		buf_adds(out, " for ");
	add_run(&l->longest, out);
	add_word(l->word, out);
	if (l->runs > 1)
		add_total(l, p, out);
	buf_adds(out, l->runs > 1 ? ", last " : ", ");
	buf_adds(out, l->data_ended ? "seen until the data ended at " : "ended at ");
	report_add_time_at(out, l->newest.to_s, p->now_s);
}

/* --- points that are counted --- */

/* "hourly peaks", "15-minute averages", "daily p95 values". */
static void add_kind_of_points(const struct lasting_points *p, struct buf *out) {
	static const char *const kinds[] = {[STATISTIC_MAXIMUM] = "peaks",
		[STATISTIC_AVERAGE] = "averages",
		[STATISTIC_MINIMUM] = "minima"};
	int64_t period_s = p->window->period_s;
	if (period_s == HOUR_S || period_s == DAY_S)
		buf_adds(out, period_s == HOUR_S ? "hourly " : "daily ");
	else if (period_s % DAY_S == 0)
		buf_addf(out, "%lld-day ", (long long)(period_s / DAY_S));
	else if (period_s % HOUR_S == 0)
		buf_addf(out, "%lld-hour ", (long long)(period_s / HOUR_S));
	else
		buf_addf(out, "%lld-minute ", (long long)(period_s / MINUTE_S));
	if (p->statistic->kind == STATISTIC_PERCENTILE)
		buf_addf(out, "%s values", p->statistic->name);
	else
		buf_adds(out, kinds[p->statistic->kind]);
}

static void add_counts(const struct lasting *l, const struct lasting_points *p, struct buf *out) {
	buf_addf(out, " in %zu of %zu ", l->breaching, l->points);
	add_kind_of_points(p, out);
	if (l->longest.points > 1) {
		buf_addf(out, ", %zu in a row", l->longest.points);
		if (l->longest.from_s != l->newest.from_s) {
			buf_adds(out, " until ");
			report_add_time_at(out, l->longest.to_s, p->now_s);
		}
	}
	buf_adds(out, l->breaching > 1 ? ", last at " : ", at ");
	report_add_time_at(out, l->last_s, p->now_s);
}

void lasting_text_add(const struct lasting *l, const struct lasting_points *p, struct buf *out) {
	if (l->breaching == 0) {
		buf_addf(out, "0 of %zu point%s breach", l->points, text_plural(l->points));
		return;
	}
	add_direction(l, p->range, out);
	if (!l->tells_time)
		add_counts(l, p, out);
	else if (l->is_present)
		add_present(l, p, out);
	else
		add_past(l, p, out);
}

/* --- whose peak --- */

void lasting_text_add_average(struct buf *out, double then, double highest) {
	char text[NUM_TEXT_BYTES];
	bool has_then = !isnan(then);
	if (!has_then && isnan(highest))
		return;
	buf_adds(out, "average of the tasks ");
	if (has_then)
		buf_addf(out, "%s%% then", num_format_fixed(then, 0, text));
	/* Rounded up, since it is a bound; not said again if it was then. */
	if (!isnan(highest) && !(has_then && highest <= then))
		buf_addf(out, "%snever above %s%%", has_then ? ", " : "",
			num_format_fixed(ceil(highest), 0, text));
}

void lasting_text_add_held(struct buf *out, int64_t ago_s, int64_t recover_s) {
	buf_adds(out, "; its rule ended ");
	lasting_text_add_span(out, ago_s);
	buf_adds(out, " ago, held for ");
	lasting_text_add_span(out, recover_s);
}
