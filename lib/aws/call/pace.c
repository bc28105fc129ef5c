#include "config.h"

#include "aws/call/pace.h"

void pace_init(struct pace *p) {
	*p = (struct pace){.limit = PACE_MAX_IN_FLIGHT};
}

bool pace_allows(const struct pace *p) {
	return p->in_flight < p->limit;
}

int pace_start(struct pace *p) {
	p->in_flight++;
	return p->generation;
}

void pace_end(struct pace *p, int generation, enum pace_end how) {
	p->in_flight--;
	if (how == PACE_THROTTLED && generation == p->generation) {
		p->limit = p->limit > 1 ? p->limit / 2 : 1;
		p->answered = 0;
		p->generation++;
	} else if (how == PACE_ANSWERED && ++p->answered >= p->limit) {
		p->limit += p->limit < PACE_MAX_IN_FLIGHT;
		p->answered = 0;
	}
}
