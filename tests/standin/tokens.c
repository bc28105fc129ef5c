#define _POSIX_C_SOURCE 200809L
#include "tokens.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define RING 8192

struct token {
	char text[TOKEN_SIZE];
	unsigned char binding[BINDING_SIZE];
	struct place place;
};

void tokens_init(struct tokens *tokens) {
	tokens->ring = must_alloc(RING * sizeof(*tokens->ring));
	tokens->next = 0;
	pthread_mutex_init(&tokens->mutex, NULL);
}

void tokens_free(struct tokens *tokens) {
	free(tokens->ring);
	pthread_mutex_destroy(&tokens->mutex);
}

void tokens_bind(const char *request, unsigned char binding[BINDING_SIZE]) {
	EVP_Digest(request, strlen(request), binding, NULL, EVP_sha256(), NULL);
}

void tokens_issue(struct tokens *tokens, struct dice *dice,
	const unsigned char binding[BINDING_SIZE], const struct place *place,
	char out[TOKEN_SIZE]) {
	static const char base64[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	dice_letters(dice, base64, out, TOKEN_SIZE - 3);
	memcpy(out + TOKEN_SIZE - 3, "==", 3);
	pthread_mutex_lock(&tokens->mutex);
	struct token *token = &tokens->ring[tokens->next];
	tokens->next = (tokens->next + 1) % RING;
	memcpy(token->text, out, TOKEN_SIZE);
	memcpy(token->binding, binding, BINDING_SIZE);
	token->place = *place;
	pthread_mutex_unlock(&tokens->mutex);
}

bool tokens_find(struct tokens *tokens, const unsigned char binding[BINDING_SIZE],
	const char *token, struct place *place) {
	bool found = false;
	pthread_mutex_lock(&tokens->mutex);
	for (size_t i = 0; i < RING && !found && token[0] != '\0'; i++) {
		const struct token *known = &tokens->ring[i];
		if (strcmp(known->text, token) == 0) {
			found = memcmp(known->binding, binding, BINDING_SIZE) == 0;
			*place = known->place;
		}
	}
	pthread_mutex_unlock(&tokens->mutex);
	return found;
}
