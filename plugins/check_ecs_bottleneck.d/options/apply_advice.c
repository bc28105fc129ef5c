/* Options about what to do: which size would do, and when growth reaches a limit. */
#include "config.h"

#include "options/draft.h"

#include "options/word_list.h"

#include <math.h>
#include <string.h>

int apply_forecast(struct draft *d, const char *value, struct err *e) {
	return draft_read_duration("--forecast", value, "12h, 2d or 1w", &d->rules->forecast_s, e);
}

int apply_advise(struct draft *d, const char *value, struct err *e) {
	int found = value ? word_list_find(ADVISE_WORDS, value, strlen(value)) : 0;
	if (found < 0)
		return word_list_refuse("--advise", value, ADVISE_WORDS, NULL, e);
	d->rules->advise = found == 0 ? ADVISE_PROBLEMS : ADVISE_ALL;
	return 0;
}

int draft_check_forecast(const struct rules *rules, struct err *e) {
	static const enum metric growing[] = {METRIC_MEMORY, METRIC_EBS};
	const struct service_thresholds general = thresholds_general(&rules->thresholds);
	if (!rules->metrics[METRIC_MEMORY] && !rules->metrics[METRIC_EBS])
		return err_set(e, ERR_USAGE,
			"--forecast is about memory and ebs, of which none is checked; add one with -m");
	for (size_t i = 0; i < sizeof growing / sizeof growing[0]; i++)
		if (rules->metrics[growing[i]] &&
			isinf(range_limit(&general.by[growing[i]][THRESHOLD_CRITICAL]->range)))
			return err_set(e, ERR_USAGE,
				"--forecast needs a critical range with an upper end for %s; write -C %s=95",
				metric_name(growing[i]), metric_name(growing[i]));
	return 0;
}
