#include "config.h"

#include "term/sparkline.h"

#include <math.h>

enum { LEVELS = 8, FULL_SCALE = 100 };

static double share_maximum(const double *values, size_t from, size_t to) {
	double top = NAN;
	for (size_t i = from; i < to; i++)
		if (!isnan(values[i]) && !(values[i] <= top))
			top = values[i];
	return top;
}

static int level(double value) {
	if (value <= 0)
		return 0;
	if (value >= FULL_SCALE)
		return LEVELS - 1;
	return (int)(value / FULL_SCALE * LEVELS);
}

void sparkline_add(struct buf *out, const double *values, size_t n, bool utf8) {
	static const char *const blocks[LEVELS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const ascii[LEVELS] = {"_", ".", "-", "=", "+", "*", "%", "#"};
	size_t cells = n < SPARKLINE_MOST_CELLS ? n : SPARKLINE_MOST_CELLS;
	buf_adds(out, utf8 ? "" : "[");
	for (size_t i = 0; i < cells; i++) {
		double top = share_maximum(values, i * n / cells, (i + 1) * n / cells);
		if (isnan(top))
			buf_adds(out, utf8 ? "·" : " ");
		else
			buf_adds(out, utf8 ? blocks[level(top)] : ascii[level(top)]);
	}
	buf_adds(out, utf8 ? "" : "]");
}
