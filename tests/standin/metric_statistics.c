#define _POSIX_C_SOURCE 200809L
#include "metric_statistics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "date.h"
#include "metric_query.h"
#include "monitoring.h"

#define POINTS_MAX     1440
#define STATISTICS_MAX 5
#define DIMENSIONS_MAX 30

/* What is asked for; the strings point into the call's form. */
struct wanted {
	const char *metric_name, *cluster, *service;
	const char *statistics[STATISTICS_MAX];
	size_t statistic_count;
	struct metric_query query;
	struct metric_request request;
};

static bool refuse(struct call *call, const char *code, const char *parameter, const char *what) {
	answer_query_error(&call->answer, 400, code, "The parameter %s %s.", parameter, what);
	return false;
}

static const char *list_item(const struct call *call, const char *list, int number,
	const char *member) {
	char name[64];
	snprintf(name, sizeof(name), "%s.member.%d%s", list, number, member);
	return form_get(&call->form, name);
}

/* Both stay NULL unless these two are all the dimensions. */
static bool read_dimensions(struct call *call, struct wanted *wanted) {
	int count = 0;
	const char *name = NULL;
	while ((name = list_item(call, "Dimensions", count + 1, ".Name")) != NULL) {
		const char *value = list_item(call, "Dimensions", ++count, ".Value");
		if (value == NULL || count > DIMENSIONS_MAX) {
			return refuse(call, "InvalidParameterValue", "Dimensions",
				"holds a name without a value, or too many");
		}
		if (strcmp(name, "ClusterName") == 0) {
			wanted->cluster = value;
		} else if (strcmp(name, "ServiceName") == 0) {
			wanted->service = value;
		}
	}
	if (count != 2) {
		wanted->cluster = wanted->service = NULL;
	}
	return true;
}

/* YYYY-MM-DDThh:mm:ssZ, as clients write it; a fraction of a second makes no difference here. */
static bool read_time(struct call *call, const char *name, double *seconds) {
	const char *text = form_get(&call->form, name);
	int year, month, day, hour, minute, second;
	int length = 0;
	if (text == NULL) {
		return refuse(call, "MissingParameter", name, "is required");
	}
	/* The widths bound every number. NOLINTNEXTLINE(cert-err34-c) */
	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second,
		    &length) != 6) {
		length = 0;
	}
	const char *rest = text + length;
	rest += *rest == '.' ? 1 + strspn(rest + 1, "0123456789") : 0;
	if (length == 0 || strcmp(rest, "Z") != 0) {
		return refuse(call, "InvalidParameterValue", name, "must be a time in UTC");
	}
	*seconds = (double)date_seconds(year, month, day, hour, minute, second);
	return true;
}

static bool read_period(struct call *call, struct wanted *wanted) {
	const char *text = form_get(&call->form, "Period");
	wanted->query.period = text != NULL ? strtol(text, NULL, 10) : 0;
	if (wanted->query.period < 60 || wanted->query.period % 60 != 0) {
		return refuse(call, "InvalidParameterValue", "Period", "must be a multiple of 60");
	}
	double span = wanted->request.end - wanted->request.start;
	if (!(span > 0)) {
		return refuse(call, "InvalidParameterValue", "StartTime",
			"must be less than the parameter EndTime");
	}
	return span / (double)wanted->query.period <= POINTS_MAX ||
		refuse(call, "InvalidParameterCombination", "Period",
			"asks for more than 1,440 data points");
}

static bool read_statistics(struct call *call, struct wanted *wanted) {
	const char *name = NULL;
	int number = 0;
	while ((name = list_item(call, "Statistics", ++number, "")) != NULL) {
		struct statistic statistic;
		bool known = statistic_parse(name, &statistic) && statistic.kind != PERCENTILE;
		if (!known || wanted->statistic_count == STATISTICS_MAX) {
			return refuse(call, "InvalidParameterValue", "Statistics",
				"holds an unknown value, or too many");
		}
		wanted->statistics[wanted->statistic_count++] = name;
	}
	return wanted->statistic_count > 0 ||
		refuse(call, "MissingParameter", "Statistics", "is required");
}

static bool read_wanted(struct call *call, struct wanted *wanted) {
	const char *space = form_get(&call->form, "Namespace");
	wanted->metric_name = form_get(&call->form, "MetricName");
	if (space == NULL || wanted->metric_name == NULL) {
		return refuse(call, "MissingParameter", space == NULL ? "Namespace" : "MetricName",
			"is required");
	}
	wanted->request = (struct metric_request){.queries = &wanted->query, .count = 1};
	if (!read_dimensions(call, wanted) ||
		!read_time(call, "StartTime", &wanted->request.start) ||
		!read_time(call, "EndTime", &wanted->request.end) || !read_period(call, wanted) ||
		!read_statistics(call, wanted)) {
		return false;
	}
	if (strcmp(space, "AWS/ECS") == 0) {
		wanted->query.series = metric_find(call, wanted->metric_name, wanted->cluster,
			wanted->service);
	}
	return true;
}

static void write_time(struct text *body, int64_t seconds) {
	time_t at = (time_t)seconds;
	struct tm utc;
	char date[32];
	gmtime_r(&at, &utc);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &utc);
	text_addf(body, "      <member><Timestamp>%s</Timestamp>", date);
}

/* All statistics have their points in the same periods; these come in no order. */
static void write_points(struct call *call, struct wanted *wanted) {
	struct text *body = &call->answer.body;
	struct point *columns[STATISTICS_MAX];
	size_t count = 0;
	for (size_t i = 0; i < wanted->statistic_count; i++) {
		statistic_parse(wanted->statistics[i], &wanted->query.statistic);
		count = monitoring_points(&wanted->request, &wanted->query,
			server_now(call->server), &columns[i]);
	}
	size_t *order = must_alloc((count + 1) * sizeof(*order));
	dice_order(dice_next(&call->server->dice), order, count);
	for (size_t i = 0; i < count; i++) {
		write_time(body, columns[0][order[i]].start);
		for (size_t s = 0; s < wanted->statistic_count; s++) {
			text_addf(body, "<%s>%.15g</%s>", wanted->statistics[s],
				columns[s][order[i]].value, wanted->statistics[s]);
		}
		text_add(body, "<Unit>Percent</Unit></member>\n");
	}
	for (size_t i = 0; i < wanted->statistic_count; i++) {
		free(columns[i]);
	}
	free(order);
	call->datapoints = count;
}

void metric_statistics(struct call *call) {
	struct wanted wanted = {0};
	struct text *body = &call->answer.body;
	if (!read_wanted(call, &wanted)) {
		return;
	}
	text_add(body,
		"<GetMetricStatisticsResponse xmlns=\"http://monitoring.amazonaws.com/doc/" MONITORING_VERSION
		"/\">\n  <GetMetricStatisticsResult>\n    <Datapoints>\n");
	write_points(call, &wanted);
	text_add(body, "    </Datapoints>\n    <Label>");
	text_xml(body, wanted.metric_name);
	text_addf(body,
		"</Label>\n  </GetMetricStatisticsResult>\n  <ResponseMetadata>\n    <RequestId>%s</RequestId>\n"
		"  </ResponseMetadata>\n</GetMetricStatisticsResponse>\n",
		call->answer.request_id);
	call->queries = 1;
}
