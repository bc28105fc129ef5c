#include "config.h"

#include "collect/counts.h"

void counts_take(const struct collect_scope *scope, struct collect_counts *out) {
	const struct samples *s = scope->samples;
	*out = (struct collect_counts){.services = s->service_count,
		.all_listed = s->list_complete};
	for (size_t i = 0; i < s->service_count; i++)
		for (int m = 0; m < METRICS; m++) {
			enum series_status status = s->services[i].series[m].status;
			out->series += status != SERIES_NOT_WANTED;
			out->settled += status == SERIES_COMPLETE || status == SERIES_FAILED;
		}
	for (size_t i = 0; i < s->service_count && scope->rules->metrics[METRIC_TASKS]; i++) {
		out->series++;
		out->settled += s->services[i].description.status != DESCRIPTION_PENDING;
	}
}
