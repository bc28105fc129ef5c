#define _POSIX_C_SOURCE 200809L
#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "schema.h"

static char *copy_or_null(const char *string) {
	return string != NULL ? must_copy(string) : NULL;
}

static struct entry *new_entry(const struct call *call) {
	const struct request *request = call->request;
	struct entry *entry = must_alloc(sizeof(*entry));
	entry->operation = call->operation;
	entry->key = copy_or_null(call->claim.key_id);
	entry->region = copy_or_null(call->claim.region);
	entry->signed_headers = copy_or_null(call->claim.signed_headers);
	entry->body = copy_or_null(request->body.data);
	entry->user_agent = copy_or_null(request_header(request, "user-agent"));
	entry->started_ms = request->started_ms;
	return entry;
}

static bool check_http(struct call *call) {
	const struct request *request = call->request;
	struct answer *answer = &call->answer;
	if (request->too_large) {
		answer_error(answer, 413, "RequestEntityTooLargeException",
			"Request entity too large");
		return false;
	}
	if (strcmp(request->method, "POST") != 0 || strcmp(request->path, "/") != 0 ||
		request->has_query) {
		answer_error(answer, 404, "UnknownOperationException", "Only POST to / is served");
		return false;
	}
	if (call->operation == NULL) {
		answer_error(answer, 400, "com.amazon.coral.service#UnknownOperationException",
			"The requested operation is not recognized");
		return false;
	}
	const char *type = request_header(request, "content-type");
	if (type == NULL || strcmp(type, call->operation->content_type) != 0) {
		answer_error(answer, 400, "com.amazon.coral.service#UnknownOperationException",
			"The Content-Type must be %s", call->operation->content_type);
		return false;
	}
	return true;
}

static bool parse_body(struct call *call) {
	const struct text *body = &call->request->body;
	if (body->length == strlen(text_string(body))) {
		call->body = json_parse(text_string(body));
	}
	if (!cJSON_IsObject(call->body)) {
		answer_error(&call->answer, 400, "com.amazon.coral.service#SerializationException",
			"The body is not one JSON object");
		return false;
	}
	return true;
}

/* What the request is about, as far as it says so in the form of names. */
static void name_resource(const struct call *call, struct text *resource) {
	const struct account *account = &call->server->account;
	const cJSON *first = cJSON_GetArrayItem(json_member(call->body, "services"), 0);
	const char *cluster_name = json_string(call->body, "cluster");
	const struct cluster *cluster = cluster_name != NULL
		? account_cluster(account, call->claim.region, cluster_name)
		: NULL;
	if (cluster != NULL && cJSON_IsString(first) && strchr(first->valuestring, '/') == NULL) {
		account_service_arn(account, cluster, first->valuestring, resource);
	} else if (cluster != NULL) {
		account_cluster_arn(account, cluster, resource);
	} else {
		text_add(resource, "*");
	}
}

static bool check_permission(struct call *call) {
	if (!call->key->denied[call->operation->id] && call->fault != FAULT_DENIED) {
		return true;
	}
	const struct account *account = &call->server->account;
	struct text resource = {0};
	name_resource(call, &resource);
	answer_denied(&call->answer, call->operation, account->partition, account->id,
		call->key->user, text_string(&resource));
	text_free(&resource);
	return false;
}

static void serve(struct call *call) {
	struct server *server = call->server;
	call->key = claim_verify(&call->claim, call->request, &server->account, call->operation,
		server_now(server), &call->answer);
	if (call->key == NULL) {
		return;
	}
	call->fault = faults_take(&server->faults, call->operation->id);
	if (fault_replaces(call->fault, call->operation, &call->answer)) {
		return;
	}
	if (parse_body(call) && check_permission(call)) {
		call->operation->serve(call);
	}
}

struct entry *call_serve(struct call *call, unsigned long *counted) {
	const char *target = request_header(call->request, "x-amz-target");
	const char *mode = request_header(call->request, "x-amzn-query-mode");
	call->operation = target != NULL ? operation_targeted(target) : NULL;
	call->query_mode = mode != NULL && strcmp(mode, "true") == 0;
	call->answer.content_type = call->operation != NULL
		? call->operation->content_type
		: operations[LIST_CLUSTERS].content_type;
	bool claimed = claim_parse(&call->claim, call->request, &call->answer);
	struct entry *entry = new_entry(call);
	journal_begin(&call->server->journal, entry, counted);
	if (check_http(call) && claimed) {
		serve(call);
	}
	return entry;
}

void call_free(struct call *call) {
	claim_free(&call->claim);
	cJSON_Delete(call->body);
	text_free(&call->answer.body);
}
