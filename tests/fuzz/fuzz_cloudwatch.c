/* Answers of GetMetricData. */
#include "config.h"

#include "fuzz.h"

#include "aws/cloudwatch.h"

#include <stdlib.h>

struct visit {
	bool begun, skipping;
	size_t number; /* of the result whose points may come */
	size_t results, points;
};

static int on_result(void *ctx, size_t number, enum cloudwatch_status status, const char *message) {
	struct visit *v = ctx;
	fuzz_must(status <= CLOUDWATCH_UNKNOWN_STATUS, "a status is one of the list");
	fuzz_must(!message || memchr(message, 0, strlen(message) + 1), "a message is a string");
	fuzz_must(number <= INT32_MAX, "a number has a bound");
	v->begun = true;
	v->skipping = number == 7;
	v->number = number;
	v->results++;
	return v->skipping;
}

static void on_point(void *ctx, size_t number, int64_t time_s, double value) {
	struct visit *v = ctx;
	(void)value;
	fuzz_must(v->begun && v->number == number, "points follow their result");
	fuzz_must(!v->skipping, "a skipped result has no points");
	fuzz_must(time_s >= 0 && time_s <= 100000000000, "a time is within reason");
	v->points++;
}

static void must_go_into_a_body(const char *token) {
	const struct cloudwatch_request r = {.start_s = 0,
		.end_s = 3600,
		.period_s = 60,
		.statistic = "Maximum",
		.next_token = token};
	struct buf body = fuzz_buf();
	cloudwatch_begin(&body);
	cloudwatch_end(&body, &r);
	json *request = fuzz_json((const uint8_t *)buf_str(&body), body.len);
	const char *sent = json_string(json_member(request, "NextToken"));
	fuzz_must(sent && strcmp(sent, token) == 0, "a token is sent back as it came");
	json_free(request);
	buf_free(&body);
}

static void read_it(const json *document) {
	struct visit v = {.begun = false};
	const struct cloudwatch_visitor visitor = {.ctx = &v,
		.result = on_result,
		.point = on_point};
	const char *token = NULL;
	const char *remark = NULL;
	struct err e = {.code = ERR_NONE};
	size_t results = 0;
	size_t times = 0;
	for (const json *r = json_first(json_member(document, "MetricDataResults")); r;
		r = json_next(r)) {
		results++;
		for (const json *t = json_first(json_member(r, "Timestamps")); t; t = json_next(t))
			times++;
	}
	if (cloudwatch_read(document, &visitor, &token, &remark, &e)) {
		fuzz_must_explain(&e);
	} else {
		fuzz_must(!token || *token, "an empty token is none");
		if (token)
			must_go_into_a_body(token);
	}
	fuzz_must(v.results <= results && v.points <= times,
		"nothing is visited that is not there");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	json *document = fuzz_json(data, size);
	if (document)
		read_it(document);
	json_free(document);
	return 0;
}
