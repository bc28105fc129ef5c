#define _POSIX_C_SOURCE 200809L
#include "metric_query.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema.h"

#define QUERIES_MAX     500
#define CLOUDWATCH_TYPE "com.amazonaws.cloudwatch.v2010_08_01#"

static const struct member dimension_members[] = {{"Name", STRING, NULL}, {"Value", STRING, NULL},
	{NULL, STRING, NULL}};

static const struct member metric_members[] = {
	{"Namespace", STRING, NULL},
	{"MetricName", STRING, NULL},
	{"Dimensions", OBJECTS, dimension_members},
	{NULL, STRING, NULL},
};

static const struct member metric_stat_members[] = {
	{"Metric", OBJECT, metric_members},
	{"Period", INTEGER, NULL},
	{"Stat", STRING, NULL},
	{"Unit", STRING, NULL},
	{NULL, STRING, NULL},
};

static const struct member query_members[] = {
	{"Id", STRING, NULL},
	{"MetricStat", OBJECT, metric_stat_members},
	{"Expression", STRING, NULL},
	{"Label", STRING, NULL},
	{"ReturnData", BOOLEAN, NULL},
	{"Period", INTEGER, NULL},
	{"AccountId", STRING, NULL},
	{NULL, STRING, NULL},
};

static const struct member label_options_members[] = {{"Timezone", STRING, NULL},
	{NULL, STRING, NULL}};

static const struct member request_members[] = {
	{"MetricDataQueries", OBJECTS, query_members},
	{"StartTime", NUMBER, NULL},
	{"EndTime", NUMBER, NULL},
	{"NextToken", STRING, NULL},
	{"ScanBy", STRING, NULL},
	{"MaxDatapoints", INTEGER, NULL},
	{"LabelOptions", OBJECT, label_options_members},
	{NULL, STRING, NULL},
};

