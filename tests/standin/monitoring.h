/* CloudWatch: GetMetricData, API version 2010-08-01. */
#ifndef STANDIN_MONITORING_H
#define STANDIN_MONITORING_H

struct call;

/* Fills the answer of a call whose body is a JSON object of any content. */
void monitoring_get_metric_data(struct call *call);

#endif
