/* Recorded series: files of `timestamp,value` lines below a header line. */
#ifndef STANDIN_CSV_H
#define STANDIN_CSV_H

#include "series.h"
#include "text.h"

/* Add the samples of the file at `path` to `series`, shifted in time so that the newest lies in
 * `last_minute` (minutes since 1970). False with the reason in `why`, which the caller frees. */
bool csv_read(const char *path, int64_t last_minute, struct series *series, struct text *why);

#endif
