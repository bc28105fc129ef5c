#define _POSIX_C_SOURCE 200809L
#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "schema.h"
#include "spoil.h"

#define FORM_TYPE "application/x-www-form-urlencoded"

static char *copy_or_null(const char *string) {
	return string != NULL ? must_copy(string) : NULL;
}

/* What of an identity operation's request may be shown. */
static cJSON *shown_parameters(const struct call *call) {
	static const char *const shown[] = {"RoleArn", "RoleSessionName", "ExternalId",
		"DurationSeconds", "role_name", "account_id"};
	const struct form *form = call->answer.protocol == QUERY ? &call->form
								 : &call->request->arguments;
	cJSON *parameters = cJSON_CreateObject();
	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
		const char *value = form_get(form, shown[i]);
		if (value != NULL) {
			cJSON_AddStringToObject(parameters, shown[i], value);
		}
	}
	static const char *const members[] = {"clientId", "grantType"};
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		const char *value = json_string(call->body, members[i]);
		if (value != NULL) {
			cJSON_AddStringToObject(parameters, members[i], value);
		}
	}
	return parameters;
}

static struct entry *new_entry(const struct call *call) {
	const struct request *request = call->request;
	struct entry *entry = must_alloc(sizeof(*entry));
	entry->operation = call->operation;
	entry->key = copy_or_null(call->claim.key_id);
	entry->region = copy_or_null(call->claim.region);
	entry->signed_headers = copy_or_null(call->claim.signed_headers);
	if (call->answer.protocol == AWS_JSON) {
		entry->body = copy_or_null(request->body.data);
	} else {
		entry->parameters = shown_parameters(call);
	}
	entry->user_agent = copy_or_null(request_header(request, "user-agent"));
	entry->started_ms = request->started_ms;
	entry->sent = request->body.length;
	return entry;
}

static bool is_at(const struct request *request, const char *method, const char *path) {
	return strcmp(request->method, method) == 0 && strcmp(request->path, path) == 0;
}

