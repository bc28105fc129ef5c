/* What CloudWatch said beside its values. */
#ifndef REPORT_REMARKS_H
#define REPORT_REMARKS_H

#include "model/samples.h"

/* Appends a line for each remark. */
void report_add_remarks(const struct samples *s, struct buf *out);

#endif
