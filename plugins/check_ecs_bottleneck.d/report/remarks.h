/* CloudWatch's messages besides its values. */
#ifndef REPORT_REMARKS_H
#define REPORT_REMARKS_H

#include "model/samples.h"

/* Appends one line per remark. */
void report_add_remarks(const struct samples *s, struct buf *out);

#endif
