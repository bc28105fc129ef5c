#include "config.h"

#include "aws/identity/sts.h"

#include "aws/call/explain.h"
#include "aws/call/token_service.h"
#include "aws/config/role_chain.h"
#include "aws/service/arn.h"
#include "base/ini.h"
#include "base/text.h"
#include "base/xml.h"

#include <stdio.h>
#include <string.h>

enum {
	MIN_TOKEN_BYTES = 4, /* STS API Reference, AssumeRoleWithWebIdentity */
	MAX_TOKEN_BYTES = 20000,
	MAX_BODY_BYTES = 128 * 1024, /* percent-encoding may triple every byte of the above */
	MAX_PATH_BYTES = 128,
	ROLE_MAX_CHARS = 2048, /* STS API Reference, AssumeRole: RoleArn */
	ROLE_SHOWN_BYTES = 150
};

static const char assume_role[] = "AssumeRole";
static const char web_identity[] = "AssumeRoleWithWebIdentity";
static const char caller_identity[] = "GetCallerIdentity";
static const char form_type[] = "application/x-www-form-urlencoded; charset=utf-8";

const char sts_default_session_name[] = "check_ecs_bottleneck";

/* --- checks --- */

int sts_check_role(const struct sts_role *role, struct err *e) {
	if (!arn_is_role(role->role_arn))
		return err_set(e, ERR_CONFIG,
			"the role ARN (role_arn in the profile, AWS_ROLE_ARN, --role-arn) must be the whole ARN of a role; %s",
			ini_advice(role->role_arn, "write arn:aws:iam::ACCOUNT:role/NAME"));
	if (role->session_name && !arn_is_session_name(role->session_name))
		return err_set(e, ERR_CONFIG,
			"the session name (role_session_name in the profile, AWS_ROLE_SESSION_NAME) must be %d to %d letters, digits or characters of _+=,.@-",
			ARN_MIN_WORD_CHARS, ARN_MAX_SESSION_NAME_CHARS);
	if (role->external_id && !arn_is_external_id(role->external_id))
		return err_set(e, ERR_CONFIG,
			"the external ID (external_id in the profile, --external-id) must be %d to %d letters, digits or characters of _+=,.@:/-",
			ARN_MIN_WORD_CHARS, ARN_MAX_EXTERNAL_ID_CHARS);
	return 0;
}

/* --- requests --- */

static void add_field(struct buf *out, const char *name, const char *value) {
	buf_addf(out, "&%s=", name);
	text_add_percent_encoded(out, value, strlen(value), "");
}

static void add_role(struct buf *out, const char *operation, const struct sts_role *role) {
	buf_addf(out, "Action=%s&Version=2011-06-15", operation);
	add_field(out, "RoleArn", role->role_arn);
	add_field(out, "RoleSessionName",
		role->session_name ? role->session_name : sts_default_session_name);
	if (role->duration_s != 0)
		buf_addf(out, "&DurationSeconds=%lld", (long long)role->duration_s);
}

void sts_add_assume_role(struct buf *out, const struct sts_role *role) {
	add_role(out, assume_role, role);
	if (role->external_id)
		add_field(out, "ExternalId", role->external_id);
}

void sts_add_web_identity(struct buf *out, const struct sts_role *role, const char *token) {
	add_role(out, web_identity, role);
	add_field(out, "WebIdentityToken", token);
}

/* --- answers --- */

enum { KEY_ID, SECRET_KEY, SESSION_TOKEN, EXPIRATION, MEMBERS };
static const char *const members[MEMBERS] = {"AccessKeyId", "SecretAccessKey", "SessionToken",
	"Expiration"};

