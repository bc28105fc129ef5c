/* Options about what to do: which size would do, and when growth reaches a limit. */
#include "config.h"

#include "options/draft.h"

#include "options/word_list.h"

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
