#include "config.h"

#include "options/draft.h"

#include "options/word_list.h"

#include "base/num.h"
#include "harness/output_bound.h"

#include <string.h>

enum { ON, OFF, NEITHER };

/* What other programs call it: "off" in place of a word of this option's own. */
static int read_switch(const char *value) {
	static const char words[] = "on yes true off no false";
	int found = word_list_find(words, value, strlen(value));
	return found < 0 ? NEITHER : found < 3 ? ON : OFF;
}

int apply_perfdata(struct draft *d, const char *value, struct err *e) {
	if (read_switch(value) == OFF) {
		d->style->perfdata = PERFDATA_NONE;
		return 0;
	}
	int place = word_list_choose("--perfdata", value, PERFDATA_WORDS, e);
	if (place >= 0)
		d->style->perfdata = (enum perfdata_choice)place;
	return place < 0 ? -1 : 0;
}

int apply_format(struct draft *d, const char *value, struct err *e) {
	int place = word_list_choose("--output-format", value, FORMAT_WORDS, e);
	if (place >= 0)
		d->style->format = (enum report_format)place;
	return place < 0 ? -1 : 0;
}

static int apply_terminal_choice(const char *option, const char *value, enum terminal_choice *out,
	struct err *e) {
	int given = read_switch(value);
	if (given != NEITHER) {
		*out = given == ON ? TERMINAL_ALWAYS : TERMINAL_NEVER;
		return 0;
	}
	int place = word_list_choose(option, value, TERMINAL_WORDS, e);
	if (place >= 0)
		*out = (enum terminal_choice)place;
	return place < 0 ? -1 : 0;
}

int apply_chart(struct draft *d, const char *value, struct err *e) {
	return apply_terminal_choice("--chart", value, &d->style->chart, e);
}

int apply_color(struct draft *d, const char *value, struct err *e) {
	return apply_terminal_choice("--color", value, &d->style->colour, e);
}

int apply_links(struct draft *d, const char *value, struct err *e) {
	return apply_terminal_choice("--links", value, &d->style->links, e);
}

int apply_max_output(struct draft *d, const char *value, struct err *e) {
	return output_bound_parse(value, &d->style->max_output, e);
}

int apply_interval(struct draft *d, const char *value, struct err *e) {
	return draft_read_duration("--interval", value, "5m, 1h or 1d", &d->style->interval_s, e);
}

int apply_verbose(struct draft *d, const char *value, struct err *e) {
	(void)value;
	(void)e;
	d->style->verbosity += d->style->verbosity < 3;
	return 0;
}
