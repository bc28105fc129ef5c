/* Faults on order: which requests meet which, and the answers that they stand for. */
#ifndef STANDIN_FAULT_H
#define STANDIN_FAULT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "answer.h"
#include "operation.h"

enum fault_kind {
	FAULT_NONE,
	/* These spoil the way to the client. */
	FAULT_HALF,    /* the whole Content-Length, half of the body */
	FAULT_HANG,    /* no answer until the client leaves */
	FAULT_RESET,   /* the connection is closed without an answer */
	FAULT_TRICKLE, /* one byte of body every 200 ms */
	FAULT_HUGE,    /* 100 MB of spaces, chunked */
	FAULT_SLOW,    /* the right answer after two seconds */
	/* These replace the answer. */
	FAULT_THROTTLE,
	FAULT_429,
	FAULT_500,
	FAULT_502,
	FAULT_503,
	FAULT_504,
	FAULT_GARBAGE, /* 200 with the page of a captive portal */
	FAULT_SHAPE,   /* 200 with JSON of the wrong shape */
	FAULT_EMPTY,   /* 200 with nothing */
	FAULT_EXPIRED,
	FAULT_DENIED,
	FAULT_REDIRECT,
	/* These replace answers of STS. */
	FAULT_DOCTYPE,  /* 200 with XML that brings a document type and entities */
	FAULT_IDP,      /* AssumeRoleWithWebIdentity cannot reach the provider */
	FAULT_DISABLED, /* STS is switched off in the region */
	/* These spoil one result of GetMetricData. */
	FAULT_INTERNAL,
	FAULT_FORBIDDEN,
	FAULTS
};

struct fault {
	bool meets[OPERATIONS];
	enum fault_kind kind;
	long left;  /* requests still to meet it; negative: all */
	long first; /* as ordered */
};

struct faults {
	struct fault *items;
	size_t count;
	pthread_mutex_t mutex;
};

void faults_init(struct faults *faults);
void faults_free(struct faults *faults);

/* Add one in the form OPERATION:KIND[:COUNT]. False if the text is not that. */
bool faults_add(struct faults *faults, const char *text);

/* The fault that the next request of that operation meets; it is used up by the call. */
enum fault_kind faults_take(struct faults *faults, enum operation_id operation);

/* Order all of them anew, as at the start. */
void faults_rearm(struct faults *faults);

/* Replace the answer as the fault demands; false if it leaves the answer alone. */
bool fault_replaces(enum fault_kind kind, const struct operation *operation, struct answer *answer);

#endif
