#define _POSIX_C_SOURCE 200809L
#include "identity.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define ID_LETTERS 17

void key_free(struct key *key) {
	free(key->id);
	free(key->secret);
	free(key->token);
	free(key->user);
	free(key->role);
	free(key->principal);
	free(key->because);
	free(key->unique_id);
}

void grant_free(struct grant *grant) {
	free(grant->text);
	free(grant->client);
}

static void roles_free(struct identity *identity) {
	for (size_t i = 0; i < identity->role_count; i++) {
		free(identity->roles[i].arn);
		free(identity->roles[i].trusts);
		free(identity->roles[i].external_id);
	}
	for (size_t i = 0; i < identity->web_token_count; i++) {
		free(identity->web_tokens[i].text);
		free(identity->web_tokens[i].subject);
		free(identity->web_tokens[i].roles);
	}
	free(identity->roles);
	free(identity->web_tokens);
}

static void tenancy_free(struct identity *identity) {
	for (size_t i = 0; i < identity->assignment_count; i++) {
		free(identity->assignments[i].account);
		free(identity->assignments[i].role_name);
	}
	for (size_t i = 0; i < identity->client_count; i++) {
		free(identity->clients[i].id);
		free(identity->clients[i].secret);
	}
	for (size_t i = 0; i < identity->grant_count; i++) {
		grant_free(&identity->grants[i]);
	}
	free(identity->assignments);
	free(identity->clients);
	free(identity->grants);
}

void identity_free(struct identity *identity) {
	for (size_t i = 0; i < identity->key_count; i++) {
		key_free(&identity->keys[i]);
	}
	free(identity->keys);
	roles_free(identity);
	tenancy_free(identity);
	*identity = (struct identity){0};
}

const struct key *identity_key(const struct identity *identity, const char *id) {
	for (size_t i = 0; i < identity->key_count; i++) {
		if (strcmp(identity->keys[i].id, id) == 0) {
			return &identity->keys[i];
		}
	}
	return NULL;
}

const struct role *identity_role(const struct identity *identity, const char *arn) {
	for (size_t i = 0; i < identity->role_count; i++) {
		if (strcmp(identity->roles[i].arn, arn) == 0) {
			return &identity->roles[i];
		}
	}
	return NULL;
}

const struct web_token *identity_web_token(const struct identity *identity, const char *text) {
	for (size_t i = 0; i < identity->web_token_count; i++) {
		if (strcmp(identity->web_tokens[i].text, text) == 0) {
			return &identity->web_tokens[i];
		}
	}
	return NULL;
}

const struct assignment *identity_assignment(const struct identity *identity, const char *account,
	const char *role_name) {
	for (size_t i = 0; i < identity->assignment_count; i++) {
		const struct assignment *assignment = &identity->assignments[i];
		if (strcmp(assignment->account, account) == 0 &&
			strcmp(assignment->role_name, role_name) == 0) {
			return assignment;
		}
	}
	return NULL;
}

const struct client *identity_client(const struct identity *identity, const char *id) {
	for (size_t i = 0; i < identity->client_count; i++) {
		if (strcmp(identity->clients[i].id, id) == 0) {
			return &identity->clients[i];
		}
	}
	return NULL;
}

bool list_holds(const char *list, const char *item) {
	size_t length = strlen(item);
	while (*list != '\0') {
		size_t size = strcspn(list, ",");
		if (size == length && strncmp(list, item, size) == 0) {
			return true;
		}
		list += size + (list[size] == ',');
	}
	return false;
}

char *identity_unique_id(const char *prefix, const char *name) {
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	char id[ID_LETTERS + 1] = "";
	/* FNV-1a, stirred once more for each letter. */
	uint64_t hash = 0xcbf29ce484222325U;
	for (const char *at = name; *at != '\0'; at++) {
		hash = (hash ^ (unsigned char)*at) * 0x100000001b3U;
	}
	for (size_t i = 0; i < ID_LETTERS; i++) {
		hash = (hash ^ i) * 0x100000001b3U;
		id[i] = letters[hash >> 59];
	}
	struct text text = {0};
	text_addf(&text, "%s%s", prefix, id);
	return text.data;
}
