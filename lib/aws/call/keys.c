#include "config.h"

#include "aws/call/keys.h"

#include "base/ini.h"
#include "base/secrets.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void keys_free(struct keys *k) {
	crypto_free_secret(k->access_key_id);
	crypto_free_secret(k->secret_access_key);
	crypto_free_secret(k->session_token);
	free(k->origin);
	*k = (struct keys){0};
}

int keys_set(struct keys *k, const char *access_key_id, const char *secret_access_key,
	const char *session_token, struct err *e) {
	k->access_key_id = text_dup(access_key_id, strlen(access_key_id));
	k->secret_access_key = text_dup(secret_access_key, strlen(secret_access_key));
	k->session_token = session_token ? text_dup(session_token, strlen(session_token)) : NULL;
	if (k->access_key_id && k->secret_access_key && (k->session_token || !session_token) &&
		secrets_keep(secret_access_key, e) == 0 && secrets_keep(session_token, e) == 0)
		return 0;
	keys_free(k);
	return err_no_memory(e);
}

void keys_set_role(struct keys *k, const char *role) {
	const char *slash = strrchr(role, '/');
	(void)snprintf(k->role, sizeof k->role, "%s", slash ? slash + 1 : role);
}

void keys_set_origin(struct keys *k, const char *text) {
	unsigned char digest[CRYPTO_SHA256_BYTES];
	char hex[CRYPTO_SHA256_HEX];
	struct err unused;
	free(k->origin);
	k->origin = NULL;
	if (crypto_sha256(text, strlen(text), digest, &unused))
		return;
	crypto_hex(digest, sizeof digest, hex);
	k->origin = text_dup(hex, sizeof hex - 1);
}

/* Keys with a line end, a blank or quotes come from a broken configuration; they are not sent. */
int keys_check(const struct keys *k, struct err *e) {
	static const char *const names[] = {"the access key id", "the secret access key",
		"the session token"};
	const char *const values[] = {k->access_key_id, k->secret_access_key, k->session_token};
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		if (values[i] && !text_is_visible(values[i], strlen(values[i])))
			return err_set(e, ERR_CREDENTIALS,
				"%s: the keys contain a blank, a line break or another character that is not valid in AWS keys",
				k->provider);
	/* Tools that quote, and files that are read by a shell elsewhere: AWS would call the key
	 * unknown, or the signature wrong. */
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		const char *advice = values[i] ? ini_advice(values[i], NULL) : NULL;
		if (advice)
			return err_set(e, ERR_CREDENTIALS, "%s: %s is in quotes; %s", k->provider,
				names[i], advice);
	}
	return 0;
}

const char *keys_short_id(const struct keys *k, char out[static 16]) {
	size_t n = strlen(k->access_key_id);
	if (n <= 8)
		(void)snprintf(out, 16, "%.*s...", n > 2 ? 2 : 0, k->access_key_id);
	else
		(void)snprintf(out, 16, "%.4s...%s", k->access_key_id, k->access_key_id + n - 4);
	return out;
}

void keys_spend(struct spent_key *s, const struct keys *k) {
	(void)snprintf(s->id, sizeof s->id, "%s", k->access_key_id);
	(void)snprintf(s->origin, sizeof s->origin, "%s", k->origin ? k->origin : "");
}

bool keys_is_spent(const struct spent_key *spent, const char *access_key_id) {
	for (; spent; spent = spent->older)
		if (strcmp(spent->id, access_key_id) == 0)
			return true;
	return false;
}

bool keys_worth_another_try(const struct spent_key *spent, const struct keys *k) {
	for (; spent; spent = spent->older)
		if (k->origin && strcmp(spent->origin, k->origin) == 0)
			return false;
	return k->cached;
}
