#define _POSIX_C_SOURCE 200809L
#include "monitoring.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metric_query.h"
#include "schema.h"

#define DAY_S 86400

/* The points of one query that stand on this page. */
struct slice {
	const struct metric_query *query;
	struct point *points;
	size_t first, count, total;
};

struct page {
	const struct metric_request *request;
	struct slice *slices;
	size_t count;
	size_t spoilt; /* the slice that a fault takes the points of; `count` if none */
	struct place next;
};

/* CloudWatch keeps finer data for a shorter time; a period too fine for a start yields nothing. */
static bool is_kept(int64_t start, int64_t period, int64_t now) {
	int64_t age = now - start;
	int64_t finest = age > (int64_t)63 * DAY_S ? 3600 : age > (int64_t)15 * DAY_S ? 300 : 60;
	return age <= (int64_t)455 * DAY_S && period % finest == 0;
}

/* Far beyond any data, and far from the ends of an int64_t. */
static const double far_s = 1e11;

static int64_t whole_seconds(double seconds) {
	return (int64_t)fmax(-far_s, fmin(floor(seconds), far_s));
}

size_t monitoring_points(const struct metric_request *request, const struct metric_query *query,
	int64_t now, struct point **points) {
	int64_t start = whole_seconds(request->start);
	int64_t end = whole_seconds(ceil(request->end));
	*points = NULL;
	if (query->series == NULL || !is_kept(start, query->period, now)) {
		return 0;
	}
	start -= start % query->period;
	return series_points(query->series, &query->statistic, start, end, query->period, now,
		points);
}

/* How much of the rest a page takes: everything up to the limit, or a random part of it. */
static void page_limits(struct call *call, size_t left, size_t *results, size_t *points) {
	struct dice *dice = &call->server->dice;
	*results = left;
	if (!call->server->settings.short_pages) {
		return;
	}
	/* A fault needs a result to spoil. */
	bool none = call->fault == FAULT_NONE && dice_below(dice, 4) == 0;
	size_t bound = *points < 2000 ? *points : 2000;
	*results = none ? 0 : 1 + dice_below(dice, left);
	*points = 1 + dice_below(dice, bound);
}

/* Choose what stands on the page that begins at `place`. */
static void page_fill(struct page *page, struct call *call, const struct place *place) {
	const struct metric_request *request = page->request;
	size_t *order = must_alloc(request->count * sizeof(*order));
	dice_order(place->order, order, request->count);
	size_t budget = request->max_datapoints;
	size_t results = 0;
	page_limits(call, request->count - place->item, &results, &budget);
	page->slices = must_alloc((request->count - place->item) * sizeof(*page->slices));
	page->next = *place;
	while (page->count < results && budget > 0) {
		struct slice *slice = &page->slices[page->count++];
		slice->query = &request->queries[order[page->next.item]];
		slice->total = monitoring_points(request, slice->query, place->now, &slice->points);
		slice->first = page->next.done;
		size_t left = slice->total - slice->first;
		bool cut = left > budget;
		slice->count = cut ? budget : left;
		budget -= slice->count;
		if (cut) {
			page->next.done += slice->count;
			break;
		}
		page->next.item++;
		page->next.done = 0;
	}
	free(order);
	bool spoils = call->fault == FAULT_INTERNAL || call->fault == FAULT_FORBIDDEN;
	page->spoilt = spoils ? dice_below(&call->server->dice, page->count) : page->count;
}

static void page_free(struct page *page) {
	for (size_t i = 0; i < page->count; i++) {
		free(page->slices[i].points);
	}
	free(page->slices);
}

static const struct point *slice_point(const struct page *page, const struct slice *slice,
	size_t i) {
	size_t at = slice->first + i;
	return &slice->points[page->request->ascending ? at : slice->total - 1 - at];
}

static void write_timestamps(struct text *body, const struct page *page, const struct slice *slice,
	bool exponent) {
	text_add(body, ",\"Timestamps\":[");
	for (size_t i = 0; i < slice->count; i++) {
		double start = (double)slice_point(page, slice, i)->start;
		text_addf(body, exponent ? "%s%.9E" : "%s%.0f", i > 0 ? "," : "", start);
	}
}

static void write_values(struct text *body, const struct page *page, const struct slice *slice) {
	char number[40] = "";
	double written = NAN;
	text_add(body, "],\"Values\":[");
	for (size_t i = 0; i < slice->count; i++) {
		double value = slice_point(page, slice, i)->value;
		/* Most neighbours are equal, and printing a number is what takes the time here. */
		if (value != written) {
			snprintf(number, sizeof(number), "%.15g", value);
			written = value;
		}
		text_add(body, i > 0 ? "," : "");
		text_add(body, number);
	}
}

