/* Answers of IAM Identity Center: a role's keys (GetRoleCredentials), a new token (CreateToken). */
#include "config.h"

#include "fuzz.h"

#include "aws/identity/sso/sso.h"
#include "aws/identity/sso/refresh.h"
#include "base/secrets.h"

static const int64_t now_s = 1767268800;
static const int64_t latest_s = 253402300799; /* the end of the year 9999 */

static void must_explain(const struct err *e) {
	fuzz_must_explain(e);
	fuzz_must(fuzz_is_clean(e->message, strlen(e->message)), "a message is clean");
}

static void must_be_member(const char *got, const json *object, const char *name) {
	const char *there = json_string(json_member(object, name));
	fuzz_must(got && *got && there && strcmp(got, there) == 0, "what is taken is the answer's");
}

static void role_credentials(const struct buf *body, const json *document) {
	struct keys c = {0};
	struct err e = {.code = ERR_NONE};
	if (sso_read_role_credentials(body, &c, &e) == 0) {
		const json *keys = json_member(document, "roleCredentials");
		must_be_member(c.access_key_id, keys, "accessKeyId");
		must_be_member(c.secret_access_key, keys, "secretAccessKey");
		must_be_member(c.session_token, keys, "sessionToken");
		fuzz_must(c.expires_s > 0 && c.expires_s <= latest_s, "they expire one day");
	} else {
		must_explain(&e);
		fuzz_must(!c.access_key_id && !c.secret_access_key && !c.session_token,
			"an answer that is not taken leaves no keys");
	}
	keys_free(&c);
}

static void token(const struct buf *body, const json *document) {
	struct sso_grant g;
	struct err e = {.code = ERR_NONE};
	if (sso_refresh_read(body, now_s, &g, &e) == 0) {
		must_be_member(g.access_token, document, "accessToken");
		if (g.refresh_token)
			must_be_member(g.refresh_token, document, "refreshToken");
		fuzz_must(g.expires_s > now_s && g.expires_s <= latest_s, "it expires one day");
	} else {
		must_explain(&e);
		fuzz_must(!g.access_token && !g.refresh_token,
			"an answer that is not taken leaves no token");
	}
	sso_grant_free(&g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct buf body = fuzz_buf();
	buf_add(&body, data, size);
	json *document = json_parse(buf_str(&body), body.len, NULL);
	role_credentials(&body, document);
	token(&body, document);
	json_free(document);
	buf_free(&body);
	secrets_wipe();
	return 0;
}
