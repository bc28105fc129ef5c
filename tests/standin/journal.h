/* What happened: counters and a log of all API requests. */
#ifndef STANDIN_JOURNAL_H
#define STANDIN_JOURNAL_H

#include <cjson/cJSON.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "operation.h"
#include "text.h"

/* One request. The strings belong to the entry and are NULL when unknown; `status` and `ended_ms`
 * (milliseconds since 1970) are 0 while there is no answer; `sent` and `received` count the bytes
 * of the bodies, as the client sees them. */
struct entry {
	const struct operation *operation;
	unsigned status;
	cJSON *parameters; /* of an identity operation, without secrets; NULL for others */
	char *key, *region, *signed_headers, *body, *user_agent;
	int64_t started_ms, ended_ms;
	size_t sent, received;
	bool forgotten; /* the log was emptied before the request had ended */
};

struct journal {
	struct entry **entries;
	size_t count, bodies_size;
	size_t requests, connections, errors, datapoints, queries, sent, received,
		per_operation[OPERATIONS];
	unsigned long generation;
	pthread_mutex_t mutex;
};

void journal_init(struct journal *journal);
void journal_free(struct journal *journal);

/* Enter a request. `entry` is from the heap and becomes the journal's; `counted` is a number kept
 * with the connection (0 at first), by which each connection counts once. */
void journal_begin(struct journal *journal, struct entry *entry, unsigned long *counted);

/* Enter the end of that request, which was answered with `status` (0: not at all), so many points,
 * to so many queries. */
void journal_end(struct journal *journal, struct entry *entry, unsigned status, int64_t ended_ms,
	size_t datapoints, size_t queries);

/* Forget everything. */
void journal_reset(struct journal *journal);

/* The statistics and the log as new JSON values for the caller to free. */
cJSON *journal_stats(struct journal *journal);
cJSON *journal_log(struct journal *journal);

#endif