static int set_keys(const struct xml_pick picks[MEMBERS], struct keys *out, struct err *e) {
	int64_t expires_s;
	for (int i = 0; i < MEMBERS; i++)
		if (picks[i].text.len == 0)
			return err_set(e, ERR_SYNTAX, "no %s in it", members[i]);
	if (time_parse_iso(buf_str(&picks[EXPIRATION].text), &expires_s))
		return err_set(e, ERR_SYNTAX, "its Expiration is not a valid ISO 8601 time");
	if (keys_set(out, buf_str(&picks[KEY_ID].text), buf_str(&picks[SECRET_KEY].text),
		    buf_str(&picks[SESSION_TOKEN].text), e))
		return -1;
	out->expires_s = expires_s;
	return 0;
}

int sts_read_keys(const char *operation, const struct buf *body, struct keys *out, struct err *e) {
	struct buf paths[MEMBERS];
	struct xml_pick picks[MEMBERS] = {{0}};
	int rc = 0;
	*out = (struct keys){0};
	for (int i = 0; i < MEMBERS; i++) {
		buf_init(&paths[i], MAX_PATH_BYTES);
		buf_addf(&paths[i], "%sResponse/%sResult/Credentials/%s", operation, operation,
			members[i]);
		if (buf_check(&paths[i], "path", e))
			rc = -1;
		picks[i].path = buf_str(&paths[i]);
	}
	if (rc == 0)
		rc = xml_read(buf_str(body), body->len, picks, MEMBERS, e);
	if (rc == 0)
		rc = set_keys(picks, out, e);
	xml_free_picks(picks, MEMBERS);
	for (int i = 0; i < MEMBERS; i++)
		buf_free(&paths[i]);
	return rc;
}

/* --- a call --- */

/* The context for the explanation of a refusal. */
struct refusal {
	const char *operation;
	const struct sts_role *role;
	const struct keys *by; /* NULL: a web identity */
	struct endpoint endpoint;
};

/* Roles are assumed by two policies, the caller's and the role's: which one lacks it, AWS mostly
 * does not say. */
static void explain_refused_role(const struct refusal *r, const char *role,
	const struct aws_error *error, const char *said, struct err *e) {
	char who[160];
	char id[16];
	if (!r->by) {
		(void)err_set(e, ERR_DENIED,
			"not permitted: sts:AssumeRoleWithWebIdentity on %s: the role's trust policy must name the token's issuer, audience and subject",
			role);
		explain_add_said(said, e);
		return;
	}
	(void)snprintf(who, sizeof who, "access key %s from %s", keys_short_id(r->by, id),
		r->by->provider);
	if (error->denial.policy != DENIAL_UNNAMED || error->denial.is_explicit) {
		explain_denied("sts:AssumeRole", who, &error->denial, said, e);
		return;
	}
	(void)err_set(e, ERR_DENIED,
		"not permitted: sts:AssumeRole on %s for %s: allow it in the caller's policy and in the role's trust policy",
		role, who);
	explain_add_said(said, e);
}

/* Explains a refused web identity token. */
static bool explain_token(const char *role, const struct aws_error *error, const char *said,
	struct err *e) {
	const char *code = error->code;
	if (error->class == AWS_ERROR_EXPIRED_CREDENTIALS)
		(void)err_set(e, ERR_CREDENTIALS,
			"the token has expired (%s): the program that writes the token file must renew it",
			said);
	else if (strcmp(code, "InvalidIdentityToken") == 0 || strcmp(code, "IDPRejectedClaim") == 0)
		(void)err_set(e, ERR_CREDENTIALS,
			"AWS does not accept the token for %s (%s): check the identity provider in IAM and the token's issuer and audience",
			role, said);
	else if (strcmp(code, "IDPCommunicationError") == 0)
		(void)err_set(e, ERR_SERVICE,
			"STS cannot reach the token's identity provider (%s): check that its keys are published",
			said);
	else
		return false;
	return true;
}