static bool refuse(struct call *call, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* InvalidParameterValueException; always false. */
static bool refuse(struct call *call, const char *format, ...) {
	char message[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	answer_error(&call->answer, 400, CLOUDWATCH_TYPE "InvalidParameterValueException", "%s",
		message);
	call->answer.query_error = call->query_mode ? "InvalidParameterValue;Sender" : NULL;
	return false;
}

static bool refuse_value(struct call *call, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What AWS says of a malformed Id or Stat, and of too many series: ValidationError; always false.
 */
static bool refuse_value(struct call *call, const char *format, ...) {
	char message[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	answer_error(&call->answer, 400, CLOUDWATCH_TYPE "ValidationError", "%s", message);
	call->answer.query_error = call->query_mode ? "ValidationError;Sender" : NULL;
	return false;
}

/* What AWS says of a word that is not in an enumeration, without a type's prefix and in no form of
 * the query protocol; always false. */
static bool refuse_word(struct call *call, const char *member, const char *word, const char *set) {
	answer_error(&call->answer, 400, "ValidationException",
		"1 validation error detected: Value '%.99s' at '%s' failed to satisfy constraint: Member must "
		"satisfy enum value set: [%s]",
		word, member, set);
	return false;
}

static bool check_id(struct call *call, const char *id, int number) {
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	size_t length = id != NULL ? strlen(id) : 0;
	if (length == 0) {
		return refuse(call, "The parameter MetricDataQueries.member.%d.Id is required.",
			number);
	}
	if (length > 255 || id[0] < 'a' || id[0] > 'z' || strspn(id, letters) != length) {
		return refuse_value(call,
			"The value %.99s for parameter MetricDataQueries.member.%d.Id is not matching the "
			"expected pattern ^[a-z][a-zA-Z0-9_]*$.",
			id, number);
	}
	return true;
}

/* Check a required string of 1 to `max` characters. */
static bool check_text(struct call *call, const char *text, size_t max, const char *name) {
	size_t length = text != NULL ? strlen(text) : 0;
	if (length == 0 || length > max) {
		return refuse(call, "The parameter %s is required, with 1 to %zu characters.", name,
			max);
	}
	return true;
}

static bool is_repeated(const cJSON *dimensions, const cJSON *dimension, const char *name) {
	const cJSON *earlier = NULL;
	cJSON_ArrayForEach(earlier, dimensions) {
		if (earlier == dimension) {
			return false;
		}
		if (strcmp(json_string(earlier, "Name"), name) == 0) {
			return true;
		}
	}
	return false;
}

/* Find ClusterName and ServiceName; both stay NULL unless these are all dimensions. */
static bool read_dimensions(struct call *call, const cJSON *metric, const char **cluster,
	const char **service) {
	const cJSON *dimensions = json_member(metric, "Dimensions");
	int count = cJSON_GetArraySize(dimensions);
	if (count < 1 || count > 30) {
		return refuse(call, "The parameter Dimensions is required, with 1 to 30 members.");
	}
	const cJSON *dimension = NULL;
	*cluster = *service = NULL;
	cJSON_ArrayForEach(dimension, dimensions) {
		const char *name = json_string(dimension, "Name");
		const char *value = json_string(dimension, "Value");
		if (!check_text(call, name, 255, "Dimensions.Name") ||
			!check_text(call, value, 1024, "Dimensions.Value")) {
			return false;
		}
		if (is_repeated(dimensions, dimension, name)) {
			return refuse(call, "The dimension %.99s is given twice.", name);
		}
		if (strcmp(name, "ClusterName") == 0) {
			*cluster = value;
		} else if (strcmp(name, "ServiceName") == 0) {
			*service = value;
		}
	}
	if (count != 2) {
		*cluster = *service = NULL;
	}
	return true;
}

const struct series *metric_find(const struct call *call, const char *metric, const char *cluster,
	const char *service) {
	static const char *const names[METRICS] = {
		[CPU] = "CPUUtilization",
		[MEMORY] = "MemoryUtilization",
		[EBS] = "EBSFilesystemUtilization",
	};
	const struct cluster *home = cluster != NULL && service != NULL
		? account_cluster(&call->server->account, call->claim.region, cluster)
		: NULL;
	const struct service *owner = home != NULL ? cluster_service(home, service) : NULL;
	for (size_t i = 0; i < METRICS && owner != NULL; i++) {
		if (strcmp(metric, names[i]) == 0) {
			return &owner->metrics[i];
		}
	}
	return NULL;
}

static bool read_metric(struct call *call, const cJSON *metric, struct metric_query *query) {
	const char *space = json_string(metric, "Namespace");
	const char *name = json_string(metric, "MetricName");
	const char *cluster = NULL;
	const char *service = NULL;
	if (!check_text(call, space, 255, "Namespace") ||
		!check_text(call, name, 255, "MetricName") ||
		!read_dimensions(call, metric, &cluster, &service)) {
		return false;
	}
	if (space[0] == ':') {
		return refuse(call, "The parameter Namespace must not begin with a colon.");
	}
	query->metric_name = name;
	if (strcmp(space, "AWS/ECS") == 0) {
		query->series = metric_find(call, name, cluster, service);
	}
	return true;
}

static bool read_metric_stat(struct call *call, const cJSON *stat, struct metric_query *query) {
	const cJSON *metric = json_member(stat, "Metric");
	if (metric == NULL) {
		return refuse(call, "The parameter MetricStat.Metric is required.");
	}
	if (!read_metric(call, metric, query)) {
		return false;
	}
	query->period = json_integer(stat, "Period", 0);
	if (query->period < 1) {
		return refuse(call, "The parameter MetricStat.Period must be at least 1.");
	}
	const char *name = json_string(stat, "Stat");
	if (!check_text(call, name, 255, "MetricStat.Stat")) {
		return false;
	}
	if (!statistic_parse(name, &query->statistic)) {
		return refuse_value(call,
			"The value %.99s for parameter MetricStat.Stat is not supported.", name);
	}
	/* ECS publishes no percentiles of several tasks. */
	if (query->statistic.kind == PERCENTILE && query->series != NULL &&
		query->series->of_several_tasks) {
		query->series = NULL;
	}
	const char *unit = json_string(stat, "Unit");
	if (unit != NULL && strcmp(unit, "Percent") != 0) {
		query->series = NULL;
	}
	return true;
}

static bool read_query(struct call *call, const cJSON *item, int number,
	struct metric_query *query) {
	query->id = json_string(item, "Id");
	query->label = json_string(item, "Label");
	if (!check_id(call, query->id, number)) {
		return false;
	}
	const cJSON *stat = json_member(item, "MetricStat");
	const char *expression = json_string(item, "Expression");
	if ((stat == NULL) == (expression == NULL)) {
		return refuse(call,
			"Exactly one of MetricStat and Expression must be in MetricDataQueries.member.%d.",
			number);
	}
	if (stat == NULL) {
		return refuse(call, "Error in expression '%s': not supported.", query->id);
	}
	if (json_member(item, "Period") != NULL) {
		return refuse(call, "Period and MetricStat of '%s' exclude each other.", query->id);
	}
	const char *account_id = json_string(item, "AccountId");
	if (account_id != NULL && strcmp(account_id, call->server->account.id) != 0) {
		return refuse(call, "AccountId of '%s' is not a linked account.", query->id);
	}
	return read_metric_stat(call, stat, query);
}

static int id_order(const void *a, const void *b) {
	const struct metric_query *const *left = a;
	const struct metric_query *const *right = b;
	return strcmp((*left)->id, (*right)->id);
}

static bool check_unique(struct call *call, const struct metric_query *queries, size_t count) {
	const struct metric_query *sorted[QUERIES_MAX] = {NULL};
	for (size_t i = 0; i < count; i++) {
		sorted[i] = &queries[i];
	}
	qsort(sorted, count, sizeof(*sorted), id_order);
	for (size_t i = 1; i < count; i++) {
		if (strcmp(sorted[i - 1]->id, sorted[i]->id) == 0) {
			return refuse(call, "The Id '%s' is not unique.", sorted[i]->id);
		}
	}
	return true;
}

static bool read_queries(struct metric_request *request, struct call *call) {
	const cJSON *list = json_member(call->body, "MetricDataQueries");
	int count = cJSON_GetArraySize(list);
	if (count > QUERIES_MAX) {
		return refuse_value(call,
			"The collection MetricDataQueries must not have a size greater than %d.",
			QUERIES_MAX);
	}
	if (count < 1) {
		return refuse(call, "The collection MetricDataQueries must not be empty.");
	}
	request->queries = must_alloc((size_t)count * sizeof(*request->queries));
	int number = 1;
	const cJSON *item = NULL;
	cJSON_ArrayForEach(item, list) {
		if (!read_query(call, item, number, &request->queries[number - 1])) {
			return false;
		}
		number++;
	}
	if (!check_unique(call, request->queries, (size_t)count)) {
		return false;
	}
	const struct metric_query *query = request->queries;
	cJSON_ArrayForEach(item, list) {
		if (!cJSON_IsFalse(json_member(item, "ReturnData"))) {
			request->queries[request->count++] = *query;
		}
		query++;
	}
	return request->count > 0 || refuse(call, "At least one query must return data.");
}

static bool read_range(struct metric_request *request, struct call *call) {
	const cJSON *start = json_member(call->body, "StartTime");
	const cJSON *end = json_member(call->body, "EndTime");
	if (start == NULL || end == NULL) {
		return refuse(call, "The parameters StartTime and EndTime are required.");
	}
	request->start = start->valuedouble;
	request->end = end->valuedouble;
	if (!(request->start < request->end)) {
		return refuse(call,
			"The parameter StartTime must be less than the parameter EndTime.");
	}
	const char *scan = json_string(call->body, "ScanBy");
	request->ascending = scan != NULL && strcmp(scan, "TimestampAscending") == 0;
	if (scan != NULL && !request->ascending && strcmp(scan, "TimestampDescending") != 0) {
		return refuse_word(call, "scanBy", scan, "TimestampDescending, TimestampAscending");
	}
	size_t bound = call->server->settings.max_datapoints;
	int64_t limit = json_integer(call->body, "MaxDatapoints", (int64_t)bound);
	if (limit < 1 || limit > 100800) {
		return refuse(call, "The parameter MaxDatapoints must be between 1 and 100800.");
	}
	request->max_datapoints = (size_t)limit < bound ? (size_t)limit : bound;
	return true;
}

bool metric_request_parse(struct metric_request *request, struct call *call) {
	*request = (struct metric_request){0};
	struct text why = {0};
	bool known = schema_check(call->body, request_members, &why);
	if (!known) {
		answer_error(&call->answer, 400, "com.amazon.coral.service#SerializationException",
			"%s", text_string(&why));
	}
	text_free(&why);
	return known && read_queries(request, call) && read_range(request, call);
}

void metric_request_free(struct metric_request *request) {
	free(request->queries);
	*request = (struct metric_request){0};
}