static bool check_json_http(struct call *call) {
	const struct request *request = call->request;
	struct answer *answer = &call->answer;
	if (!is_at(request, "POST", "/") || request->arguments.count > 0) {
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

static bool check_query_http(struct call *call) {
	const struct request *request = call->request;
	struct answer *answer = &call->answer;
	const char *action = form_get(&call->form, "Action");
	const char *version = form_get(&call->form, "Version");
	if (!is_at(request, "POST", "/") || request->arguments.count > 0) {
		answer_query_error(answer, 404, "InvalidAction", "Only POST to / is served");
	} else if (call->form_fault.length > 0) {
		answer_query_error(answer, 400, "MalformedQueryString", "%s",
			text_string(&call->form_fault));
	} else if (action == NULL) {
		answer_query_error(answer, 400, "MissingAction", "Missing Action");
	} else if (call->operation == NULL || version == NULL ||
		strcmp(version, call->operation->version) != 0) {
		answer_query_error(answer, 400, "InvalidAction",
			"Could not find operation %s for version %s", action,
			version != NULL ? version : "NO_VERSION_SPECIFIED");
	} else {
		return true;
	}
	return false;
}

static bool check_portal_http(struct call *call) {
	const struct request *request = call->request;
	if (strcmp(request->method, "GET") != 0 || request->body.length > 0) {
		answer_error(&call->answer, 405, "InvalidRequestException",
			"Only GET without a body is served here");
		return false;
	}
	return true;
}

static bool check_oauth_http(struct call *call) {
	const struct request *request = call->request;
	const char *type = request_header(request, "content-type");
	bool good = strcmp(request->method, "POST") == 0 && request->arguments.count == 0 &&
		type != NULL && strcmp(type, call->operation->content_type) == 0;
	if (!good) {
		answer_oauth_error(&call->answer, 400, "InvalidRequestException", "invalid_request",
			"Only POST of application/json is served here");
	}
	return good;
}

static bool check_http(struct call *call) {
	if (call->request->too_large) {
		answer_error(&call->answer, 413, "RequestEntityTooLargeException",
			"Request entity too large");
		return false;
	}
	switch (call->answer.protocol) {
	case QUERY:
		return check_query_http(call);
	case PORTAL:
		return check_portal_http(call);
	case OAUTH:
		return check_oauth_http(call);
	default:
		return check_json_http(call);
	}
}

/* The body as one JSON object; NULL if it is not one. */
static cJSON *read_body(const struct request *request) {
	const struct text *body = &request->body;
	cJSON *json = body->length == strlen(text_string(body)) ? json_parse(text_string(body))
								: NULL;
	if (!cJSON_IsObject(json)) {
		cJSON_Delete(json);
		return NULL;
	}
	return json;
}

static bool check_body(struct call *call) {
	enum protocol protocol = call->answer.protocol;
	if (call->body != NULL || protocol == QUERY || protocol == PORTAL) {
		return true;
	}
	answer_error(&call->answer, 400,
		protocol == OAUTH ? "InvalidRequestException"
				  : "com.amazon.coral.service#SerializationException",
		"The body is not one JSON object");
	return false;
}

/* What the request is about, as far as it says so in the form of names. */
static void name_resource(const struct call *call, struct text *resource) {
	const struct account *account = &call->server->account;
	const char *role = form_get(&call->form, "RoleArn");
	const cJSON *first = cJSON_GetArrayItem(json_member(call->body, "services"), 0);
	const char *cluster_name = json_string(call->body, "cluster");
	const struct cluster *cluster = cluster_name != NULL
		? account_cluster(account, call->claim.region, cluster_name)
		: NULL;
	if (role != NULL) {
		text_add(resource, role);
	} else if (cluster != NULL && cJSON_IsString(first) &&
		strchr(first->valuestring, '/') == NULL) {
		account_service_arn(account, cluster, first->valuestring, resource);
	} else if (cluster != NULL) {
		account_cluster_arn(account, cluster, resource);
	} else {
		text_add(resource, "*");
	}
}

void call_deny(struct call *call) {
	struct text resource = {0};
	name_resource(call, &resource);
	answer_denied(&call->answer, call->operation, call->key, text_string(&resource));
	text_free(&resource);
}

static bool check_permission(struct call *call) {
	if (call->key == NULL ||
		(!call->key->denied[call->operation->id] && call->fault != FAULT_DENIED)) {
		return true;
	}
	call_deny(call);
	return false;
}

/* Sessions that are good in all but that the test has asked to have them refused. */
static bool is_refused(struct call *call) {
	char type[REFUSAL_SIZE];
	if (!grants_refused(&call->server->grants, call->key->id, type)) {
		return false;
	}
	if (strncmp(type, "AccessDenied", strlen("AccessDenied")) == 0) {
		call_deny(call);
	} else {
		answer_error(&call->answer, 403, type, "These keys are refused, as was ordered.");
	}
	return true;
}

/* Who sends it: a key that signed, or nobody where nothing may be signed. */
static bool check_caller(struct call *call, bool claimed) {
	struct server *server = call->server;
	const struct request *request = call->request;
	if (call->operation->service == NULL) {
		bool bare = request_header(request, "authorization") == NULL &&
			request_header(request, "x-amz-date") == NULL &&
			request_header(request, "x-amz-security-token") == NULL;
		if (!bare) {
			answer_error(&call->answer, 400, "InvalidRequestException",
				"%s must not be signed", call->operation->name);
		}
		return bare;
	}
	/* The claim has left its error in the answer. */
	if (!claimed) {
		return false;
	}
	const struct key *key = identity_key(&server->account.identity, call->claim.key_id);
	if (key == NULL) {
		key = grants_key(&server->grants, call->claim.key_id);
	}
	bool good = claim_verify(&call->claim, request, key, call->operation, server_now(server),
		&call->answer);
	call->key = good ? key : NULL;
	return good && !is_refused(call);
}

static void serve(struct call *call) {
	if (faults_take(&call->server->holds, call->operation->id) == FAULT_HOLD) {
		server_hold(call->server);
	}
	call->fault = faults_take(&call->server->faults, call->operation->id);
	if (fault_replaces(call->fault, call->operation, &call->answer)) {
		return;
	}
	if (check_body(call) && check_permission(call)) {
		spoil_request(call->fault, call->body);
		call->operation->serve(call);
		if (call->answer.status == 200) {
			spoil_answer(call->fault, call->operation, &call->server->dice,
				&call->answer);
		}
	}
}

/* Find out what is asked for, and in which protocol. */
static void route(struct call *call) {
	const struct request *request = call->request;
	const char *target = request_header(request, "x-amz-target");
	const char *type = request_header(request, "content-type");
	enum protocol protocol = AWS_JSON;
	if (operation_find(PORTAL, request->path) != NULL) {
		protocol = PORTAL;
		target = request->path;
	} else if (operation_find(OAUTH, request->path) != NULL) {
		protocol = OAUTH;
		target = request->path;
	} else if (target == NULL && type != NULL &&
		(strcmp(type, FORM_TYPE) == 0 || strcmp(type, FORM_TYPE "; charset=utf-8") == 0)) {
		protocol = QUERY;
		form_parse(&call->form, &request->body, &call->form_fault);
		target = form_get(&call->form, "Action");
	}
	call->operation = target != NULL ? operation_find(protocol, target) : NULL;
	if (protocol == AWS_JSON || protocol == OAUTH) {
		call->body = read_body(request);
	}
	static const enum operation_id typical[] = {[AWS_JSON] = LIST_CLUSTERS,
		[QUERY] = ASSUME_ROLE,
		[PORTAL] = GET_ROLE_CREDENTIALS,
		[OAUTH] = CREATE_TOKEN};
	call->answer.protocol = protocol;
	call->answer.content_type = call->operation != NULL
		? call->operation->content_type
		: operations[typical[protocol]].content_type;
}

struct entry *call_serve(struct call *call, unsigned long *counted) {
	const char *mode = request_header(call->request, "x-amzn-query-mode");
	call->query_mode = mode != NULL && strcmp(mode, "true") == 0;
	dice_uuid(&call->server->dice, call->answer.request_id);
	route(call);
	bool claimed = claim_parse(&call->claim, call->request, &call->answer);
	struct entry *entry = new_entry(call);
	journal_begin(&call->server->journal, entry, counted);
	if (check_http(call) && check_caller(call, claimed)) {
		/* Where nothing is signed, the missing claim is no error. */
		answer_plain(&call->answer, 200, call->operation->content_type, "");
		serve(call);
	}
	return entry;
}

void call_free(struct call *call) {
	claim_free(&call->claim);
	form_free(&call->form);
	text_free(&call->form_fault);
	cJSON_Delete(call->body);
	text_free(&call->answer.body);
}
