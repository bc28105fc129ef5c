/* Why a series has no current data: derives a reason from ECS's description of its service. Rules
 * only, no input or output. A text, count or time that is not understood never counts as a benign
 * reason. now_s is the run's corrected time. */
#ifndef JUDGE_SILENCE_H
#define JUDGE_SILENCE_H

#include "harness/state.h"
#include "model/rules.h"
#include "model/reason.h"
#include "model/request.h"
#include "model/samples.h"

/* Appends a request for the description of each service that has none yet and has a complete series
 * without current data, breach or not; ebs without any point needs no explanation unless the
 * statistic is a percentile. None unless --no-data is auto. A service that -s names is also asked
 * about, whatever
 * --no-data says, if no series has current data: nothing else shows that it exists. A managed
 * daemon is never asked about. 0, or -1 as request_list_add. */
int silence_find(const struct rules *rules, const struct samples *s, struct request_list *out,
	struct err *e);

/* The current failures: a FAILED rollout; at least three consecutive failed tasks; an event that
 * reports a failure and is newer than 15 minutes and than the newest steady state. */
struct silence_failures {
	bool rollout, tasks, event;
};
struct silence_failures silence_failures(const struct description *d, int64_t now_s);

/* Whether the service is known to exist: it comes from the list, has current data, or is described.
 * Always true of a managed daemon, since nothing could show it. */
bool silence_exists(const struct rules *rules, const struct samples *s,
	const struct service *service);

/* The reason for a series without current data of a service that is not known to exist. --no-data
 * only makes it worse. */
enum reason silence_of_doubtful(const struct rules *rules, const struct description *d,
	int64_t now_s);

/* Why fewer tasks run than are desired, as ECS's history tells it: REASON_NEW, REASON_STARTING, or
 * REASON_DOWN if nothing in it explains that. A description with a fault, or with an event in the
 * future, explains nothing. */
enum reason silence_explain_lack(const struct description *d, int64_t now_s);

/* The time by which a description is judged: when it was read, else the run's. What was current
 * when it was read stays so: a verdict given early holds. */
int64_t silence_time(const struct samples *s, const struct description *d);

/* The reason that the description gives for a series without current data, whatever its metric. */
enum reason silence_reason(const struct description *d, int64_t now_s);

/* The state that belongs to such a reason. */
enum state silence_state(enum reason r);

#endif
