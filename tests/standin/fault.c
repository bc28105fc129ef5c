#define _POSIX_C_SOURCE 200809L
#include "fault.h"

#include <stdlib.h>
#include <string.h>

static const char *const kinds[FAULTS] = {
	[FAULT_HALF] = "half",
	[FAULT_HANG] = "hang",
	[FAULT_RESET] = "reset",
	[FAULT_TRICKLE] = "trickle",
	[FAULT_HUGE] = "huge",
	[FAULT_THROTTLE] = "throttle",
	[FAULT_429] = "429",
	[FAULT_500] = "500",
	[FAULT_502] = "502",
	[FAULT_503] = "503",
	[FAULT_504] = "504",
	[FAULT_GARBAGE] = "garbage",
	[FAULT_SHAPE] = "shape",
	[FAULT_EMPTY] = "empty",
	[FAULT_EXPIRED] = "expired",
	[FAULT_DENIED] = "denied",
	[FAULT_REDIRECT] = "redirect",
	[FAULT_INTERNAL] = "internal",
	[FAULT_FORBIDDEN] = "forbidden",
};

static const char portal_page[] =
	"<!DOCTYPE html>\n<html><head><title>Guest network</title></head>\n"
	"<body><h1>Welcome</h1><p>Please <a href=\"/login\">sign in</a> to use this network.</p>"
	"</body></html>\n";

static const char unavailable_page[] =
	"<html><body><b>Http/1.1 Service Unavailable</b></body> </html>";

static const char misshapen[] =
	"{\"clusterArns\":\"none\",\"serviceArns\":[[1],{\"arn\":2}],\"services\":{\"api\":true},"
	"\"failures\":7,\"nextToken\":[\"x\"],\"MetricDataResults\":[{\"Id\":5,\"Timestamps\":{},"
	"\"Values\":\"34.4\",\"StatusCode\":false}],\"NextToken\":17,\"Messages\":\"none\"}";

void faults_init(struct faults *faults) {
	*faults = (struct faults){0};
	pthread_mutex_init(&faults->mutex, NULL);
}

void faults_free(struct faults *faults) {
	free(faults->items);
	pthread_mutex_destroy(&faults->mutex);
}

static bool parse_operation(struct fault *fault, const char *name, size_t length) {
	bool known = false;
	for (size_t i = 0; i < OPERATIONS; i++) {
		const char *candidate = operations[i].name;
		fault->meets[i] = (length == 1 && name[0] == '*') ||
			(strlen(candidate) == length && strncmp(candidate, name, length) == 0);
		known = known || fault->meets[i];
	}
	return known;
}

static bool parse_kind(struct fault *fault, const char *name, size_t length) {
	for (size_t i = FAULT_NONE + 1; i < FAULTS; i++) {
		if (strlen(kinds[i]) == length && strncmp(kinds[i], name, length) == 0) {
			fault->kind = (enum fault_kind)i;
			return true;
		}
	}
	return false;
}

bool faults_add(struct faults *faults, const char *text) {
	struct fault fault = {.left = -1};
	size_t name = strcspn(text, ":");
	if (text[name] == '\0' || !parse_operation(&fault, text, name)) {
		return false;
	}
	text += name + 1;
	size_t kind = strcspn(text, ":");
	if (!parse_kind(&fault, text, kind)) {
		return false;
	}
	if (text[kind] == ':') {
		text += kind + 1;
		size_t digits = strspn(text, "0123456789");
		if (digits < 1 || digits > 9 || text[digits] != '\0') {
			return false;
		}
		fault.left = strtol(text, NULL, 10);
	}
	if (fault.kind == FAULT_INTERNAL || fault.kind == FAULT_FORBIDDEN) {
		bool fits = fault.meets[GET_METRIC_DATA];
		memset(fault.meets, 0, sizeof(fault.meets));
		fault.meets[GET_METRIC_DATA] = fits;
		if (!fits) {
			return false;
		}
	}
	faults->items = must_grow(faults->items, (faults->count + 1) * sizeof(fault));
	faults->items[faults->count++] = fault;
	return true;
}

enum fault_kind faults_take(struct faults *faults, enum operation_id operation) {
	enum fault_kind kind = FAULT_NONE;
	pthread_mutex_lock(&faults->mutex);
	for (size_t i = 0; i < faults->count && kind == FAULT_NONE; i++) {
		struct fault *fault = &faults->items[i];
		if (fault->meets[operation] && fault->left != 0) {
			fault->left -= fault->left > 0;
			kind = fault->kind;
		}
	}
	pthread_mutex_unlock(&faults->mutex);
	return kind;
}

static void answer_broken(struct answer *answer, const struct operation *operation) {
	bool ecs = operation->id != GET_METRIC_DATA;
	answer_error(answer, 500,
		ecs ? "ServerException" : "com.amazonaws.cloudwatch#InternalServiceFault",
		"Service Unavailable. Please try again later.");
}

bool fault_replaces(enum fault_kind kind, const struct operation *operation,
	struct answer *answer) {
	const char *json = operation->content_type;
	switch (kind) {
	case FAULT_THROTTLE:
		answer_error(answer, 400, "ThrottlingException", "Rate exceeded");
		answer->query_error = operation->id == GET_METRIC_DATA ? "Throttling;Sender" : NULL;
		return true;
	case FAULT_429:
		answer_plain(answer, 429, json, "");
		return true;
	case FAULT_500:
		answer_broken(answer, operation);
		return true;
	case FAULT_502:
		answer_plain(answer, 502, json, "");
		return true;
	case FAULT_503:
		answer_plain(answer, 503, "text/html", unavailable_page);
		return true;
	case FAULT_504:
		answer_plain(answer, 504, json, "");
		return true;
	case FAULT_GARBAGE:
		answer_plain(answer, 200, "text/html; charset=utf-8", portal_page);
		return true;
	case FAULT_SHAPE:
		answer_plain(answer, 200, json, misshapen);
		return true;
	case FAULT_EMPTY:
		answer_plain(answer, 200, json, "");
		return true;
	case FAULT_EXPIRED:
		answer_error(answer, 400, "ExpiredTokenException",
			"The security token included in the request is expired");
		return true;
	case FAULT_REDIRECT:
		answer_plain(answer, 301, "text/html", "");
		answer->location = "https://127.0.0.1:1/";
		return true;
	default:
		return false;
	}
}
