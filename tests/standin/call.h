/* One API request on its way from the signature check to its answer. */
#ifndef STANDIN_CALL_H
#define STANDIN_CALL_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "answer.h"
#include "fault.h"
#include "request.h"
#include "server.h"
#include "verify.h"

struct call {
	struct server *server;
	const struct request *request;
	const struct operation *operation; /* NULL: none that the server knows */
	struct claim claim;
	const struct key *key; /* NULL until the signature was found good, and for unsigned calls */
	struct form form;      /* of the query protocol */
	struct text form_fault; /* what is wrong with it; empty: nothing */
	cJSON *body;            /* NULL until parsed */
	bool query_mode;        /* the client asked for x-amzn-query-error */
	enum fault_kind fault;
	size_t queries, datapoints;
	struct answer answer;
};

/* Answer the request: fills `call`, whose server and request are given and all else zero, and
 * enters it in the journal. `counted` is the connection's number for journal_begin(). Returns the
 * journal's entry, for journal_end(). */
struct entry *call_serve(struct call *call, unsigned long *counted);
void call_free(struct call *call);

/* Answer that the caller, whose key is known, may not do this. */
void call_deny(struct call *call);

#endif
