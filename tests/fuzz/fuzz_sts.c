/* Answers of STS in XML, keys, an identity or an error: what was written as XML reads as the same.
 */
#include "config.h"

#include "fuzz.h"

#include "aws/call/error.h"
#include "aws/identity/sts.h"
#include "base/secrets.h"
#include "base/text.h"
#include "base/time.h"

#include <stdlib.h>

static const char *const operations[] = {"AssumeRole", "AssumeRoleWithWebIdentity"};

static void add_element(struct buf *out, const char *name, const char *text) {
	buf_addf(out, "<%s>", name);
	for (; *text; text++)
		if ((unsigned char)*text < 0x20U || strchr("<>&", *text))
			buf_addf(out, "&#%d;", *text);
		else
			buf_addc(out, *text);
	buf_addf(out, "</%s>", name);
}

static void write_keys(struct buf *out, const char *operation, const struct keys *c) {
	char expiration[TIME_ISO_BYTES];
	buf_addf(out, "<%sResponse><%sResult><Credentials>", operation, operation);
	add_element(out, "AccessKeyId", c->access_key_id);
	add_element(out, "SecretAccessKey", c->secret_access_key);
	add_element(out, "SessionToken", c->session_token);
	add_element(out, "Expiration", time_format_iso(c->expires_s, expiration));
	buf_addf(out, "</Credentials></%sResult></%sResponse>", operation, operation);
}

static bool is_text(const char *s) {
	return s && *s && text_is_utf8(s, strlen(s));
}

static void must_read_the_same(const char *operation, const struct keys *c) {
	struct keys again = {0};
	struct err e = {.code = ERR_NONE};
	struct buf text = fuzz_buf();
	fuzz_must(is_text(c->access_key_id) && is_text(c->secret_access_key) &&
			is_text(c->session_token),
		"keys are texts");
	write_keys(&text, operation, c);
	fuzz_must(sts_read_keys(operation, &text, &again, &e) == 0, "written keys can be read");
	fuzz_must(strcmp(again.access_key_id, c->access_key_id) == 0 &&
			strcmp(again.secret_access_key, c->secret_access_key) == 0 &&
			strcmp(again.session_token, c->session_token) == 0,
		"and read as the same");
	keys_free(&again);
	buf_free(&text);
}

static void keys(const char *operation, const struct buf *body) {
	struct keys c = {0};
	struct err e = {.code = ERR_NONE};
	if (sts_read_keys(operation, body, &c, &e)) {
		fuzz_must_explain(&e);
		fuzz_must(fuzz_is_clean(e.message, strlen(e.message)), "a message is clean");
		fuzz_must(!c.access_key_id && !c.secret_access_key && !c.session_token,
			"an answer that is not taken leaves no keys");
	} else {
		must_read_the_same(operation, &c);
	}
	keys_free(&c);
}

static void must_name_the_same(const struct sts_identity *i) {
	struct sts_identity again;
	struct err e = {.code = ERR_NONE};
	struct buf text = fuzz_buf();
	buf_adds(&text, "<GetCallerIdentityResponse><GetCallerIdentityResult>");
	add_element(&text, "Account", i->account);
	add_element(&text, "Arn", i->arn);
	buf_adds(&text, "</GetCallerIdentityResult></GetCallerIdentityResponse>");
	fuzz_must(sts_read_identity(&text, &again, &e) == 0, "a written identity can be read");
	fuzz_must(strcmp(again.account, i->account) == 0 && strcmp(again.arn, i->arn) == 0,
		"and reads as the same");
	buf_free(&text);
}

static void identity(const struct buf *body) {
	struct sts_identity i;
	struct err e = {.code = ERR_NONE};
	if (sts_read_identity(body, &i, &e)) {
		fuzz_must_explain(&e);
		fuzz_must(fuzz_is_clean(e.message, strlen(e.message)), "a message is clean");
		fuzz_must(!*i.account && !*i.arn, "an answer that is not taken names nobody");
		return;
	}
	fuzz_must(memchr(i.account, '\0', sizeof i.account) && memchr(i.arn, '\0', sizeof i.arn),
		"account and ARN are strings");
	fuzz_must(fuzz_is_clean(i.account, strlen(i.account)), "an account is clean");
	fuzz_must(fuzz_is_clean(i.arn, strlen(i.arn)), "an ARN is clean");
	if (*i.account && *i.arn)
		must_name_the_same(&i);
}

static void error(const struct buf *body) {
	const struct http_response response = {.status = 400, .body = *body};
	struct aws_error e;
	aws_error_read_xml(&response, &e);
	fuzz_must(memchr(e.code, '\0', sizeof e.code) && memchr(e.message, '\0', sizeof e.message),
		"code and message are strings");
	fuzz_must(fuzz_is_clean(e.code, strlen(e.code)), "a code is clean");
	fuzz_must(fuzz_is_clean(e.message, strlen(e.message)), "a message is clean");
	fuzz_must(e.class == aws_error_classify(e.code, response.status),
		"the class is the code's");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct buf body = fuzz_buf();
	buf_add(&body, data, size);
	for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
		keys(operations[i], &body);
	identity(&body);
	error(&body);
	buf_free(&body);
	secrets_wipe();
	return 0;
}
