/* CloudWatch: GetMetricStatistics, API version 2010-08-01, over the query protocol: how older
 * clients ask for one metric a call. */
#ifndef STANDIN_METRIC_STATISTICS_H
#define STANDIN_METRIC_STATISTICS_H

struct call;

/* Fills the answer of a call whose form was read. */
void metric_statistics(struct call *call);

#endif
