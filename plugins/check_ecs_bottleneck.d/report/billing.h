/* What AWS bills for a run: the metrics asked of GetMetricData; the other calls are free. */
#ifndef BILLING_H
#define BILLING_H

#include "base/buf.h"

#include <stdint.h>

/* 0.01 USD for 1,000 metrics asked of GetMetricData (CloudWatch user guide, 2023); a region may
 * have another price. A month has 30 days. */
enum { BILLING_METRICS_PER_CENT = 1000, BILLING_MONTH_S = 30 * 86400 };

/* Appends "billed: 28 metrics asked of GetMetricData" and, unless metrics or interval_s is 0, what
 * as many cost in a month if a run takes place so often; and a line end. */
void billing_describe(size_t metrics, int64_t interval_s, struct buf *out);

#endif
