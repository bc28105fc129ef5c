/* When a series that grows steadily reaches the upper end of its critical range. */
#ifndef MODEL_FORECAST_H
#define MODEL_FORECAST_H

#include <stdbool.h>
#include <stdint.h>

/* Zeroed: not asked for, or nothing to say. */
struct forecast {
	bool is_known;   /* its data were asked for and are complete */
	bool grows;      /* false: the others are 0 */
	double per_day;  /* percentage points */
	int64_t since_s; /* the start of the first period that counts */
	int64_t left_s;  /* from now to the limit; 0: it is there */
	double limit;    /* in percent */
};

#endif
