/* What all jobs share: the state of one run, from the first option to the last byte of output;
 * reaching AWS and the cluster; and the results of runs that end before their job is done. */
#ifndef RUN_H
#define RUN_H

#include "aws/client/client.h"
#include "aws/client/session.h"
#include "base/buf.h"
#include "base/time.h"
#include "jobs/known.h"
#include "judge/judge.h"
#include "model/samples.h"
#include "model/target.h"
#include "options/options.h"
#include "term/progress.h"

struct run {
	struct clock clock;
	int64_t started_ms; /* on the clock's monotonic side */
	int output_fd;      /* where main writes the result; jobs look whether it is a terminal */
	struct options options;
	bool understood;      /* the options are */
	struct known known;   /* the worst state so far; no run ends with a milder one */
	struct buf diagnosis; /* whole lines for -vv and -vvv */
	struct session session;
	struct client *client; /* NULL until run_connect */
	struct target target;
	struct samples samples;
	struct verdict verdict;
	struct progress progress;
	struct buf out;         /* the result; the job returns its state */
	bool must_not_clean_up; /* the time is over: libcurl may block */
};

/* output_fd as above. Free it with run_free, unless must_not_clean_up is set. */
void run_init(struct run *r, int output_fd);
void run_free(struct run *r);

/* Arms the backstop for the run's deadline: half a second later once the options are understood,
 * when the loop looks at the deadline too. */
void run_arm_backstop(const struct run *r);

/* Opens session and client. run_find_cluster sets the target; at a terminal a person may be asked,
 * and the deadline moves on by what that took. 0; or -1 when the run ends here: its result is in
 * r->out then, and *end is its state. */
int run_connect(struct run *r, enum state *end);
int run_find_cluster(struct run *r, enum state *end);

/* Shows a line of progress (ASCII), unless the run is younger than a second. */
void run_show_progress(struct run *r, const char *line);

/* Adds to the diagnosis what -vv and -vvv tell of the client's work; metrics_billed were asked of
 * GetMetricData. */
void run_describe_work(struct run *r, size_t metrics_billed);

/* Put the result of a run that ends with a message into r->out, behind what is known. Return its
 * state: the worse of what is known and state (UNKNOWN for an error). */
enum state run_end_with(struct run *r, enum state state, const char *message);
enum state run_fail(struct run *r, const struct err *e);

#endif
