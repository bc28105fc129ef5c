/* How many calls of one AWS service may be in flight: fewer when it throttles, more again as it
 * answers. Pure rules (additive increase, multiplicative decrease, as TCP has it: RFC 5681). */
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

/* A call starts. Returns the generation to end it with. */
int pace_start(struct pace *p);

enum pace_end {
	PACE_ANSWERED,  /* raises the limit by one for each limit answers */
	PACE_THROTTLED, /* halves it, once for all calls that were in flight together */
	PACE_FAILED     /* says nothing about the service's load */
};

/* A call that was started under this generation has ended. */
void pace_end(struct pace *p, int generation, enum pace_end how);

#endif
