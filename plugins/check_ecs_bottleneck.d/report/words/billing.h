/* What AWS bills for a run: the metrics requested from GetMetricData. The other calls are free. */
#ifndef REPORT_WORDS_BILLING_H
#define REPORT_WORDS_BILLING_H

#include "base/buf.h"

#include <stdint.h>

/* 0.01 USD per 1,000 metrics requested from GetMetricData (CloudWatch user guide, 2023); the price
 * may differ by region. A month has 30 days. */
enum { BILLING_METRICS_PER_CENT = 1000, BILLING_MONTH_S = 30 * 86400 };

/* Appends "billed: 28 metrics asked of GetMetricData" and a line end. Unless metrics or interval_s
 * is 0, it includes the monthly cost of a run at that interval. */
void billing_describe(size_t metrics, int64_t interval_s, struct buf *out);

#endif
