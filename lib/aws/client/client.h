/* The event loop: calls to AWS, signed, retried and decoded, several in flight, all within one
 * deadline. */
#ifndef AWS_CLIENT_H
#define AWS_CLIENT_H

#include "aws/call/operation.h"
#include "aws/client/session.h"
#include "base/json.h"

#include <stdbool.h>
#include <stdint.h>

struct client_options {
	/* Borrowed; must outlive the client. Its run needs random_unit and the deadline's clock and
	 * stop. If it has a journal, the client keeps its own. */
	const struct session *session;
	int64_t tick_ms; /* how often client_next returns CLIENT_TICK; 0: never */
	/* NULL, or gets the line of client_describe_clock when client_new fails. */
	struct buf *remarks;
};

/* Opaque. */
struct client;

/* Resolves the credentials, which may take requests to their sources, and sets up the transport; no
 * call is sent yet. NULL with ERR_CREDENTIALS, ERR_CONFIG or ERR_MEMORY; with ERR_DEADLINE when the
 * deadline passed or a signal arrived: the message follows "timed out, ", and the process must end.
 * The trace of the session's run gets the lines of the credential search and, on failure, the
 * journal. */
struct client *client_new(const struct client_options *options, struct err *e);

/* Frees the client. NULL is allowed. Not after the deadline or a stop: libcurl may then block, so
 * the process must end instead. */
void client_free(struct client *c);

struct client_call {
	enum operation operation;
	struct buf body;          /* JSON request; the client takes ownership */
	int tag;                  /* returned with the answer */
	size_t subject;           /* likewise */
	bool give_up_on_throttle; /* throttling is not retried */
	bool is_single_attempt;   /* one request, whatever becomes of it */
	bool holds_times;         /* the body holds times from client_now_s */
	/* Attempts of calls that have this set start at least so far apart, retries included; 0:
	 * whenever there is room. */
	int64_t spacing_ms;
};

/* Queues a call and takes ownership of its body in any case. 0, or -1 with ERR_MEMORY. */
int client_submit(struct client *c, struct client_call *call, struct err *e);

/* Queues a call again for what AWS answered only in part (GetMetricData's InternalError for one
 * result), by the rules for transient errors: after a pause, up to the maximum of attempts, within
 * the retry quota. reason: why, for client_last_error. 0; 1 when the rules or the deadline do not
 * allow it; -1 with ERR_MEMORY. Takes ownership of the body in any case. */
int client_submit_again(struct client *c, struct client_call *call, int failed_attempts,
	const struct err *reason, struct err *e);

enum client_event {
	CLIENT_CALL,     /* a call is final */
	CLIENT_TICK,     /* time to show progress */
	CLIENT_IDLE,     /* nothing queued, nothing in flight */
	CLIENT_DEADLINE, /* the deadline has passed; of this client's functions, only those marked
			    below may still be called */
	CLIENT_STOPPED   /* a signal asked to stop; likewise */
};

struct client_answer {
	int tag;
	size_t subject;
	enum operation operation;
	json *document;   /* the decoded answer (json_free it), or NULL when the call failed */
	struct err error; /* if it failed, why: one line that names the operation and what to do;
			     ERR_CLOCK when AWS refused a call that holds times and has only now
			     shown that they are wrong: build the call again */
};

/* Runs the loop until one of the events; *answer is set with CLIENT_CALL only. */
enum client_event client_next(struct client *c, struct client_answer *answer);

/* Postpones the deadline by this much: time that a person took does not count. */
void client_postpone_deadline(struct client *c, int64_t by_ms);

/* Begins a round of calls that may take at most for_ms: until client_end_round, client_next returns
 * CLIENT_DEADLINE when that is over. No call may be queued or in flight, and no round begun. */
void client_begin_round(struct client *c, int64_t for_ms);

/* Ends the round; the run's deadline counts again. Calls that are not final are dropped. False if
 * that could block (a resolver is at work) or a signal asks to stop: then none of this client's
 * functions but those marked below may be called any more. */
bool client_end_round(struct client *c);

/* For an answer that was read but is not the operation's. reason (a phrase, "a list page without
 * its list") becomes one line that names operation, host and what to do, unless its code is not
 * ERR_SYNTAX. */
void client_explain_malformed(const struct client *c, enum operation operation, struct err *reason);

/* Seconds since 1970 by the clock corrected for the skew found so far. Setting the host's clock
 * meanwhile does not affect it. May be called at any time. */
int64_t client_now_s(const struct client *c);

/* The last error of an attempt, retried or not ("" if none); what the run is waiting for, appended
 * to out ("waiting for GetMetricData from ...", nothing if not waiting). May be called at any
 * time. */
const char *client_last_error(const struct client *c);
void client_describe_pending(const struct client *c, struct buf *out);

/* Appends a line "clock: this host's clock is 7 min slow" if it is off by more than a minute (with
 * exactly: by any known offset). May be called at any time. */
void client_describe_clock(const struct client *c, bool exactly, struct buf *out);

/* Appends the -vv lines (keys requested again; per operation requests, retries, milliseconds) and
 * the -vvv lines. May be called at any time. */
void client_describe_work(const struct client *c, struct buf *out);
void client_describe_journal(const struct client *c, struct buf *out);

#endif
