/* Answers of GetMetricData. */
#include "config.h"

#include "fuzz.h"

#include "aws/service/cloudwatch.h"

#include <stdlib.h>

struct visit {
	bool begun, skipping;
	size_t number; /* of the result whose points may come */
	size_t results, points, faults, messages;
};

static int on_result(void *ctx, size_t number, enum cloudwatch_status status) {
	struct visit *v = ctx;
	fuzz_must(status <= CLOUDWATCH_UNKNOWN_STATUS, "a status is one of the list");
	fuzz_must(number <= INT32_MAX, "a number has a bound");
	v->begun = true;
	v->skipping = number == 7;
	v->number = number;
	v->results++;
	return v->skipping;
}

static void must_be_of_this_result(const struct visit *v, size_t number) {
	fuzz_must(v->begun && v->number == number, "what there is of a result follows it");
	fuzz_must(!v->skipping, "of a skipped result there is nothing");
}

static void on_point(void *ctx, size_t number, int64_t time_s, double value) {
	struct visit *v = ctx;
	(void)value;
	must_be_of_this_result(v, number);
	fuzz_must(time_s >= 0 && time_s <= 100000000000, "a time is within reason");
	v->points++;
}

static void on_message(void *ctx, size_t number, const struct cloudwatch_message *m) {
	must_be_of_this_result(ctx, number);
	fuzz_must(m->code && m->text, "a message is strings");
}

static void on_fault(void *ctx, size_t number, const char *why) {
	struct visit *v = ctx;
	must_be_of_this_result(v, number);
	fuzz_must(*why != '\0', "a fault is told");
	v->faults++;
}

static void on_call_message(void *ctx, const struct cloudwatch_message *m) {
	struct visit *v = ctx;
	fuzz_must(m->code && m->text, "a message is strings");
	v->messages++;
}

static void must_go_into_a_body(const char *token) {
	const struct cloudwatch_request r = {.start_s = 0,
		.end_s = 3600,
		.period_s = 60,
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
		.point = on_point,
		.message = on_message,
		.fault = on_fault,
		.call_message = on_call_message};
	const char *token = NULL;
	struct err e = {.code = ERR_NONE};
	size_t results = 0;
	size_t times = 0;
	for (const json *r = json_first(json_member(document, "MetricDataResults")); r;
		r = json_next(r)) {
		results++;
		for (const json *t = json_first(json_member(r, "Timestamps")); t; t = json_next(t))
			times++;
	}
	int rc = cloudwatch_read(document, &visitor, &token, &e);
	if (rc)
		fuzz_must_explain(&e);
	fuzz_must(!token || *token, "an empty token is none");
	if (token)
		must_go_into_a_body(token);
	fuzz_must(v.results <= results && v.points <= times,
		"nothing is visited that is not there");
	fuzz_must(rc || v.results == results, "every result is visited, or one is not AWS's");
	fuzz_must(rc || v.faults > 0 || v.skipping || v.points == times || results > 1,
		"every time is a point, or the result has a fault");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char *text = fuzz_bytes(data, size);
	json *document = json_parse_answer(text, size, NULL);
	free(text);
	if (document)
		read_it(document);
	json_free(document);
	return 0;
}
