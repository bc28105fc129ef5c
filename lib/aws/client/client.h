/* The one event loop: calls to AWS, signed, retried and decoded, several in flight, all within one
 * deadline. */
#ifndef AWS_CLIENT_H
#define AWS_CLIENT_H

#include "aws/call/operation.h"
#include "aws/client/session.h"
#include "base/json.h"

#include <stdbool.h>
#include <stdint.h>

struct client_options {
	/* Borrowed, must outlive the client. Of its run random_unit, and clock and stop of the
	 * deadline are needed; where it has a journal, the client keeps one of its own. */
	const struct session *session;
	int64_t tick_ms; /* how often client_next returns CLIENT_TICK; 0: never */
	/* NULL, or gets what client_describe_clock says when client_new fails. */
	struct buf *remarks;
};

/* Opaque. */
struct client;

/* Resolves the credentials, which may take requests to those who hand them out, and sets the
 * transport up; no request to AWS yet. NULL with ERR_CREDENTIALS, ERR_CONFIG or ERR_MEMORY; with
 * ERR_DEADLINE when the time was over meanwhile or a signal arrived: the message goes on after
 * "timed out, ", and the process has to end. The trace of the session's run gets the credential
 * search's lines, and the journal when it fails. */
struct client *client_new(const struct client_options *options, struct err *e);

/* Frees the client; NULL is taken. Not after the deadline or a stop: libcurl may then wait; the
 * process has to end instead. */
void client_free(struct client *c);

struct client_call {
	enum operation operation;
	struct buf body;          /* JSON request; taken over */
	int tag;                  /* comes back with the answer */
	size_t subject;           /* likewise */
	bool give_up_on_throttle; /* throttling is not retried */
	bool holds_times;         /* the body was made with client_now_s */
};

/* Queues a call (its body is taken over in any case). 0, or -1 with ERR_MEMORY. */
int client_submit(struct client *c, struct client_call *call, struct err *e);

/* Queues a call that asks again for what AWS answered only in part (GetMetricData's InternalError
 * for one result), under the rules for transient errors: after a pause, at most so often, within
 * the retry quota. reason: why, for client_last_error. 0; 1 when the rules or the deadline do not
 * allow it; -1 with ERR_MEMORY. The body is taken over in any case. */
int client_submit_again(struct client *c, struct client_call *call, int failed_attempts,
	const struct err *reason, struct err *e);

enum client_event {
	CLIENT_CALL,     /* a call is final */
	CLIENT_TICK,     /* time to show progress */
	CLIENT_IDLE,     /* nothing queued, nothing in flight */
	CLIENT_DEADLINE, /* the time is over; no further call of this client is allowed but those
			    below that say so */
	CLIENT_STOPPED   /* a signal asks to end; likewise */
};

struct client_answer {
	int tag;
	size_t subject;
	enum operation operation;
	json *document;   /* the decoded answer (json_free it), or NULL when the call failed */
	struct err error; /* then why: one line that names the operation and what to do; ERR_CLOCK
			     when AWS refused a call that holds times and has told only then that
			     they are wrong: it has to be made anew */
};

/* Runs the loop until one of the events; *answer is set with CLIENT_CALL only. */
enum client_event client_next(struct client *c, struct client_answer *answer);

/* Puts the deadline off by so much: time that a person took does not count. */
void client_postpone_deadline(struct client *c, int64_t by_ms);

/* The answer that a call had was read, but is not the operation's: reason says why (a phrase, "a
 * list page without its list"). It becomes one line that names operation, host and what to do,
 * unless its code is another than ERR_SYNTAX. */
void client_explain_malformed(const struct client *c, enum operation operation, struct err *reason);

/* Seconds since 1970 by the clock corrected for the skew found so far; who sets the host's clock
 * meanwhile does not move it. May be called at any time. */
int64_t client_now_s(const struct client *c);

/* The last error that an attempt met, retried or not ("" if none); what the run is waiting for
 * ("waiting for GetMetricData from ...", nothing if for nothing). May be called at any time. */
const char *client_last_error(const struct client *c);
void client_describe_pending(const struct client *c, struct buf *out);

/* Appends a line "clock: this host's clock is 7 min slow" if it is off by more than a minute (with
 * exactly: by whatever is known). May be called at any time. */
void client_describe_clock(const struct client *c, bool exactly, struct buf *out);

/* Appends the -vv lines (keys that were asked for again, per operation requests, retries,
 * milliseconds) and the -vvv lines. May be called at any time. */
void client_describe_work(const struct client *c, struct buf *out);
void client_describe_journal(const struct client *c, struct buf *out);

#endif
