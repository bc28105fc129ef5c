/* What the server gave out while it ran: keys of sessions, access and refresh tokens. */
#ifndef STANDIN_GRANTS_H
#define STANDIN_GRANTS_H

#include <pthread.h>

#include "dice.h"
#include "identity.h"

struct grants {
	struct key **keys;
	size_t key_count;
	struct grant *tokens;
	size_t token_count;
	pthread_mutex_t mutex;
};

/* A session to open: all but `denied` is copied. */
struct session {
	const char *role;    /* its ARN */
	const char *name;    /* of the session */
	const bool *denied;  /* OPERATIONS of them */
	int64_t expires;     /* seconds since 1970 */
	size_t token_length; /* bytes of the session token */
};

void grants_init(struct grants *grants);
void grants_free(struct grants *grants);

/* Take in copies of the tokens that the account file names. */
void grants_load(struct grants *grants, const struct identity *identity);

/* Make keys for a session. They stay the server's, unchanged until it ends. */
const struct key *grants_open(struct grants *grants, struct dice *dice,
	const struct session *session);

/* The keys of that id that grants_open() made; NULL if there are none. */
const struct key *grants_key(struct grants *grants, const char *id);

/* From now on refuse the keys of all sessions that are open, or of those of the role with that name
 * unless it is NULL, with an error of that type. What is opened later is good. */
void grants_refuse(struct grants *grants, const char *type, const char *role_name);

/* Whether the keys of that id are refused; `type` gets the error's. */
bool grants_refused(struct grants *grants, const char *id, char type[REFUSAL_SIZE]);

/* Make an access token (`client` NULL) or a refresh token of that client, of `length` letters,
 * which the caller frees. */
char *grants_issue(struct grants *grants, struct dice *dice, enum grant_kind kind,
	const char *client, int64_t expires, size_t length);

/* Whether that token of that kind, and of that client unless `client` is NULL, is good at `now`.
 * `spend` voids it by the same step. */
bool grants_check(struct grants *grants, enum grant_kind kind, const char *text, const char *client,
	int64_t now, bool spend);

#endif
