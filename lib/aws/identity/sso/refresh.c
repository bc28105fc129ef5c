#include "config.h"

#include "aws/identity/sso/refresh.h"

#include "aws/call/explain.h"
#include "aws/call/token_service.h"
#include "aws/identity/sso/login_file.h"
#include "base/crypto.h"
#include "base/json_write.h"
#include "base/secrets.h"
#include "base/text.h"

#include <string.h>

static const double max_life_s = 10.0 * 366 * 86400;

void sso_grant_free(struct sso_grant *g) {
	crypto_free_secret(g->access_token);
	crypto_free_secret(g->refresh_token);
	*g = (struct sso_grant){0};
}

static void add_member(struct buf *out, const char *name, const char *value) {
	buf_addf(out, "\"%s\":", name);
	json_add_string(out, value);
}

static void build_body(const struct sso_refresh *r, struct buf *out) {
	buf_addc(out, '{');
	add_member(out, "clientId", r->client_id);
	buf_addc(out, ',');
	add_member(out, "clientSecret", r->client_secret);
	buf_addc(out, ',');
	add_member(out, "grantType", "refresh_token");
	buf_addc(out, ',');
	add_member(out, "refreshToken", r->refresh_token);
	buf_addc(out, '}');
}

/* Reads an OAuth error (RFC 6749, 5.2) if there is no AWS error. */
static void read_error(const struct http_response *r, struct aws_error *out) {
	aws_error_read(r, out);
	json *body = json_parse(buf_str(&r->body), r->body.len, NULL);
	const char *error = json_word(body, "error");
	if (!out->code[0] && error) {
		aws_error_set_code(out, error);
		out->class = aws_error_classify(out->code, r->status);
	}
	json_free_secret(body);
}

/* Only the code is shown: the rest of the answer might repeat a token. */
static bool explain(void *ctx, long status, const struct aws_error *error, struct err *e) {
	const struct token_service_call *call = ctx;
	const char *host = call->endpoint->parts.host_header;
	if (error->class == AWS_ERROR_THROTTLING || error->class == AWS_ERROR_TRANSIENT ||
		!error->code[0]) {
		const struct keys nobody = {.provider = "nobody"};
		struct aws_error code_only = *error;
		code_only.message[0] = '\0';
		explain_error(call->name, call->iam_action, call->endpoint,
			call->endpoint->signing_region, &nobody, status, &code_only, e);
	} else {
		(void)err_set(e, ERR_CREDENTIALS, "%s: %s answered with %s", call->name, host,
			error->code);
	}
	return true;
}

static int read_grant(const json *answer, int64_t now_s, struct sso_grant *out, struct err *e) {
	const char *access = json_word(answer, "accessToken");
	const char *refresh = json_word(answer, "refreshToken");
	double life_s = 0;
	if (!access)
		return err_set(e, ERR_SYNTAX, "no accessToken");
	if (!json_number(json_member(answer, "expiresIn"), &life_s) || life_s < 1 ||
		life_s > max_life_s)
		return err_set(e, ERR_SYNTAX, "no expiresIn");
	out->access_token = text_dup(access, strlen(access));
	out->refresh_token = refresh ? text_dup(refresh, strlen(refresh)) : NULL;
	out->expires_s = now_s + (int64_t)life_s;
	if (!out->access_token || (!out->refresh_token && refresh))
		return err_no_memory(e);
	return secrets_keep(access, e) || secrets_keep(refresh, e) ? -1 : 0;
}

int sso_refresh_read(const struct buf *body, int64_t now_s, struct sso_grant *out, struct err *e) {
	*out = (struct sso_grant){0};
	json *answer = json_parse(buf_str(body), body->len, e);
	int rc = answer ? read_grant(answer, now_s, out, e) : -1;
	json_free_secret(answer);
	if (rc)
		sso_grant_free(out);
	return rc;
}

static int read_answer(const struct provider_context *context,
	const struct token_service_call *call, const struct buf *body, struct sso_grant *out,
	struct err *e) {
	struct err reason = {0};
	if (sso_refresh_read(body, aws_run_now_s(&context->run), out, &reason) == 0)
		return 0;
	if (reason.code == ERR_MEMORY)
		*e = reason;
	else
		(void)token_service_malformed(call, &reason, e);
	return -1;
}

int sso_refresh_ask(const struct provider_context *context, const struct sso_refresh *r,
	struct sso_grant *out, struct err *e) {
	struct region region;
	struct endpoint endpoint = {0};
	struct buf body, answer;
	*out = (struct sso_grant){0};
	buf_init(&body, TOKEN_SERVICE_MAX_BODY_BYTES);
	buf_init(&answer, TOKEN_SERVICE_MAX_BODY_BYTES);
	struct token_service_call call = {.name = "CreateToken",
		.iam_action = "sso-oauth:CreateToken",
		.endpoint = &endpoint,
		.method = HTTP_POST,
		.path_and_query = "/token",
		.content_type = "application/json",
		.read_error = read_error,
		.explain = explain,
		.ctx = &call};
	build_body(r, &body);
	int rc = region_set(&region, r->region, "sso_region", e);
	if (rc == 0)
		rc = region_check(&region, e);
	if (rc == 0)
		rc = endpoint_resolve(ENDPOINT_SSO_OIDC, &region, NULL, context->settings,
			&endpoint, e);
	if (rc == 0)
		rc = buf_check(&body, "CreateToken", e);
	call.body = buf_str(&body);
	call.body_len = body.len;
	if (rc == 0)
		rc = token_service_ask(&context->run, &call, &answer, e);
	if (rc == 0)
		rc = read_answer(context, &call, &answer, out, e);
	buf_wipe(&body);
	buf_wipe(&answer);
	endpoint_free(&endpoint);
	return rc;
}
