/* The number of calls to one AWS service that may be in flight: lower when it throttles, higher
 * again as it answers. Pure rules (additive increase, multiplicative decrease, as in TCP: RFC
 * 5681). */
#ifndef AWS_PACE_H
#define AWS_PACE_H

#include <stdbool.h>

enum { PACE_MAX_IN_FLIGHT = 4 };

struct pace {
	int limit;      /* 1 to PACE_MAX_IN_FLIGHT */
	int in_flight;  /* started and not yet ended */
	int answered;   /* since the limit last changed */
	int generation; /* how often the limit was cut */
};

void pace_init(struct pace *p);

/* Whether another call may start. */
bool pace_allows(const struct pace *p);

/* Records the start of a call. Returns the generation for pace_end. */
int pace_start(struct pace *p);

enum pace_end {
	PACE_ANSWERED,  /* raises the limit by one after as many answers as the limit */
	PACE_THROTTLED, /* halves the limit, once for all calls in flight together */
	PACE_FAILED     /* says nothing about the service's load */
};

/* Records the end of a call that was started with this generation. */
void pace_end(struct pace *p, int generation, enum pace_end how);

#endif