static bool explain_refusal(void *ctx, long status, const struct aws_error *error, struct err *e) {
	const struct refusal *r = ctx;
	struct buf shown, role, said;
	bool explained = true;
	(void)status;
	buf_init(&shown, 4 * ROLE_MAX_CHARS);
	buf_init(&role, sizeof e->message);
	text_add_clean(&shown, r->role->role_arn, ROLE_MAX_CHARS);
	text_add_shortened(&role, buf_str(&shown), ROLE_SHOWN_BYTES);
	buf_init(&said, sizeof *error);
	buf_addf(&said, "%s%s%s", error->code, *error->message ? ": " : "", error->message);
	if (strcmp(error->code, "RegionDisabledException") == 0)
		(void)err_set(e, ERR_CREDENTIALS,
			"%s: STS is disabled for %s in this account: enable that region in IAM's account settings, or set AWS_ENDPOINT_URL_STS to the endpoint of another one (%s)",
			r->operation, r->endpoint.signing_region, buf_str(&said));
	else if (error->class == AWS_ERROR_DENIED)
		explain_refused_role(r, buf_str(&role), error, buf_str(&said), e);
	else if (error->class == AWS_ERROR_UNKNOWN_OPERATION)
		(void)err_set(e, ERR_SERVICE,
			"%s: %s does not know this call (%s): check that AWS_ENDPOINT_URL_STS or AWS_ENDPOINT_URL names STS",
			r->operation, r->endpoint.parts.host_header, buf_str(&said));
	else
		explained = !r->by && explain_token(buf_str(&role), error, buf_str(&said), e);
	buf_free(&said);
	buf_free(&role);
	buf_free(&shown);
	return explained;
}

/* With keys that have already expired, each later call would fail with a less clear message. */
static int check_expiry(const struct provider_context *context, const struct refusal *r,
	const struct keys *keys, struct err *e) {
	char text[TIME_ISO_BYTES];
	if (keys->expires_s > aws_run_now_s(&context->run))
		return 0;
	return err_set(e, ERR_CREDENTIALS,
		"%s: the keys from %s expired at %s: check this host's clock, and which server answers there",
		r->operation, r->endpoint.parts.host_header,
		time_format_iso(keys->expires_s, text));
}

static int ask_sts(const struct provider_context *context, const struct token_service_call *call,
	struct keys *out, struct err *e) {
	struct err reason = {0};
	struct buf answer;
	buf_init(&answer, TOKEN_SERVICE_MAX_BODY_BYTES);
	int rc = token_service_ask(&context->run, call, &answer, e);
	if (rc == 0 && sts_read_keys(call->name, &answer, out, &reason)) {
		rc = token_service_malformed(call, &reason, e);
		if (reason.code == ERR_MEMORY)
			*e = reason;
	}
	if (rc == 0 && check_expiry(context, call->ctx, out, e)) {
		keys_free(out);
		rc = -1;
	}
	buf_wipe(&answer);
	return rc;
}

/* Sends the body and wipes it. */
static int call_sts(const struct provider_context *context, struct refusal *r,
	const char *iam_action, struct buf *body, struct keys *out, struct err *e) {
	int rc = -1;
	*out = (struct keys){0};
	if (!context->region || !context->run.skew || !context->run.random_unit)
		(void)err_set(e, ERR_CREDENTIALS,
			"%s: STS needs a region: set it with -r or AWS_REGION", r->operation);
	else if (buf_check(body, r->operation, e) == 0 &&
		endpoint_resolve(ENDPOINT_STS, context->region, NULL, context->settings,
			&r->endpoint, e) == 0) {
		const struct token_service_call call = {.name = r->operation,
			.iam_action = iam_action,
			.endpoint = &r->endpoint,
			.method = HTTP_POST,
			.path_and_query = "",
			.content_type = form_type,
			.body = buf_str(body),
			.body_len = body->len,
			.signer = r->by,
			.refused = context->refused,
			.spent = context->spent,
			.read_error = aws_error_read_xml,
			.explain = explain_refusal,
			.ctx = r};
		rc = ask_sts(context, &call, out, e);
	}
	buf_wipe(body);
	endpoint_free(&r->endpoint);
	return rc;
}

