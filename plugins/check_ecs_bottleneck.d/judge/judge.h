/* From samples to a verdict. Rules only, no input or output. */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include "model/rules.h"
#include "judge/pattern.h"
#include "model/reason.h"
#include "model/samples.h"

/* Of a series, or of a service's running tasks (METRIC_TASKS): these have no points, so that
 * nothing that looks for points or for REASON_POINTS ever takes them for a series. */
struct series_verdict {
	size_t service; /* index into samples */
	enum metric metric;
	enum state state;
	enum reason reason;
	bool is_silent;      /* complete, but without a current point */
	enum reason silence; /* if so: why; differs from reason if a breach of the old points is at
				least as bad */
	size_t points;       /* received in the window */
	double peak; /* the window's highest point (the newest of equals); valid if points > 0, like
			the next two */
	int64_t peak_s;
	int64_t newest_s;
	enum state rule_state; /* by the ranges and --breaches over the window alone */
	/* Only --recover keeps the state: its rule last held over the window that ended here;
	 * otherwise 0. shown, shown_s and range are of that window then, breaches of all fetched
	 * points: the series may have breached before and after it. */
	int64_t held_until_s;
	double shown; /* the point shown in text, if series_has_shown: the highest one, or the
			 newest breaching one if a lower end or "@" decided */
	int64_t shown_s;
	const struct range *range; /* the one that decided; for OK the critical one if a point
				      breaches it, else the warning one; borrowed from the rules */
	struct breaches breaches;  /* of range */
	enum direction direction;
	double running_pct; /* of the running tasks: in percent of the desired ones; NAN: none is
			       desired, or not known; for a series meaningless */
};

struct verdict {
	enum state state;
	struct series_verdict *series; /* sorted by service name, then metric; without silent series
					  and running tasks of services that are not ACTIVE */
	size_t series_count;
	size_t services; /* those that pass the filters and have a series above */
	size_t problems; /* services in WARNING or CRITICAL */
	size_t no_data;  /* services with a series without current data */
};

/* Judges everything. *v is always set; free it with verdict_free. s must be sorted; measures it
 * lacks are added. v refers to s and to the rules. 0, or -1 with ERR_MEMORY. */
int judge(const struct rules *rules, struct samples *s, struct verdict *v, struct err *e);

/* Whether the points of a series put it into WARNING or CRITICAL, rather than --no-data in their
 * absence. */
bool series_alerts(const struct series_verdict *v);

/* Whether there is a point to show: the window has points, or --recover looks at one before it. */
bool series_has_shown(const struct series_verdict *v);

/* The worst known state of a service so far. */
struct known_series {
	enum state state; /* WARNING or CRITICAL; OK: no problem is known yet */
	enum metric metric;
	bool has_value; /* false: the state is not due to points */
	double value;   /* in percent: a breaching point; for a complete series the one that the
			   report shows */
};

/* Judges one service by what is known while the run is in progress. Whatever arrives later, judge()
 * finds no milder state: points are only added. Nor is it worse than what the rules make of these
 * points. Examines each point once (with --recover the points of a series with each answer that
 * adds some), allocates nothing. s->now_s and s->window must be set. */
struct known_series judge_known(const struct rules *rules, struct samples *s, size_t service);
void verdict_free(struct verdict *v);

/* The state of what a run that ended early did not reach: UNKNOWN if a signal stopped it, at the
 * deadline the state that -t or --timeout-result gives. */
enum state judge_unreached(const struct rules *rules, bool stopped);

#endif
