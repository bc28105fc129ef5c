/* Makes each call that a check would make once: one page of a list, one series, one service. */
#ifndef COLLECT_PROBE_H
#define COLLECT_PROBE_H

#include "collect/calls.h"
#include "model/probe.h"
#include "model/rules.h"
#include "model/target.h"

/* All borrowed. */
struct probe_scope {
	const struct rules *rules;
	const struct target *target; /* without a name: ListClusters is the only call */
	const struct session *session;
	struct client *client;
	int timeout_s; /* for the message if the run ends early */
};

/* Asks, and notes the results, whose keys they were, and AWS's clock in out (initialised by the
 * caller). What AWS refuses is a result. 0, or -1 with ERR_MEMORY. */
int probe_ask(const struct probe_scope *scope, struct probe *out, struct err *e);

#endif
