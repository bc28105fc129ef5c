#include "config.h"

#include "report/remarks.h"

#include "report/series.h"

void report_add_remarks(const struct samples *s, struct buf *out) {
	for (size_t i = 0; i < s->remark_count; i++) {
		const struct remark *r = &s->remarks[i];
		buf_adds(out, "CloudWatch's message");
		if (r->service) {
			buf_adds(out, " about ");
			report_add_name(out, r->service);
			buf_addf(out, " %s", metric_name(r->metric));
		}
		if (r->service && r->further > 0)
			buf_addf(out, " and %zu more series", r->further);
		buf_addf(out, ": %s\n", r->text);
	}
}
