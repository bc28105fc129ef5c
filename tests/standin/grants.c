#define _POSIX_C_SOURCE 200809L
#include "grants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define KEY_ID_LETTERS 16
#define SECRET_LETTERS 40

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void grants_init(struct grants *grants) {
	*grants = (struct grants){0};
	pthread_mutex_init(&grants->mutex, NULL);
}

void grants_free(struct grants *grants) {
	for (size_t i = 0; i < grants->key_count; i++) {
		key_free(grants->keys[i]);
		free(grants->keys[i]);
	}
	for (size_t i = 0; i < grants->token_count; i++) {
		grant_free(&grants->tokens[i]);
	}
	free(grants->keys);
	free(grants->tokens);
	pthread_mutex_destroy(&grants->mutex);
}

static void add_token(struct grants *grants, enum grant_kind kind, const char *text,
	const char *client, int64_t expires) {
	pthread_mutex_lock(&grants->mutex);
	size_t size = (grants->token_count + 1) * sizeof(*grants->tokens);
	grants->tokens = must_grow(grants->tokens, size);
	grants->tokens[grants->token_count++] = (struct grant){kind, must_copy(text),
		client != NULL ? must_copy(client) : NULL, expires};
	pthread_mutex_unlock(&grants->mutex);
}

void grants_load(struct grants *grants, const struct identity *identity) {
	for (size_t i = 0; i < identity->grant_count; i++) {
		const struct grant *grant = &identity->grants[i];
		add_token(grants, grant->kind, grant->text, grant->client, grant->expires);
	}
}

static char *letters(struct dice *dice, const char *prefix, const char *alphabet, size_t length) {
	char *random = must_alloc(length + 1);
	dice_letters(dice, alphabet, random, length);
	struct text out = {0};
	text_addf(&out, "%s%s", prefix, random);
	free(random);
	return out.data;
}

/* arn:PARTITION:iam::ACCOUNT:role/PATH/NAME -> arn:PARTITION:sts::ACCOUNT:assumed-role/NAME/SESSION
 */
static char *session_arn(const char *role, const char *name) {
	const char *partition = strchr(role, ':') + 1;
	const char *account = strstr(role, "::");
	account = account != NULL ? account + 2 : "";
	struct text arn = {0};
	text_addf(&arn, "arn:%.*s:sts::%.*s:assumed-role/%s/%s", (int)strcspn(partition, ":"),
		partition, (int)strcspn(account, ":"), account, strrchr(role, '/') + 1, name);
	return arn.data;
}

static char *session_id(const char *role, const char *name) {
	char *role_id = identity_unique_id("AROA", role);
	struct text id = {0};
	text_addf(&id, "%s:%s", role_id, name);
	free(role_id);
	return id.data;
}

const struct key *grants_open(struct grants *grants, struct dice *dice,
	const struct session *session) {
	struct key *key = must_alloc(sizeof(*key));
	key->id = letters(dice, "ASIA", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", KEY_ID_LETTERS);
	key->secret = letters(dice, "", base64, SECRET_LETTERS);
	key->token = letters(dice, "IQoJ", base64, session->token_length - 4);
	key->role = must_copy(session->role);
	key->principal = session_arn(session->role, session->name);
	key->unique_id = session_id(session->role, session->name);
	key->expires = session->expires;
	memcpy(key->denied, session->denied, sizeof(key->denied));
	pthread_mutex_lock(&grants->mutex);
	size_t size = (grants->key_count + 1) * sizeof(struct key *);
	grants->keys = must_grow(grants->keys, size);
	grants->keys[grants->key_count++] = key;
	pthread_mutex_unlock(&grants->mutex);
	return key;
}

const struct key *grants_key(struct grants *grants, const char *id) {
	const struct key *found = NULL;
	pthread_mutex_lock(&grants->mutex);
	for (size_t i = 0; i < grants->key_count && found == NULL; i++) {
		if (strcmp(grants->keys[i]->id, id) == 0) {
			found = grants->keys[i];
		}
	}
	pthread_mutex_unlock(&grants->mutex);
	return found;
}

void grants_refuse(struct grants *grants, const char *type, const char *role_name) {
	pthread_mutex_lock(&grants->mutex);
	for (size_t i = 0; i < grants->key_count; i++) {
		struct key *key = grants->keys[i];
		if (role_name == NULL || strcmp(strrchr(key->role, '/') + 1, role_name) == 0) {
			snprintf(key->refusal, sizeof(key->refusal), "%s", type);
		}
	}
	pthread_mutex_unlock(&grants->mutex);
}

bool grants_refused(struct grants *grants, const char *id, char type[REFUSAL_SIZE]) {
	const struct key *key = grants_key(grants, id);
	pthread_mutex_lock(&grants->mutex);
	snprintf(type, REFUSAL_SIZE, "%s", key != NULL ? key->refusal : "");
	pthread_mutex_unlock(&grants->mutex);
	return type[0] != '\0';
}

char *grants_issue(struct grants *grants, struct dice *dice, enum grant_kind kind,
	const char *client, int64_t expires, size_t length) {
	char *text = letters(dice, "", base64, length);
	add_token(grants, kind, text, client, expires);
	return text;
}

static bool fits(const struct grant *grant, enum grant_kind kind, const char *text,
	const char *client) {
	return grant->kind == kind && strcmp(grant->text, text) == 0 &&
		(client == NULL || grant->client == NULL || strcmp(grant->client, client) == 0);
}

bool grants_check(struct grants *grants, enum grant_kind kind, const char *text, const char *client,
	int64_t now, bool spend) {
	bool good = false;
	pthread_mutex_lock(&grants->mutex);
	for (size_t i = 0; i < grants->token_count && !good; i++) {
		struct grant *grant = &grants->tokens[i];
		good = fits(grant, kind, text, client) &&
			(grant->expires == 0 || grant->expires > now);
		if (good && spend) {
			grant_free(grant);
			*grant = grants->tokens[--grants->token_count];
		}
	}
	pthread_mutex_unlock(&grants->mutex);
	return good;
}
