/* Why a series is without current data: from what ECS said of its service to a reason. Rules alone,
 * no input or output; they never take a word, count or time that is not understood for a good
 * reason. now_s: by the run's corrected clock. */
#ifndef SILENCE_H
#define SILENCE_H

#include "harness/state.h"
#include "model/rules.h"
#include "model/reason.h"
#include "model/request.h"
#include "model/samples.h"

/* Appends a request for the description of each service about which ECS has to be asked: those that
 * have a complete series without current data, breach or not; ebs without any point needs no
 * explanation. None with another --no-data than auto. 0, or -1 as request_list_add. */
int silence_find(const struct rules *rules, const struct samples *s, struct request_list *out,
	struct err *e);

/* The failures that are current: a rollout is FAILED; three tasks or more failed in a row; an event
 * that names a failure is newer than 15 minutes and than the newest steady state. */
struct silence_failures {
	bool rollout, tasks, event;
};
struct silence_failures silence_failures(const struct description *d, int64_t now_s);

/* Whether the service, its PRIMARY deployment or its task set was created under 15 minutes ago, and
 * no failure is current. */
bool silence_is_new(const struct description *d, int64_t now_s);

/* Whether less than 15 minutes have passed since the first event of started tasks after the newest
 * steady state (without one: since its PRIMARY deployment or task set was created), such events in
 * the last 15 minutes are at most 3, or as many as tasks are wanted, and no failure is current. */
bool silence_is_starting(const struct description *d, int64_t now_s);

/* What the description makes of a series without current data, its metric left aside. */
enum reason silence_reason(const struct description *d, int64_t now_s);

/* The state that goes with a reason of that function. */
enum state silence_state(enum reason r);

#endif
