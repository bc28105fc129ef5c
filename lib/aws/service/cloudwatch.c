#include "config.h"

#include "aws/service/cloudwatch.h"

#include "base/json_write.h"
#include "base/num.h"

#include <math.h>
#include <string.h>

/* Each is cleaned and kept; no answer of CloudWatch has more than a few. */
enum { MAX_MESSAGES = 20 };

void cloudwatch_begin(struct buf *out) {
	buf_adds(out, "{\"MetricDataQueries\":[");
}

static void add_dimension(struct buf *out, const char *name, const char *value) {
	buf_addf(out, "{\"Name\":\"%s\",\"Value\":", name);
	json_add_string(out, value);
	buf_addc(out, '}');
}

void cloudwatch_add_query(struct buf *out, const struct cloudwatch_request *r,
	const struct cloudwatch_query *q, int first) {
	buf_addf(out,
		"%s{\"Id\":\"m%zu\",\"MetricStat\":{\"Metric\":{\"Namespace\":\"AWS/ECS\",\"MetricName\":\"%s\",\"Dimensions\":[",
		first ? "" : ",", q->number, q->metric_name);
	add_dimension(out, "ClusterName", q->cluster);
	buf_addc(out, ',');
	add_dimension(out, "ServiceName", q->service);
	buf_addf(out, "]},\"Period\":%lld,\"Stat\":\"%s\"}}", (long long)r->period_s, q->statistic);
}

void cloudwatch_end(struct buf *out, const struct cloudwatch_request *r) {
	buf_addf(out, "],\"StartTime\":%lld,\"EndTime\":%lld", (long long)r->start_s,
		(long long)r->end_s);
	if (r->next_token) {
		buf_adds(out, ",\"NextToken\":");
		json_add_string(out, r->next_token);
	}
	buf_addc(out, '}');
}

/* The first fault of the answer as a whole, and the visitor. */
struct reading {
	const struct cloudwatch_visitor *visitor;
	const char *fault; /* NULL: none */
};

static void record_fault(struct reading *r, const char *why) {
	if (!r->fault)
		r->fault = why;
}

static enum cloudwatch_status read_status(const json *v) {
	static const char *const names[] = {[CLOUDWATCH_COMPLETE] = "Complete",
		[CLOUDWATCH_PARTIAL] = "PartialData",
		[CLOUDWATCH_INTERNAL_ERROR] = "InternalError",
		[CLOUDWATCH_FORBIDDEN] = "Forbidden"};
	const char *text = json_string(v);
	for (int i = 0; text && i < CLOUDWATCH_UNKNOWN_STATUS; i++)
		if (strcmp(text, names[i]) == 0)
			return (enum cloudwatch_status)i;
	return CLOUDWATCH_UNKNOWN_STATUS;
}

/* A number, or one of the three texts for what JSON cannot express. */
static int read_value(const json *v, double *value) {
	if (json_number(v, value))
		return 0;
	const char *text = json_string(v);
	if (text && strcmp(text, "NaN") == 0)
		*value = NAN;
	else if (text && strcmp(text, "Infinity") == 0)
		*value = INFINITY;
	else if (text && strcmp(text, "-Infinity") == 0)
		*value = -INFINITY;
	else
		return -1;
	return 0;
}

static void read_points(struct reading *r, const json *result, size_t number) {
	const double latest =
		1e11; /* the year 5138: far beyond any real answer, well within int64_t */
	const struct cloudwatch_visitor *to = r->visitor;
	const json *times = json_member(result, "Timestamps");
	const json *values = json_member(result, "Values");
	if ((!json_is_absent(times) && !json_is_array(times)) ||
		(!json_is_absent(values) && !json_is_array(values))) {
		to->fault(to->ctx, number, "Timestamps or Values is not a list");
		return;
	}
	const json *t = json_first(times);
	const json *v = json_first(values);
	for (; t && v; t = json_next(t), v = json_next(v)) {
		double time_s;
		double value;
		if (!json_number(t, &time_s) || time_s < 0 || time_s > latest)
			to->fault(to->ctx, number,
				"a time that is not a number or is out of range");
		else if (read_value(v, &value))
			to->fault(to->ctx, number,
				"a value that is not a number or is out of range");
		else
			to->point(to->ctx, number, (int64_t)time_s, value);
	}
	if (t || v)
		to->fault(to->ctx, number, "Timestamps and Values differ in length");
}

static const char *text_of(const json *message, const char *name) {
	const char *text = json_string(json_member(message, name));
	return text ? text : "";
}

static struct cloudwatch_message message_of(const json *v) {
	return (struct cloudwatch_message){text_of(v, "Code"), text_of(v, "Value")};
}

static void read_messages(struct reading *r, const json *result, size_t number) {
	const struct cloudwatch_visitor *to = r->visitor;
	const json *list = json_member(result, "Messages");
	if (!json_is_absent(list) && !json_is_array(list))
		to->fault(to->ctx, number, "Messages is not a list");
	int count = 0;
	for (const json *m = json_first(list); m && count < MAX_MESSAGES; m = json_next(m)) {
		const struct cloudwatch_message message = message_of(m);
		to->message(to->ctx, number, &message);
		count++;
	}
	if (count == MAX_MESSAGES)
		to->fault(to->ctx, number, "more messages than CloudWatch sends");
}

static void read_call_messages(struct reading *r, const json *document) {
	const json *list = json_member(document, "Messages");
	if (!json_is_absent(list) && !json_is_array(list))
		record_fault(r, "Messages is not a list");
	int count = 0;
	for (const json *m = json_first(list); m && count < MAX_MESSAGES; m = json_next(m)) {
		const struct cloudwatch_message message = message_of(m);
		r->visitor->call_message(r->visitor->ctx, &message);
		count++;
	}
	if (count == MAX_MESSAGES)
		record_fault(r, "more messages than CloudWatch sends");
}

/* "m" and a number, as in the request. */
static int read_id(const char *id, size_t *number) {
	int64_t whole;
	if (id[0] != 'm' || (id[1] == '0' && id[2]) ||
		num_parse_whole(id + 1, strlen(id + 1), INT32_MAX, &whole))
		return -1;
	*number = (size_t)whole;
	return 0;
}

static void read_result(struct reading *r, const json *result) {
	size_t number;
	const char *id = json_string(json_member(result, "Id"));
	if (!id)
		record_fault(r, "a result without an Id");
	else if (read_id(id, &number) ||
		r->visitor->result(r->visitor->ctx, number,
			read_status(json_member(result, "StatusCode"))))
		record_fault(r, "a result that was not asked for");
	else {
		read_messages(r, result, number);
		read_points(r, result, number);
	}
}

int cloudwatch_read(const json *document, const struct cloudwatch_visitor *visitor,
	const char **next_token, struct err *e) {
	struct reading r = {.visitor = visitor};
	const json *results = json_member(document, "MetricDataResults");
	const json *token = json_member(document, "NextToken");
	const char *text = json_string(token);
	if (!json_is_array(results))
		record_fault(&r, "no MetricDataResults");
	for (const json *v = json_first(results); v; v = json_next(v))
		read_result(&r, v);
	read_call_messages(&r, document);
	if (!json_is_absent(token) && !text)
		record_fault(&r, "NextToken is not a string");
	*next_token = text && *text ? text : NULL;
	return r.fault ? err_set(e, ERR_SYNTAX, "%s", r.fault) : 0;
}
