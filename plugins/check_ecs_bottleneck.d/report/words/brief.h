/* Words for the rows of a screen, which have little room. */
#ifndef REPORT_WORDS_BRIEF_H
#define REPORT_WORDS_BRIEF_H

#include "report/words/input.h"

/* Appends a time in UTC, "23:00Z", with month and day from a day before the run on:
 * "11-21 23:00Z". */
void report_add_brief_time(const struct report_input *in, int64_t epoch_s, struct buf *out);

/* What follows "(service NAME) " if the text begins with that, as ECS's events do, else the text:
 * the row has the name. Borrowed. */
const char *report_without_service(const char *text, const char *name);

#endif
