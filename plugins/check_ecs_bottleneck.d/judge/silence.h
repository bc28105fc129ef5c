/* Why a series has no current data: derives a reason from ECS's description of its service. Rules
 * only, no input or output. A text, count or time that is not understood never counts as a benign
 * reason. now_s is the run's corrected time. */
#ifndef SILENCE_H
#define SILENCE_H

#include "harness/state.h"
#include "model/rules.h"
#include "model/reason.h"
#include "model/request.h"
#include "model/samples.h"

/* Appends a request for the description of each service that has a complete series without current
 * data, breach or not; ebs without any point needs no explanation. None unless --no-data is auto.
 * 0, or -1 as request_list_add. */
int silence_find(const struct rules *rules, const struct samples *s, struct request_list *out,
	struct err *e);

/* The current failures: a FAILED rollout; at least three consecutive failed tasks; an event that
 * reports a failure and is newer than 15 minutes and than the newest steady state. */
struct silence_failures {
	bool rollout, tasks, event;
};
struct silence_failures silence_failures(const struct description *d, int64_t now_s);

/* Whether the service, its PRIMARY deployment or its task set was created less than 15 minutes ago
 * and no failure is current. */
bool silence_is_new(const struct description *d, int64_t now_s);

/* Whether less than 15 minutes have passed since the first event of started tasks after the newest
 * steady state (if either is missing: since the PRIMARY deployment or task set was created), the
 * last 15 minutes have at most 3 such events, or the desired count if that is more, and no failure
 * is current. */
bool silence_is_starting(const struct description *d, int64_t now_s);

/* The reason that the description gives for a series without current data, whatever its metric. */
enum reason silence_reason(const struct description *d, int64_t now_s);

/* The state that belongs to such a reason. */
enum state silence_state(enum reason r);

#endif
