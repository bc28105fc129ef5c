#include "config.h"

#include "model/rules.h"

bool rules_have_series(const struct rules *r) {
	int m = 0;
	while (m < METRICS && !r->metrics[m])
		m++;
	return m < METRICS;
}
