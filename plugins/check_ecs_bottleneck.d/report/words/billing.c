#include "config.h"

#include "report/words/billing.h"

#include "base/num.h"
#include "base/text.h"

void billing_describe(size_t metrics, int64_t interval_s, struct buf *out) {
	buf_addf(out, "billed: %zu metric%s asked of GetMetricData", metrics, text_plural(metrics));
	if (interval_s > 0 && metrics > 0) {
		char text[NUM_TEXT_BYTES];
		char interval[32];
		double cents = (double)metrics / (double)BILLING_METRICS_PER_CENT *
			(double)BILLING_MONTH_S / (double)interval_s;
		bool is_tiny = cents < 1;
		buf_addf(out, ", %s USD a month at one run every %s",
			is_tiny ? "under 0.01" : num_format_fixed(cents / 100, 2, text),
			num_format_duration(interval_s, interval));
	}
	buf_addc(out, '\n');
}
