/* Steady growth, in words. */
#ifndef REPORT_WORDS_GROWTH_H
#define REPORT_WORDS_GROWTH_H

#include "report/words/input.h"

/* Appends "at 95% in 2 d 4 h"; "at 95% now". */
void report_add_reached(const struct forecast *f, struct buf *out);

/* Appends "grows 8.1 points a day since 2026-11-24 03:00Z, at 95% in 2 d 4 h". */
void report_add_growth(const struct forecast *f, struct buf *out);

/* The forecast of a series, borrowed from the samples; running tasks have none. */
const struct forecast *report_forecast_of(const struct report_input *in,
	const struct series_verdict *v);

#endif
