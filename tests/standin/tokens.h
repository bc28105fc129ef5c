/* Page tokens: random strings, each good for one request at one position. */
#ifndef STANDIN_TOKENS_H
#define STANDIN_TOKENS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dice.h"

#define TOKEN_SIZE   67
#define BINDING_SIZE 32

/* Where a listing goes on: at `item`, of which `done` parts were given. `order` and `now` keep the
 * pages of one listing consistent. */
struct place {
	size_t item, done;
	uint64_t order;
	int64_t now;
};

struct token;

/* The newest tokens; older ones are forgotten. */
struct tokens {
	struct token *ring;
	size_t next;
	pthread_mutex_t mutex;
};

void tokens_init(struct tokens *tokens);
void tokens_free(struct tokens *tokens);

/* Digest of the request that a token is bound to. */
void tokens_bind(const char *request, unsigned char binding[BINDING_SIZE]);

/* Make a token for that request and place. */
void tokens_issue(struct tokens *tokens, struct dice *dice,
	const unsigned char binding[BINDING_SIZE], const struct place *place, char out[TOKEN_SIZE]);

/* Find the place of a token; false if it was never given for that request. A token stays good, so
 * that a page can be asked for again. */
bool tokens_find(struct tokens *tokens, const unsigned char binding[BINDING_SIZE],
	const char *token, struct place *place);

#endif
