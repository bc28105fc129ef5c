#include "config.h"

#include "aws/cloudwatch.h"

#include "base/num.h"

#include <math.h>
#include <string.h>

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
	buf_addf(out, "]},\"Period\":%lld,\"Stat\":\"%s\"}}", (long long)r->period_s, r->statistic);
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

static int wrong_shape(const char *what, struct err *e) {
	return err_set(e, ERR_SYNTAX, "%s", what);
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

/* A number, or one of the three texts that stand for what JSON cannot write. */
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

static int read_points(const json *result, size_t number, const struct cloudwatch_visitor *visitor,
	struct err *e) {
	const double latest =
		1e11; /* the year 5138: far beyond any real answer, well inside int64_t */
	const json *times = json_member(result, "Timestamps");
	const json *values = json_member(result, "Values");
	if ((!json_is_absent(times) && !json_is_array(times)) ||
		(!json_is_absent(values) && !json_is_array(values)))
		return wrong_shape("Timestamps or Values is no list", e);
	const json *t = json_first(times);
	const json *v = json_first(values);
	for (; t && v; t = json_next(t), v = json_next(v)) {
		double time_s, value;
		if (!json_number(t, &time_s) || time_s < 0 || time_s > latest ||
			read_value(v, &value))
			return wrong_shape("a point that is no number", e);
		visitor->point(visitor->ctx, number, (int64_t)time_s, value);
	}
	return t || v ? wrong_shape("Timestamps and Values differ in length", e) : 0;
}

/* The "Value" of the first message in a list of {Code, Value}. */
static const char *first_message(const json *list) {
	const json *first = json_first(list);
	const char *value = json_string(json_member(first, "Value"));
	return value ? value : json_string(json_member(first, "Code"));
}

static int read_result(const json *result, const struct cloudwatch_visitor *visitor,
	struct err *e) {
	int64_t number;
	const char *id = json_string(json_member(result, "Id"));
	if (!id)
		return wrong_shape("a result without Id", e);
	if (id[0] != 'm' || num_parse_whole(id + 1, strlen(id + 1), INT32_MAX, &number))
		return 0;
	if (visitor->result(visitor->ctx, (size_t)number,
		    read_status(json_member(result, "StatusCode")),
		    first_message(json_member(result, "Messages"))))
		return 0;
	return read_points(result, (size_t)number, visitor, e);
}

int cloudwatch_read(const json *document, const struct cloudwatch_visitor *visitor,
	const char **next_token, const char **remark, struct err *e) {
	const json *results = json_member(document, "MetricDataResults");
	const json *token = json_member(document, "NextToken");
	if (!json_is_array(results))
		return wrong_shape("no MetricDataResults", e);
	if (!json_is_absent(token) && !json_string(token))
		return wrong_shape("NextToken is no string", e);
	for (const json *r = json_first(results); r; r = json_next(r))
		if (read_result(r, visitor, e))
			return -1;
	const char *text = json_string(token);
	*next_token = text && *text ? text : NULL;
	*remark = first_message(json_member(document, "Messages"));
	return 0;
}
