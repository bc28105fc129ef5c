/* The members of a JSON document that --advise and --forecast add. */
#ifndef REPORT_JSON_ADVICE_H
#define REPORT_JSON_ADVICE_H

#include "base/json_write.h"
#include "report/words/input.h"

/* With --advise: "advice" of a service, null if it is not one that is advised. */
void report_json_advice(struct json_writer *w, const struct report_input *in, size_t service);

/* With --forecast: "forecast" of a series, null if there is nothing to say. */
void report_json_forecast(struct json_writer *w, const struct report_input *in,
	const struct series_verdict *v);

#endif