static void write_label(struct text *body, struct dice *dice, const struct metric_query *query) {
	char suffix[7];
	dice_letters(dice, "abcdefghijklmnopqrstuvwxyz", suffix, sizeof(suffix) - 1);
	struct text label = {0};
	text_addf(&label, "%s %s", query->metric_name, suffix);
	text_add(body, ",\"Label\":");
	text_json(body, query->label != NULL ? query->label : text_string(&label));
	text_free(&label);
}

static void write_slice(struct text *body, const struct page *page, const struct slice *slice,
	struct dice *dice) {
	bool partial = slice->first + slice->count < slice->total;
	text_add(body, "{\"Id\":");
	text_json(body, slice->query->id);
	write_label(body, dice, slice->query);
	/* AWS may write numbers either way. */
	write_timestamps(body, page, slice, dice_below(dice, 4) == 0);
	write_values(body, page, slice);
	text_addf(body, "],\"StatusCode\":\"%s\"", partial ? "PartialData" : "Complete");
	if (slice->query->series != NULL && slice->query->series->has_mixed_units) {
		text_add(body,
			",\"Messages\":[{\"Code\":\"MultipleUnits\",\"Value\":\"Multiple units returned: "
			"'[Percent, None]'\"}]");
	}
	text_add(body, "}");
}

static void write_spoilt(struct text *body, const struct slice *slice, struct dice *dice,
	enum fault_kind fault) {
	static const char forbidden[] = "\"Forbidden\",\"Messages\":[{\"Code\":\"Forbidden\","
					"\"Value\":\"Not authorized to read this metric\"}]}";
	text_add(body, "{\"Id\":");
	text_json(body, slice->query->id);
	write_label(body, dice, slice->query);
	text_add(body, ",\"Timestamps\":[],\"Values\":[],\"StatusCode\":");
	text_add(body, fault == FAULT_INTERNAL ? "\"InternalError\"}" : forbidden);
}

static void write_page(struct call *call, const struct page *page,
	const unsigned char binding[BINDING_SIZE]) {
	struct server *server = call->server;
	struct text *body = &call->answer.body;
	answer_plain(&call->answer, 200, call->operation->content_type, "{\"MetricDataResults\":[");
	for (size_t i = 0; i < page->count; i++) {
		text_add(body, i > 0 ? "," : "");
		if (i == page->spoilt) {
			write_spoilt(body, &page->slices[i], &server->dice, call->fault);
		} else {
			write_slice(body, page, &page->slices[i], &server->dice);
			call->datapoints += page->slices[i].count;
		}
	}
	text_add(body, "]");
	if (page->next.item < page->request->count) {
		char token[TOKEN_SIZE];
		tokens_issue(&server->tokens, &server->dice, binding, &page->next, token);
		text_addf(body, ",\"NextToken\":\"%s\"", token);
	}
	text_add(body, ",\"Messages\":[]}");
}

/* A token is bound to region and parameters, all but the token itself. */
static void bind_request(const struct call *call, unsigned char binding[BINDING_SIZE]) {
	cJSON *token = cJSON_DetachItemFromObjectCaseSensitive(call->body, "NextToken");
	char *parameters = cJSON_PrintUnformatted(call->body);
	struct text request = {0};
	text_addf(&request, "%s\n%s\n", call->operation->name, call->claim.region);
	text_add(&request, parameters);
	tokens_bind(text_string(&request), binding);
	text_free(&request);
	cJSON_free(parameters);
	if (token != NULL) {
		cJSON_AddItemToObject(call->body, "NextToken", token);
	}
}

static bool find_place(struct call *call, const unsigned char binding[BINDING_SIZE],
	struct place *place) {
	struct server *server = call->server;
	const char *token = json_string(call->body, "NextToken");
	if (token == NULL) {
		*place = (struct place){.order = dice_next(&server->dice),
			.now = server_now(server)};
		return true;
	}
	if (tokens_find(&server->tokens, binding, token, place)) {
		return true;
	}
	answer_error(&call->answer, 400, "com.amazonaws.cloudwatch.v2010_08_01#InvalidNextToken",
		"The next token specified is invalid.");
	call->answer.query_error = call->query_mode ? "InvalidNextToken;Sender" : NULL;
	return false;
}

void monitoring_get_metric_data(struct call *call) {
	struct metric_request request;
	if (metric_request_parse(&request, call)) {
		struct place place;
		unsigned char binding[BINDING_SIZE];
		bind_request(call, binding);
		if (find_place(call, binding, &place)) {
			struct page page = {.request = &request};
			page_fill(&page, call, &place);
			write_page(call, &page, binding);
			page_free(&page);
			call->queries = request.count;
		}
	}
	metric_request_free(&request);
}
