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
	FAULT_HALF,         /* the whole Content-Length, half of the body */
	FAULT_HANG,         /* no answer until the client leaves */
	FAULT_RESET,        /* the connection is closed without an answer */
	FAULT_TRICKLE,      /* one byte of body every 200 ms */
	FAULT_HUGE,         /* 100 MB of spaces, chunked */
	FAULT_SLOW,         /* the right answer after two seconds */
	FAULT_RST,          /* a TCP reset instead of an answer */
	FAULT_RST_HEADERS,  /* amid the headers */
	FAULT_RST_BODY,     /* amid the body */
	FAULT_CUT_HEADERS,  /* half of the headers, then the connection is closed */
	FAULT_SHORT_LENGTH, /* Content-Length is less than the body */
	FAULT_LONG_LENGTH,  /* it is more, and nothing more comes */
	FAULT_GONE,         /* a reset, and from then on nobody listens */
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
	FAULT_WORDLESS, /* an error with a code and no message */
	FAULT_REDIRECT, /* 301 */
	FAULT_302,
	FAULT_307,
	FAULT_DEEP, /* 200 with 200 levels of nesting */
	/* These spoil the right answer. */
	FAULT_GZIP,
	FAULT_NULL,          /* each scalar of the JSON is null */
	FAULT_TEXT_NUMBERS,  /* each number of the JSON is a string */
	FAULT_NAN,           /* each number is the word NaN */
	FAULT_SAME_TOKEN,    /* each page is followed by the same one */
	FAULT_ENDLESS_PAGES, /* each page is followed by another one */
	FAULT_DUPLICATE,     /* each item of the list comes twice */
	FAULT_FOREIGN,       /* items about something that was not asked for */
	FAULT_LENGTHS,       /* one value fewer than timestamps */
	/* These replace answers of STS. */
	FAULT_DOCTYPE,  /* 200 with XML that brings a document type and entities */
	FAULT_IDP,      /* AssumeRoleWithWebIdentity cannot reach the provider */
	FAULT_DISABLED, /* STS is switched off in the region */
	/* These spoil one result of GetMetricData. */
	FAULT_INTERNAL,
	FAULT_FORBIDDEN,
	/* Not ordered by name: the answer, whatever it is, waits until it is released. */
	FAULT_HOLD,
	FAULTS
};

struct fault {
	bool meets[OPERATIONS];
	enum fault_kind kind;
	long left, skip;        /* requests still to meet it (negative: all), and before that */
	long first, first_skip; /* as ordered */
};

struct faults {
	struct fault *items;
	size_t count;
	pthread_mutex_t mutex;
};

void faults_init(struct faults *faults);
void faults_free(struct faults *faults);

/* Add one in the form OPERATION:KIND[:COUNT[:SKIP]]: COUNT requests meet it (empty: all) after SKIP
 * that do not. False if the text is not that. */
bool faults_add(struct faults *faults, const char *text);

/* Add a hold in the form OPERATION[:COUNT[:SKIP]], to a list of its own. False likewise. */
bool faults_add_hold(struct faults *holds, const char *text);

/* The fault that the next request of that operation meets; it is used up by the call. */
enum fault_kind faults_take(struct faults *faults, enum operation_id operation);

/* Order all of them again, as at the start. */
void faults_rearm(struct faults *faults);

/* Replace the answer as the fault demands; false if it leaves the answer alone. */
bool fault_replaces(enum fault_kind kind, const struct operation *operation, struct answer *answer);

#endif
