/* A series as one short line of block characters. */
#ifndef TERM_SPARKLINE_H
#define TERM_SPARKLINE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum { SPARKLINE_MAX_CELLS = 25 };

/* Appends n values (oldest first, NAN: no point) as at most 25 cells, each the maximum of its
 * share; scale 0-100, greater values fill the cell. A share without points is a middle dot. utf8
 * false: ASCII characters of increasing density in brackets, a blank for no point. */
void sparkline_add(struct buf *out, const double *values, size_t n, bool utf8);

#endif
