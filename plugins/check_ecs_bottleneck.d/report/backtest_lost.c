#include "config.h"

#include "report/backtest_lost.h"

#include "base/text.h"
#include "report/words/series.h"

enum { MAX_REASON_CHARS = 400 };

void report_backtest_add_first_lost(const struct backtest_report *r, struct buf *out) {
	const struct replay *p = r->replay;
	report_add_name(out, r->in->samples->services[p->lost_service].name);
	buf_addf(out, " %s: ", metric_name(p->lost_metric));
	text_add_clean(out, p->why_lost, MAX_REASON_CHARS);
}

void report_backtest_add_lost(const struct backtest_report *r, struct buf *out) {
	bool is_one = r->replay->lost == 1;
	buf_addf(out, "%zu series %s not known, %s", r->replay->lost, is_one ? "is" : "are",
		is_one ? "" : "first ");
	report_backtest_add_first_lost(r, out);
}
