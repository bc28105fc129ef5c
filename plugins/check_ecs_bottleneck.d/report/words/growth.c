#include "config.h"

#include "report/words/growth.h"

#include "base/num.h"
#include "base/time.h"
#include "report/words/lasting.h"
#include "report/words/lasting_text.h"

enum { MINUTE_S = 60 };

const struct forecast *report_forecast_of(const struct report_input *in,
	const struct series_verdict *v) {
	static const struct forecast none = {.grows = false};
	return v->metric != METRIC_TASKS ? &in->samples->services[v->service].forecasts[v->metric]
					 : &none;
}

void report_add_reached(const struct forecast *f, struct buf *out) {
	buf_adds(out, "at ");
	report_add_bound(out, f->limit);
	if (f->left_s < MINUTE_S) {
		buf_adds(out, " now");
		return;
	}
	buf_adds(out, " in ");
	lasting_text_add_span(out, f->left_s);
}

void report_add_growth(const struct forecast *f, struct buf *out) {
	char per_day[NUM_TEXT_BYTES];
	char since[TIME_MINUTE_BYTES];
	buf_addf(out, "grows %s points a day since %s, ", num_format_fixed(f->per_day, 1, per_day),
		time_format_minute(f->since_s, since));
	report_add_reached(f, out);
}
