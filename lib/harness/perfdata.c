#include "config.h"

#include "harness/perfdata.h"

#include "base/num.h"
#include "base/text.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { MAX_LABEL = 300 };

static void add_label(struct buf *out, const char *label) {
	size_t start = out->len;
	text_add_clean(out, label, MAX_LABEL);
	if (out->failed)
		return;
	bool needs_quotes = false;
	for (size_t i = start; i < out->len; i++) {
		char *c = &out->data[i];
		if (*c == '\'' || *c == '=')
			*c = '_';
		needs_quotes = needs_quotes || *c == ' ' || *c == ';';
	}
	if (!needs_quotes)
		return;
	buf_adds(out, "''");
	if (out->failed)
		return;
	memmove(out->data + start + 1, out->data + start, out->len - start - 2);
	out->data[start] = '\'';
}

void perfdata_add_thresholds(struct buf *out, const struct range *warning,
	const struct range *critical) {
	range_format(warning, out);
	buf_addc(out, ';');
	range_format(critical, out);
}

/* Icinga Web draws no pie of a value beyond its maximum, which is 100 unless an item says more. */
static void add_maximum(struct buf *out, const char *value) {
	const double hundred = 100;
	char text[NUM_TEXT_BYTES];
	double number = 0;
	if (num_parse(value, strlen(value), &number) || number <= hundred)
		return;
	double hundreds = number / hundred;
	buf_addf(out, ";%s", num_format_fixed(hundred * ceil(hundreds), 0, text));
}

void perfdata_add_percent(struct buf *out, const char *label, const char *value,
	const char *thresholds) {
	add_label(out, label);
	buf_addc(out, '=');
	buf_adds(out, value);
	buf_adds(out, "%;");
	buf_adds(out, thresholds);
	buf_adds(out, ";0");
	add_maximum(out, value);
}

void perfdata_add_count(struct buf *out, const char *label, size_t count) {
	add_label(out, label);
	buf_addf(out, "=%zu;;;0", count);
}

void perfdata_add_seconds(struct buf *out, const char *label, int64_t seconds) {
	add_label(out, label);
	buf_addf(out, "=%llds", (long long)seconds);
}
