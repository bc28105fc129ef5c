/* Calls the services that issue credentials on the host's own network (container agents, the
 * instance metadata service): one exchange at a time, few attempts, never through a proxy. */
#ifndef AWS_METADATA_H
#define AWS_METADATA_H

#include "aws/call/keys.h"
#include "aws/call/run.h"
#include "aws/http/http.h"

enum { METADATA_MAX_BODY_BYTES = 64 * 1024 };

/* A service and its limits. */
struct metadata_service {
	const char *name;        /* "container credentials", for messages */
	const char *host_header; /* for messages as well; borrowed */
	int attempts;
	int attempts_when_busy;       /* in all, where it answers 429 or 5xx, if that is more */
	int64_t timeout_ms, pause_ms; /* per attempt; between attempts */
	const struct aws_run *run;
	struct http *http;
	/* How the last attempt ended: the status (0: no answer), and whether the service could be
	 * reached at all. */
	long status;
	bool reached;
};

/* Sets the fields from run (borrowed) on; the caller fills those before. 0, or -1 with
 * ERR_MEMORY. */
int metadata_open(struct metadata_service *s, const struct aws_run *run, struct err *e);

/* Closes the transport as http_close does. A zeroed struct is allowed. */
void metadata_close(struct metadata_service *s);

enum metadata_verdict {
	METADATA_TAKEN,
	METADATA_UNFIT, /* worth another attempt */
	METADATA_FINAL  /* no further attempt is useful */
};

struct metadata_question {
	enum http_method method;
	const char *url;  /* never shown: its path may be a secret */
	const char *what; /* shown instead; may hold text from an earlier answer */
	const char *const *headers;
	size_t header_count;
	bool refusals_are_final; /* status 400 to 499 but 429 is not retried */
	/* Judges an answer with status 200; sets e unless it returns METADATA_TAKEN. */
	enum metadata_verdict (*judge)(void *ctx, const struct buf *body, struct err *e);
	void *ctx;
};

/* Makes attempts until an answer is taken or final, or none are left. 0, or -1: ERR_CREDENTIALS
 * with the last failure; ERR_DEADLINE when the deadline passed, with a message that follows "timed
 * out, "; ERR_MEMORY; ERR_INTERNAL. */
int metadata_ask(struct metadata_service *s, const struct metadata_question *q, struct err *e);

/* Judges (ctx: struct keys *, empty) a document with AccessKeyId, SecretAccessKey, Token and
 * Expiration; one whose Code is not Success is an error document. */
enum metadata_verdict metadata_judge_keys(void *ctx, const struct buf *body, struct err *e);

#endif
