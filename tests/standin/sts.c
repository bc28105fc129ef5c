#define _POSIX_C_SOURCE 200809L
#include "sts.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sts_form.h"

#define CHAINED_MAX 3600

static bool refuse(struct call *call, const char *message) {
	answer_query_error(&call->answer, 400, "ValidationError", "%s", message);
	return false;
}

static void add_element(struct text *body, const char *name, const char *value) {
	text_addf(body, "      <%s>", name);
	text_xml(body, value);
	text_addf(body, "</%s>\n", name);
}

static void open_result(struct call *call) {
	const char *name = call->operation->name;
	text_addf(&call->answer.body,
		"<%sResponse xmlns=\"https://sts.amazonaws.com/doc/" STS_VERSION
		"/\">\n  <%sResult>\n",
		name, name);
}

static void close_result(struct call *call) {
	const char *name = call->operation->name;
	text_addf(&call->answer.body,
		"  </%sResult>\n  <ResponseMetadata>\n    <RequestId>%s</RequestId>\n"
		"  </ResponseMetadata>\n</%sResponse>\n",
		name, call->answer.request_id, name);
}

static void add_session(struct text *body, const struct key *key) {
	time_t expires = (time_t)key->expires;
	struct tm utc;
	char date[32];
	gmtime_r(&expires, &utc);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &utc);
	text_add(body, "    <Credentials>\n");
	add_element(body, "AccessKeyId", key->id);
	add_element(body, "SecretAccessKey", key->secret);
	add_element(body, "SessionToken", key->token);
	add_element(body, "Expiration", date);
	text_add(body, "    </Credentials>\n    <AssumedRoleUser>\n");
	add_element(body, "AssumedRoleId", key->unique_id);
	add_element(body, "Arn", key->principal);
	text_add(body, "    </AssumedRoleUser>\n");
}

static const struct key *open_session(struct call *call, const struct role *role) {
	struct server *server = call->server;
	long lifetime = role->lifetime > 0 ? role->lifetime : sts_duration(call);
	struct session session = {.role = role->arn,
		.name = form_get(&call->form, "RoleSessionName"),
		.denied = role->denied,
		.expires = server_now(server) + lifetime,
		.token_length = server->settings.session_token_length};
	return grants_open(&server->grants, &server->dice, &session);
}

static bool check_arn(struct call *call) {
	const char *arn = form_get(&call->form, "RoleArn");
	const char *resource = strstr(arn, ":role/");
	if (strncmp(arn, "arn:", 4) == 0 && resource != NULL && resource[6] != '\0') {
		return true;
	}
	answer_query_error(&call->answer, 400, "ValidationError", "%s is invalid", arn);
	return false;
}

static bool check_duration(struct call *call, const struct role *role) {
	long duration = sts_duration(call);
	if (call->key != NULL && call->key->role != NULL && duration > CHAINED_MAX) {
		return refuse(call,
			"The requested DurationSeconds exceeds the 1 hour session limit for roles assumed "
			"by role chaining");
	}
	if (form_get(&call->form, "DurationSeconds") != NULL && duration > role->max_duration) {
		return refuse(call,
			"The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
	}
	return true;
}

static bool trusts(const struct role *role, const struct call *call) {
	const struct key *key = call->key;
	const char *external_id = form_get(&call->form, "ExternalId");
	bool known = role->trusts == NULL || list_holds(role->trusts, key->id) ||
		(key->role != NULL && list_holds(role->trusts, key->role));
	return known &&
		(role->external_id == NULL ||
			(external_id != NULL && strcmp(external_id, role->external_id) == 0));
}

void sts_assume_role(struct call *call) {
	if (!sts_check_form(call) || !check_arn(call)) {
		return;
	}
	const struct role *role = identity_role(&call->server->account.identity,
		form_get(&call->form, "RoleArn"));
	if (role == NULL || !trusts(role, call)) {
		call_deny(call);
		return;
	}
	if (check_duration(call, role)) {
		open_result(call);
		add_session(&call->answer.body, open_session(call, role));
		close_result(call);
	}
}

static bool check_web_token(struct call *call, const struct web_token *token) {
	struct answer *answer = &call->answer;
	if (token == NULL) {
		answer_query_error(answer, 400, "InvalidIdentityToken",
			"No OpenIDConnect provider found in your account for the token's issuer");
	} else if (token->state == WEB_EXPIRED) {
		answer_query_error(answer, 400, "ExpiredTokenException",
			"Token expired: current date/time must be before the expiration date/time");
	} else if (token->state == WEB_REJECTED) {
		answer_query_error(answer, 403, "IDPRejectedClaim",
			"The identity provider reported that authentication failed");
	} else {
		return true;
	}
	return false;
}

void sts_assume_role_with_web_identity(struct call *call) {
	if (!sts_check_form(call) || !check_arn(call)) {
		return;
	}
	const struct identity *identity = &call->server->account.identity;
	const char *arn = form_get(&call->form, "RoleArn");
	const struct role *role = identity_role(identity, arn);
	const struct web_token *token = identity_web_token(identity,
		form_get(&call->form, "WebIdentityToken"));
	if (!check_web_token(call, token)) {
		return;
	}
	if (role == NULL || (token->roles != NULL && !list_holds(token->roles, arn))) {
		answer_query_error(&call->answer, 403, "AccessDenied",
			"Not authorized to perform sts:AssumeRoleWithWebIdentity");
		return;
	}
	if (check_duration(call, role)) {
		struct text *body = &call->answer.body;
		open_result(call);
		add_session(body, open_session(call, role));
		add_element(body, "SubjectFromWebIdentityToken", token->subject);
		add_element(body, "Audience", "sts.amazonaws.com");
		close_result(call);
	}
}

void sts_get_caller_identity(struct call *call) {
	if (!sts_check_form(call)) {
		return;
	}
	struct text *body = &call->answer.body;
	const char *account = strstr(call->key->principal, "::");
	char *number = must_slice(account + 2, strcspn(account + 2, ":"));
	open_result(call);
	add_element(body, "Arn", call->key->principal);
	add_element(body, "UserId", call->key->unique_id);
	add_element(body, "Account", number);
	close_result(call);
	free(number);
}
