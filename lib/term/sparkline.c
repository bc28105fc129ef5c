#include "config.h"

#include "term/sparkline.h"

#include <math.h>

enum { LEVELS = 8, FULL_SCALE = 100, MAX_BYTES = 3 /* of a cell */ };

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
	if (value >= (double)FULL_SCALE)
		return LEVELS - 1;
	double share = value / (double)FULL_SCALE;
	double steps = share * (double)LEVELS;
	return (int)steps;
}

void sparkline_add(struct buf *out, const double *values, size_t n, bool utf8) {
	static const char *const blocks[LEVELS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const ascii[LEVELS] = {"_", ".", "-", "=", "+", "*", "%", "#"};
	size_t cells = n < SPARKLINE_MAX_CELLS ? n : SPARKLINE_MAX_CELLS;
	char text[SPARKLINE_MAX_CELLS * MAX_BYTES];
	size_t len = 0;
	buf_adds(out, utf8 ? "" : "[");
	for (size_t i = 0; i < cells; i++) {
		double top = share_maximum(values, i * n / cells, (i + 1) * n / cells);
		const char *const *levels = utf8 ? blocks : ascii;
		const char *cell = isnan(top) ? utf8 ? "·" : " " : levels[level(top)];
		for (; *cell; cell++)
			text[len++] = *cell;
	}
	buf_add(out, text, len);
	buf_adds(out, utf8 ? "" : "]");
}
