/* Documents with keys, from container agents and instance metadata. */
#include "config.h"

#include "fuzz.h"

#include "aws/identity/metadata.h"
#include "base/secrets.h"
#include "base/text.h"

#include <stdlib.h>

static void must_hold(const struct keys *c, const json *document) {
	const char *const got[] = {c->access_key_id, c->secret_access_key, c->session_token};
	static const char *const names[] = {"AccessKeyId", "SecretAccessKey", "Token"};
	for (size_t i = 0; i < sizeof got / sizeof got[0]; i++) {
		const char *there = json_string(json_member(document, names[i]));
		fuzz_must(got[i] && *got[i] && there && strcmp(got[i], there) == 0,
			"the keys are those of the document");
	}
}

static void must_be_empty(const struct keys *c) {
	fuzz_must(!c->access_key_id && !c->secret_access_key && !c->session_token,
		"a document that is not taken leaves no keys");
}

/* Whether an error document's own words, as they are shown, hold the secret. */
static bool says_it_itself(const json *document, const char *secret) {
	static const char *const names[] = {"Code", "Message"};
	bool says = false;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *words = json_string(json_member(document, names[i]));
		struct buf shown = fuzz_buf();
		if (words)
			text_add_clean(&shown, words, strlen(words));
		says = says || strstr(buf_str(&shown), secret);
		buf_free(&shown);
	}
	return says;
}

/* A secret of a length that cannot turn up by chance must not be in the message. */
static void must_not_tell(const struct err *e, const json *document) {
	static const char *const names[] = {"SecretAccessKey", "Token"};
	const size_t telling = 40;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *secret = json_string(json_member(document, names[i]));
		if (!secret || strlen(secret) < telling || says_it_itself(document, secret))
			continue;
		fuzz_must(!strstr(e->message, secret), "a message tells no secret");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct keys c = {0};
	struct err e = {.code = ERR_NONE};
	struct buf body = fuzz_buf();
	buf_add(&body, data, size);
	json *document = json_parse(buf_str(&body), body.len, NULL);
	enum metadata_verdict verdict = metadata_judge_keys(&c, &body, &e);
	if (verdict == METADATA_TAKEN) {
		must_hold(&c, document);
	} else {
		fuzz_must(verdict == METADATA_UNFIT || verdict == METADATA_FINAL, "a verdict");
		fuzz_must_explain(&e);
		/* Cut at its bound it may end in a blank. */
		size_t n = strlen(e.message);
		fuzz_must(fuzz_is_clean(e.message, n > 0 && e.message[n - 1] == ' ' ? n - 1 : n),
			"a message is clean");
		must_be_empty(&c);
		must_not_tell(&e, document);
	}
	json_free(document);
	keys_free(&c);
	buf_free(&body);
	secrets_wipe();
	return 0;
}