int sts_assume_role(const struct provider_context *context, const struct sts_role *role,
	const struct keys *by, struct keys *out, struct err *e) {
	struct refusal r = {.operation = assume_role, .role = role, .by = by};
	struct buf body;
	*out = (struct keys){0};
	if (sts_check_role(role, e))
		return -1;
	buf_init(&body, MAX_BODY_BYTES);
	sts_add_assume_role(&body, role);
	return call_sts(context, &r, "sts:AssumeRole", &body, out, e);
}

int sts_assume_role_with_web_identity(const struct provider_context *context,
	const struct sts_role *role, const char *token, struct keys *out, struct err *e) {
	struct refusal r = {.operation = web_identity, .role = role};
	struct buf body;
	*out = (struct keys){0};
	if (sts_check_role(role, e))
		return -1;
	const size_t n = strlen(token);
	if (n < MIN_TOKEN_BYTES || n > MAX_TOKEN_BYTES)
		return err_set(e, ERR_CONFIG,
			"a web identity token must have %d to %d bytes, not %zu", MIN_TOKEN_BYTES,
			MAX_TOKEN_BYTES, n);
	buf_init(&body, MAX_BODY_BYTES);
	sts_add_web_identity(&body, role, token);
	return call_sts(context, &r, "sts:AssumeRoleWithWebIdentity", &body, out, e);
}

/* --- who signs --- */

enum { IDENTITY_ACCOUNT, IDENTITY_ARN, IDENTITY_MEMBERS };

static void copy_clean(const struct buf *from, char *out, size_t n) {
	struct buf clean;
	buf_init(&clean, XML_MAX_BYTES);
	text_add_foreign(&clean, buf_str(from), n - 1);
	(void)snprintf(out, n, "%.*s", (int)text_fitting(buf_str(&clean), n - 1), buf_str(&clean));
	buf_free(&clean);
}

int sts_read_identity(const struct buf *body, struct sts_identity *out, struct err *e) {
	struct xml_pick picks[IDENTITY_MEMBERS] = {
		{.path = "GetCallerIdentityResponse/GetCallerIdentityResult/Account"},
		{.path = "GetCallerIdentityResponse/GetCallerIdentityResult/Arn"}};
	*out = (struct sts_identity){0};
	int rc = xml_read(buf_str(body), body->len, picks, IDENTITY_MEMBERS, e);
	if (rc == 0 && (picks[IDENTITY_ACCOUNT].text.len == 0 || picks[IDENTITY_ARN].text.len == 0))
		rc = err_set(e, ERR_SYNTAX, "no Account and Arn in it");
	if (rc == 0) {
		copy_clean(&picks[IDENTITY_ACCOUNT].text, out->account, sizeof out->account);
		copy_clean(&picks[IDENTITY_ARN].text, out->arn, sizeof out->arn);
	}
	xml_free_picks(picks, IDENTITY_MEMBERS);
	return rc;
}

int sts_get_caller_identity(const struct provider_context *context, const struct keys *by,
	struct sts_identity *out, struct err *e) {
	static const char body[] = "Action=GetCallerIdentity&Version=2011-06-15";
	struct endpoint endpoint = {0};
	struct err reason = {0};
	struct buf answer;
	*out = (struct sts_identity){0};
	if (endpoint_resolve(ENDPOINT_STS, context->region, NULL, context->settings, &endpoint, e))
		return -1;
	const struct token_service_call call = {.name = caller_identity,
		.iam_action = "sts:GetCallerIdentity",
		.endpoint = &endpoint,
		.method = HTTP_POST,
		.path_and_query = "",
		.content_type = form_type,
		.body = body,
		.body_len = sizeof body - 1,
		.signer = by,
		.read_error = aws_error_read_xml};
	buf_init(&answer, TOKEN_SERVICE_MAX_BODY_BYTES);
	int rc = token_service_ask(&context->run, &call, &answer, e);
	if (rc == 0 && sts_read_identity(&answer, out, &reason)) {
		rc = token_service_malformed(&call, &reason, e);
		if (reason.code == ERR_MEMORY)
			*e = reason;
	}
	buf_free(&answer);
	endpoint_free(&endpoint);
	return rc;
}
