/* What all requests share: settings, clock, the account, and the word that the server ends. */
#ifndef STANDIN_SERVER_H
#define STANDIN_SERVER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account.h"
#include "dice.h"
#include "fault.h"
#include "grants.h"
#include "journal.h"
#include "tokens.h"

struct settings {
	size_t page_size;            /* upper bound of items in a List page */
	size_t max_datapoints;       /* upper bound of points in a GetMetricData answer */
	size_t session_token_length; /* bytes, of sessions to come */
	long access_token_s;         /* life of access tokens to come */
	bool short_pages;
	bool keeps_refresh_tokens;
	int latency_ms;
	int64_t clock_offset_s;
};

/* Only the members below `account` change while the server runs; each has its own lock. */
struct server {
	struct settings settings;
	int64_t start; /* seconds since 1970 by the server's clock */
	struct account account;
	struct faults faults, holds;
	struct grants grants;
	struct journal journal;
	struct tokens tokens;
	struct dice dice;
	pthread_mutex_t mutex;
	pthread_cond_t ends; /* or what is held is released */
	bool ending, released;
	size_t held; /* requests that wait for the release */
	uint64_t seed;
};

/* Set up all but the settings, the start and the account, which the caller has filled in. */
void server_init(struct server *server, uint64_t seed);
void server_free(struct server *server);

/* The server's clock, in seconds and milliseconds since 1970. */
int64_t server_now(const struct server *server);
int64_t server_now_ms(const struct server *server);

/* Wait so many milliseconds, or until the server ends; true if it ends. */
bool server_wait(struct server *server, int ms);

/* Wait until all that is held is released, or the server ends. */
void server_hold(struct server *server);

/* Let what is held go, now and later. */
void server_release(struct server *server);

/* How many requests are held. */
size_t server_held(struct server *server);

/* All orders as at the start; what follows is held again. */
void server_rearm(struct server *server);

/* The same for chances, too: keys and tokens repeat. */
void server_restart(struct server *server);

/* End all waits, now and later. */
void server_end(struct server *server);

#endif
