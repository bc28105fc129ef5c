/* Who may call: keys, the roles they may assume, and the tokens that open a role without a key. */
#ifndef STANDIN_IDENTITY_H
#define STANDIN_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "operation.h"

#define REFUSAL_SIZE 64

/* Access keys of a user or of a role's session. */
struct key {
	char *id, *secret;
	char *token;     /* NULL: a long-term key, which has none */
	char *user;      /* NULL for the session of a role */
	char *role;      /* ARN of the role whose session this is, NULL for a user */
	char *principal; /* ARN of the user or of the session */
	char *unique_id; /* AIDA... or AROA...:SESSION */
	int64_t expires; /* seconds since 1970; 0: never */
	bool denied[OPERATIONS];
	char *because; /* how a denial's message ends; NULL: no identity-based policy allows it */
	/* The error that every use of the keys meets by now; empty: none. Only of sessions. */
	char refusal[REFUSAL_SIZE];
};

struct role {
	char *arn;
	char *trusts;      /* key ids and role ARNs with commas between them; NULL: everybody */
	char *external_id; /* NULL: none is asked for */
	long max_duration; /* seconds that may be asked for */
	long lifetime;     /* seconds that its sessions live; 0: as long as was asked for */
	bool denied[OPERATIONS];
};

enum web_state { WEB_GOOD, WEB_EXPIRED, WEB_REJECTED };

/* A token of a web identity provider. */
struct web_token {
	char *text;
	char *subject;
	char *roles; /* ARNs with commas between them; NULL: every role */
	enum web_state state;
};

/* A tenancy of IAM Identity Center: a role of an account that every access token opens. */
struct assignment {
	char *account, *role_name;
	long lifetime; /* seconds */
	bool denied[OPERATIONS];
};

struct client {
	char *id, *secret;
	int64_t expires; /* seconds since 1970; 0: never */
};

enum grant_kind { GRANT_ACCESS, GRANT_REFRESH };

/* An access token, or a refresh token of a client (NULL: of any). */
struct grant {
	enum grant_kind kind;
	char *text, *client;
	int64_t expires; /* seconds since 1970; 0: never */
};

struct identity {
	struct key *keys;
	size_t key_count;
	struct role *roles;
	size_t role_count;
	struct web_token *web_tokens;
	size_t web_token_count;
	struct assignment *assignments;
	size_t assignment_count;
	struct client *clients;
	size_t client_count;
	struct grant *grants;
	size_t grant_count;
};

void identity_free(struct identity *identity);
void key_free(struct key *key);
void grant_free(struct grant *grant);

/* Look-ups; NULL if there is none. */
const struct key *identity_key(const struct identity *identity, const char *id);
const struct role *identity_role(const struct identity *identity, const char *arn);
const struct web_token *identity_web_token(const struct identity *identity, const char *text);
const struct assignment *identity_assignment(const struct identity *identity, const char *account,
	const char *role_name);
const struct client *identity_client(const struct identity *identity, const char *id);

/* Whether a list with commas between its items holds that one. */
bool list_holds(const char *list, const char *item);

/* A unique id such as IAM gives: `prefix` and 17 letters that `name` decides; the caller frees it.
 */
char *identity_unique_id(const char *prefix, const char *name);

#endif
