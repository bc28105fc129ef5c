/* What all jobs share: the state of a run, from the first option to the last byte of output;
 * connecting to AWS and finding the cluster; and the results of runs that end early. */
#ifndef JOBS_RUN_H
#define JOBS_RUN_H

#include "aws/client/client.h"
#include "aws/client/session.h"
#include "base/buf.h"
#include "base/time.h"
#include "jobs/known.h"
#include "judge/closer_look.h"
#include "judge/advisor.h"
#include "judge/judge.h"
#include "model/detail.h"
#include "model/samples.h"
#include "model/target.h"
#include "options/options.h"
#include "term/progress.h"

struct run {
	struct clock clock;
	int64_t started_ms; /* on the monotonic clock */
	int output_fd;      /* where main writes the result; jobs check whether it is a terminal */
	struct options options;
	bool understood;    /* the options are valid */
	bool is_bad_input;  /* options, environment or files are wrong */
	const char *code;   /* for scripts, if the run fails: what is wrong; NULL: no word for it */
	struct known known; /* the worst state so far; no run ends with a milder one */
	struct buf diagnosis; /* whole lines for -vv and -vvv */
	struct session session;
	struct client *client; /* NULL until run_connect */
	struct target target;
	struct samples samples;
	struct verdict verdict;
	struct closer_look look; /* what it asked for, and what that brought */
	struct detail detail;
	struct detail hours; /* for --forecast */
	struct detail week;  /* for --advise, as the next */
	struct advisor advisor;
	struct progress progress;
	struct buf out;         /* the result; the job returns its state */
	bool must_not_clean_up; /* time is up: libcurl may block */
};

/* output_fd as above. Free with run_free, unless must_not_clean_up is set. */
void run_init(struct run *r, int output_fd);
void run_free(struct run *r);

/* Arms the backstop for the run's deadline. Once the options are valid it is half a second later,
 * because the event loop then watches the deadline too. */
void run_arm_backstop(const struct run *r);

/* run_connect opens the session and the client. run_find_cluster sets the target; on a terminal it
 * may ask the user, and the deadline moves by the time taken. 0, or -1 if the run ends here: its
 * result is in r->out then, and *end is its state. */
int run_connect(struct run *r, enum state *end);
int run_find_cluster(struct run *r, enum state *end);

/* Shows a line of progress (ASCII) if the run has lasted at least a second. */
void run_show_progress(struct run *r, const char *line);

/* For a watcher of collect whose services decide no state of this run. */
void run_learn_nothing(void *ctx, size_t first, size_t count);

/* Adds the state of the clock and, for -vv and -vvv, the client's work to the diagnosis.
 * metrics_billed is the number of metrics requested from GetMetricData. */
void run_describe_work(struct run *r, size_t metrics_billed);

/* Write the result of a run that ends with a message to r->out, after what is known. Return its
 * state: the worse of the known state and state (UNKNOWN for an error). */
enum state run_end_with(struct run *r, enum state state, const char *message);
enum state run_fail(struct run *r, const struct err *e);

#endif
