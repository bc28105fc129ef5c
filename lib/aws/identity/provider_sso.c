/* Keys of a role from IAM Identity Center, after "aws sso login". */
#include "config.h"

#include "aws/identity/sso/sso.h"

#include "aws/identity/cache.h"
#include "aws/call/token_service.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/text.h"

#include <string.h>

enum {
	MAX_PATH_BYTES = 4096,
	MAX_HEADER_BYTES = 32 * 1024,
	MAX_IDENTITY_BYTES = 16 * 1024,
	MAX_SHOWN_CHARS = 64
};

static const double latest_ms = 253402300799999.0; /* the end of the year 9999 */

/* One request for keys. */
struct asking {
	struct provider_context context; /* a copy: the cache may bring its deadline forward */
	const struct sso_settings *settings;
	const char *token;
	struct endpoint endpoint;
};

/* --- the answer --- */

static int read_keys(const json *answer, struct keys *out, struct err *e) {
	const json *keys = json_member(answer, "roleCredentials");
	const char *id = json_string(json_member(keys, "accessKeyId"));
	const char *secret = json_string(json_member(keys, "secretAccessKey"));
	const char *token = json_string(json_member(keys, "sessionToken"));
	double until_ms = 0;
	if (!id || !*id || !secret || !*secret || !token || !*token)
		return err_set(e, ERR_SYNTAX,
			"no roleCredentials with accessKeyId, secretAccessKey and sessionToken");
	if (!json_number(json_member(keys, "expiration"), &until_ms) || until_ms < 1000 ||
		until_ms > latest_ms)
		return err_set(e, ERR_SYNTAX, "no expiration");
	out->expires_s = (int64_t)(until_ms / 1000);
	return keys_set(out, id, secret, token, e);
}

int sso_read_role_credentials(const struct buf *body, struct keys *out, struct err *e) {
	json *answer = json_parse(buf_str(body), body->len, e);
	int rc = answer ? read_keys(answer, out, e) : -1;
	json_free_secret(answer);
	return rc;
}

static int read_answer(const struct token_service_call *call, const struct buf *body,
	struct keys *out, struct err *e) {
	struct err reason = {0};
	if (sso_read_role_credentials(body, out, &reason) == 0)
		return 0;
	if (reason.code == ERR_MEMORY)
		*e = reason;
	else
		(void)token_service_malformed(call, &reason, e);
	return -1;
}

/* --- the request --- */

/* Explains the portal's statuses to the administrator. AWS's own message is omitted: it might
 * repeat the token. */
static bool explain(void *ctx, long status, const struct aws_error *error, struct err *e) {
	const struct asking *a = ctx;
	struct buf role, code;
	buf_init(&role, sizeof e->message);
	buf_init(&code, sizeof e->message);
	buf_adds(&role, "role ");
	text_add_clean(&role, a->settings->role_name, MAX_SHOWN_CHARS);
	buf_adds(&role, " in account ");
	text_add_clean(&role, a->settings->account_id, MAX_SHOWN_CHARS);
	if (error->code[0])
		buf_adds(&code, error->code);
	else
		buf_addf(&code, "HTTP status %ld", status);
	bool is_ours = status == 401 || status == 403 || status == 404;
	if (status == 401)
		(void)err_set(e, ERR_CREDENTIALS,
			"GetRoleCredentials: %s does not accept the SSO token (%s): run %s",
			a->endpoint.parts.host_header, buf_str(&code), a->settings->command);
	else if (status == 403)
		(void)err_set(e, ERR_CREDENTIALS,
			"GetRoleCredentials: %s is not assigned to the user who signed in (%s): have it assigned in IAM Identity Center, or check sso_account_id and sso_role_name",
			buf_str(&role), buf_str(&code));
	else if (status == 404)
		(void)err_set(e, ERR_CREDENTIALS,
			"GetRoleCredentials: %s does not exist (%s): check sso_account_id, sso_role_name and sso_region",
			buf_str(&role), buf_str(&code));
	buf_free(&role);
	buf_free(&code);
	return is_ours;
}

/* The fetch function of the cached request. */
static int ask_portal(void *ctx, struct keys *out, struct err *e) {
	struct asking *a = ctx;
	struct buf path, header, answer;
	buf_init(&path, MAX_PATH_BYTES);
	buf_init(&header, MAX_HEADER_BYTES);
	buf_init(&answer, TOKEN_SERVICE_MAX_BODY_BYTES);
	buf_adds(&path, "/federation/credentials?role_name=");
	text_add_percent_encoded(&path, a->settings->role_name, strlen(a->settings->role_name), "");
	buf_adds(&path, "&account_id=");
	text_add_percent_encoded(&path, a->settings->account_id, strlen(a->settings->account_id),
		"");
	buf_addf(&header, "x-amz-sso_bearer_token: %s", a->token);
	const struct token_service_call call = {.name = "GetRoleCredentials",
		.iam_action = "sso:GetRoleCredentials",
		.endpoint = &a->endpoint,
		.method = HTTP_GET,
		.path_and_query = buf_str(&path),
		.header = buf_str(&header),
		.read_error = aws_error_read,
		.explain = explain,
		.ctx = a};
	int rc = buf_check(&path, "sso_role_name with sso_account_id", e);
	if (rc == 0)
		rc = buf_check(&header, "SSO token", e);
	if (rc == 0)
		rc = token_service_ask(&a->context.run, &call, &answer, e);
	if (rc == 0)
		rc = read_answer(&call, &answer, out, e);
	buf_free(&path);
	buf_wipe(&header);
	buf_wipe(&answer);
	return rc;
}

