/* From samples to a verdict: the rules alone, no input or output. */
#ifndef JUDGE_H
#define JUDGE_H

#include "model/rules.h"
#include "judge/pattern.h"
#include "model/reason.h"
#include "model/samples.h"

/* In which way the shown point breaches. */
enum direction { DIRECTION_NONE, DIRECTION_ABOVE, DIRECTION_BELOW, DIRECTION_INSIDE };

struct series_verdict {
	size_t service; /* index into samples */
	enum metric metric;
	enum state state;
	enum reason reason;
	bool is_silent;      /* complete, but without a current point */
	enum reason silence; /* if so: what was found out about that; the reason is another one
				where a breach of the old points is as bad */
	size_t points;       /* received */
	double peak; /* the highest point (of equals the newest); valid when points > 0, like the
			next four */
	int64_t peak_s;
	double shown; /* the point that text shows: the peak, or the newest breaching point where a
			 lower bound or "@" decided */
	int64_t shown_s;
	int64_t newest_s;
	const struct range *range; /* the one that decided; for OK the critical one if a point
				      breaches it, else the warning one; borrowed from the rules */
	struct breaches breaches;  /* of range */
	enum direction direction;
};

struct verdict {
	enum state state;
	struct series_verdict *series; /* by service name, then metric; without silent series of
					  services that are not ACTIVE */
	size_t series_count;
	size_t services; /* after the filters, those with a series above */
	size_t problems; /* services in WARNING or CRITICAL */
	size_t no_data;  /* services with a series without current data */
};

/* Judges everything. v is set in any case; free it with verdict_free. s must be sorted and gets the
 * measures that it lacks; v refers to it and to the rules. 0, or -1 with ERR_MEMORY. */
int judge(const struct rules *rules, struct samples *s, struct verdict *v, struct err *e);

/* Whether its points put a series into WARNING or CRITICAL, not what --no-data makes of their
 * absence. */
bool series_alerts(const struct series_verdict *v);

/* The worst that is known of a service by now. */
struct known_series {
	enum state state; /* WARNING or CRITICAL; OK: nothing of that kind is known yet */
	enum metric metric;
	bool has_value; /* false: it is not its points that are bad */
	double value;   /* in percent: a point that breaches, of a whole series the one that the
			   report shows */
};

/* Judges one service by what is known of it while the run goes on. Whatever arrives later, judge()
 * finds nothing milder: points are only added. Looks at each point once, allocates nothing.
 * s->now_s and s->window must be set. */
struct known_series judge_known(const struct rules *rules, struct samples *s, size_t service);
void verdict_free(struct verdict *v);

#endif
