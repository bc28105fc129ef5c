/* Advice for the services of a run: what else has to be asked for it, and the advice itself. Rules
 * only, no input or output. Each step needs what the one before asked for. */
#ifndef JUDGE_ADVISOR_H
#define JUDGE_ADVISOR_H

#include "judge/advise.h"
#include "judge/judge.h"
#include "model/detail.h"
#include "model/request.h"

/* A run holds 32 Mi points; a service has two weeks of them here. */
enum { ADVISOR_MAX_SERVICES = 8000 };

struct service_advice {
	bool is_asked;       /* --advise is about this service */
	const char *failure; /* why there is no advice, unless advice.gap tells; borrowed from the
				samples or static; NULL: it was not asked in time */
	bool is_known;       /* advice is valid; otherwise there is only the failure */
	struct advice advice;
};

/* Zeroed: --advise was not given. */
struct advisor {
	struct service_advice *items; /* one for each service of the samples */
	size_t count;
};

/* Chooses the services: all with a series in the verdict, or those with a WARNING or CRITICAL one.
 * 0, or -1 with ERR_MEMORY. Free with advisor_free. */
int advisor_begin(const struct rules *rules, const struct samples *s, const struct verdict *v,
	struct advisor *a, struct err *e);
void advisor_free(struct advisor *a);

/* Append requests, in the order of the services. For descriptions of chosen services that nobody
 * asked for before. For their task definitions, each once: s receives them, pending. For a week of
 * both metrics of those whose size and host are known and that have been there for a day. 0, or -1
 * as request_list_add or with ERR_MEMORY. */
int advisor_want_descriptions(const struct advisor *a, const struct samples *s,
	struct request_list *out, struct err *e);
int advisor_want_tasks(const struct advisor *a, struct samples *s, struct request_list *out,
	struct err *e);
int advisor_want_series(const struct advisor *a, const struct samples *s, struct request_list *out,
	struct err *e);

/* Fills the advice by all that was learned; week has the series. */
void advisor_judge(struct advisor *a, const struct samples *s, const struct detail *week);

#endif