/* --- the cache --- */

static int add_identity(const struct asking *a, struct buf *out, struct err *e) {
	const struct sso_settings *s = a->settings;
	unsigned char digest[CRYPTO_SHA256_BYTES];
	char hex[CRYPTO_SHA256_HEX];
	if (crypto_sha256(a->token, strlen(a->token), digest, e))
		return -1;
	crypto_hex(digest, sizeof digest, hex);
	buf_addf(out, "sso\nendpoint=%s\n%s=%s\naccount=%s\nrole=%s\ntoken=%s\n", a->endpoint.url,
		s->session ? "session" : "start-url", s->session ? s->session : s->start_url,
		s->account_id, s->role_name, hex);
	return buf_check(out, "the SSO settings", e);
}

/* only_look also works with an expired token; 1 when no cache has the keys. */
static int get_keys(struct asking *a, bool only_look, struct keys *out, struct err *e) {
	struct buf identity, cli_identity, what;
	buf_init(&identity, MAX_IDENTITY_BYTES);
	buf_init(&cli_identity, MAX_IDENTITY_BYTES);
	buf_init(&what, MAX_IDENTITY_BYTES);
	int rc = add_identity(a, &identity, e);
	sso_add_cli_identity(a->settings, &cli_identity);
	buf_addf(&what, "role %s in account %s", a->settings->role_name, a->settings->account_id);
	const struct cache_request request = {.what = buf_str(&what),
		.identity = buf_str(&identity),
		.cli_identity = buf_str(&cli_identity),
		.fetch = ask_portal,
		.ctx = a,
		.deadline_ms = &a->context.run.deadline.at_ms};
	if (rc == 0)
		rc = only_look ? cache_get(&a->context, &request, out)
			       : cache_get_or_fetch(&a->context, &request, out, e);
	buf_free(&identity);
	buf_free(&cli_identity);
	buf_free(&what);
	return rc;
}

/* --- the provider --- */

static int find_portal(struct asking *a, struct err *e) {
	struct region region;
	if (region_set(&region, a->settings->region, "sso_region", e) || region_check(&region, e) ||
		endpoint_resolve(ENDPOINT_SSO, &region, NULL, a->context.settings, &a->endpoint, e))
		return -1;
	sso_trace(&a->context, "portal %s, role %s in account %s", a->endpoint.parts.host_header,
		a->settings->role_name, a->settings->account_id);
	return 0;
}

/* Keys outlive the token that they were issued for. The lookup uses that token, which is still in
 * its file: a user who has signed out or signed in as somebody else gets no cached keys. */
static bool find_without_token(struct asking *a, struct keys *out) {
	struct buf token;
	struct err unused;
	buf_init(&token, MAX_HEADER_BYTES / 2);
	bool lives = sso_token_peek(&a->context, a->settings, &token);
	a->token = buf_str(&token);
	bool found = !lives && get_keys(a, true, out, &unused) == 0;
	a->token = NULL;
	buf_wipe(&token);
	if (found)
		sso_trace(&a->context, "no valid token, but a cache has keys of the role");
	return found;
}

static int find_with_token(struct asking *a, struct keys *out, struct err *e) {
	struct buf token;
	buf_init(&token, MAX_HEADER_BYTES / 2);
	int rc = sso_token_get(&a->context, a->settings, &token, e);
	a->token = buf_str(&token);
	if (rc == 0)
		rc = get_keys(a, false, out, e);
	a->token = NULL;
	buf_wipe(&token);
	return rc;
}

static enum provider_outcome fetch(const struct provider_context *context, struct keys *out,
	struct err *e) {
	struct sso_settings settings;
	struct asking a = {.context = *context, .settings = &settings};
	enum provider_outcome configured = sso_settings_read(context->profiles, &settings, e);
	if (configured != PROVIDER_FOUND)
		return configured;
	int rc = find_portal(&a, e);
	if (rc == 0 && !find_without_token(&a, out))
		rc = find_with_token(&a, out, e);
	endpoint_free(&a.endpoint);
	return rc ? PROVIDER_FAILED : PROVIDER_FOUND;
}

const struct provider provider_sso = {.name = sso_name, .fetch = fetch};
