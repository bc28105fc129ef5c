#define _POSIX_C_SOURCE 200809L
#include "portal.h"

#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "schema.h"

#define ACCESS_TOKEN_LENGTH  256
#define REFRESH_TOKEN_LENGTH 256
#define SESSION_NAME         "user@example.com"

static const struct member create_token_members[] = {
	{"clientId", STRING, NULL},
	{"clientSecret", STRING, NULL},
	{"grantType", STRING, NULL},
	{"refreshToken", STRING, NULL},
	{"deviceCode", STRING, NULL},
	{"code", STRING, NULL},
	{"codeVerifier", STRING, NULL},
	{"redirectUri", STRING, NULL},
	{"scope", STRINGS, NULL},
	{NULL, STRING, NULL},
};

static bool invalid(struct call *call, const char *message, const char *detail) {
	answer_error(&call->answer, 400, "InvalidRequestException", message, detail);
	return false;
}

static void put_json(struct call *call, cJSON *root) {
	char *body = cJSON_PrintUnformatted(root);
	cJSON_Delete(root);
	answer_plain(&call->answer, 200, call->operation->content_type, body);
	cJSON_free(body);
}

static bool check_arguments(struct call *call) {
	const struct form *arguments = &call->request->arguments;
	for (size_t i = 0; i < arguments->count; i++) {
		const char *name = arguments->fields[i].name;
		bool known = strcmp(name, "role_name") == 0 || strcmp(name, "account_id") == 0;
		if (!known || form_get(arguments, name) != arguments->fields[i].value) {
			return invalid(call, "Argument %s is not expected", name);
		}
	}
	const char *account = form_get(arguments, "account_id");
	const char *role = form_get(arguments, "role_name");
	if (role == NULL || *role == '\0') {
		return invalid(call, "Argument %s is missing", "role_name");
	}
	if (account == NULL || strlen(account) != 12 || strspn(account, "0123456789") != 12) {
		return invalid(call, "Argument %s is not 12 digits", "account_id");
	}
	return true;
}

static const struct key *open_session(struct call *call, const struct assignment *assignment) {
	struct server *server = call->server;
	struct text role = {0};
	text_addf(&role, "arn:%s:iam::%s:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_%s_0",
		server->account.partition, assignment->account, assignment->role_name);
	struct session session = {.role = text_string(&role),
		.name = SESSION_NAME,
		.denied = assignment->denied,
		.expires = server_now(server) + assignment->lifetime,
		.token_length = server->settings.session_token_length};
	const struct key *key = grants_open(&server->grants, &server->dice, &session);
	text_free(&role);
	return key;
}

void portal_get_role_credentials(struct call *call) {
	struct server *server = call->server;
	const char *token = request_header(call->request, "x-amz-sso_bearer_token");
	if (!check_arguments(call)) {
		return;
	}
	if (token == NULL ||
		!grants_check(&server->grants, GRANT_ACCESS, token, NULL, server_now(server),
			false)) {
		answer_error(&call->answer, 401, "UnauthorizedException",
			"Session token not found or invalid");
		return;
	}
	const struct form *arguments = &call->request->arguments;
	const struct assignment *assignment = identity_assignment(&server->account.identity,
		form_get(arguments, "account_id"), form_get(arguments, "role_name"));
	if (assignment == NULL) {
		answer_error(&call->answer, 404, "ResourceNotFoundException",
			"The role or the account does not exist");
		return;
	}
	const struct key *key = open_session(call, assignment);
	cJSON *root = cJSON_CreateObject();
	cJSON *credentials = cJSON_AddObjectToObject(root, "roleCredentials");
	cJSON_AddStringToObject(credentials, "accessKeyId", key->id);
	cJSON_AddStringToObject(credentials, "secretAccessKey", key->secret);
	cJSON_AddStringToObject(credentials, "sessionToken", key->token);
	cJSON_AddNumberToObject(credentials, "expiration", (double)key->expires * 1000);
	put_json(call, root);
}

static void refuse(struct call *call, unsigned status, const char *type, const char *code,
	const char *description) {
	answer_oauth_error(&call->answer, status, type, code, description);
}

static bool check_client(struct call *call) {
	const struct client *client = identity_client(&call->server->account.identity,
		json_string(call->body, "clientId"));
	if (client == NULL ||
		strcmp(client->secret, json_string(call->body, "clientSecret")) != 0) {
		refuse(call, 401, "InvalidClientException", "invalid_client",
			"Client id or secret is wrong");
		return false;
	}
	if (client->expires != 0 && client->expires <= server_now(call->server)) {
		refuse(call, 401, "InvalidClientException", "invalid_client",
			"The registration of the client has expired");
		return false;
	}
	return true;
}

static bool check_grant(struct call *call) {
	struct text why = {0};
	bool fits = schema_check(call->body, create_token_members, &why);
	if (!fits) {
		invalid(call, "%s", text_string(&why));
	}
	text_free(&why);
	if (!fits) {
		return false;
	}
	static const char *const required[] = {"clientId", "clientSecret", "grantType"};
	for (size_t i = 0; i < sizeof(required) / sizeof(*required); i++) {
		if (json_string(call->body, required[i]) == NULL) {
			return invalid(call, "%s is missing", required[i]);
		}
	}
	if (strcmp(json_string(call->body, "grantType"), "refresh_token") != 0) {
		refuse(call, 400, "UnsupportedGrantTypeException", "unsupported_grant_type",
			"Only refresh_token is served");
		return false;
	}
	if (json_string(call->body, "refreshToken") == NULL) {
		return invalid(call, "%s is missing", "refreshToken");
	}
	return check_client(call);
}

void portal_create_token(struct call *call) {
	if (!check_grant(call)) {
		return;
	}
	struct server *server = call->server;
	const char *client = json_string(call->body, "clientId");
	int64_t now = server_now(server);
	bool rotates = !server->settings.keeps_refresh_tokens;
	if (!grants_check(&server->grants, GRANT_REFRESH, json_string(call->body, "refreshToken"),
		    client, now, rotates)) {
		refuse(call, 400, "InvalidGrantException", "invalid_grant",
			"Invalid refresh token provided");
		return;
	}
	char *access = grants_issue(&server->grants, &server->dice, GRANT_ACCESS, NULL,
		now + server->settings.access_token_s, ACCESS_TOKEN_LENGTH);
	cJSON *root = cJSON_CreateObject();
	cJSON_AddStringToObject(root, "accessToken", access);
	cJSON_AddStringToObject(root, "tokenType", "Bearer");
	cJSON_AddNumberToObject(root, "expiresIn", (double)server->settings.access_token_s);
	if (rotates) {
		char *refresh = grants_issue(&server->grants, &server->dice, GRANT_REFRESH, client,
			0, REFRESH_TOKEN_LENGTH);
		cJSON_AddStringToObject(root, "refreshToken", refresh);
		free(refresh);
	}
	free(access);
	put_json(call, root);
}
