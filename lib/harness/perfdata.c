#include "config.h"

#include "harness/perfdata.h"

#include "base/text.h"

#include <string.h>

enum { LONGEST_LABEL = 300 };

void perfdata_add_label(struct buf *out, const char *label) {
	struct buf clean;
	buf_init(&clean, 4 * LONGEST_LABEL);
	text_add_clean(&clean, label, LONGEST_LABEL);
	for (size_t i = 0; i < clean.len; i++)
		if (clean.data[i] == '\'' || clean.data[i] == '=')
			clean.data[i] = '_';
	const char *quote = strpbrk(buf_str(&clean), " ;") ? "'" : "";
	buf_addf(out, "%s%s%s", quote, buf_str(&clean), quote);
	buf_fail_with(out, &clean);
	buf_free(&clean);
}

void perfdata_add_percent(struct buf *out, const char *label, const char *value,
	const struct range *warning, const struct range *critical) {
	perfdata_add_label(out, label);
	buf_addf(out, "=%s%%;", value);
	range_format(warning, out);
	buf_addc(out, ';');
	range_format(critical, out);
	buf_adds(out, ";0");
}

void perfdata_add_count(struct buf *out, const char *label, size_t count) {
	perfdata_add_label(out, label);
	buf_addf(out, "=%zu;;;0", count);
}
