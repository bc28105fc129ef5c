#include "config.h"

#include "report/row_link.h"

#include "report/series.h"

#include <string.h>

void report_add_url(const struct report_input *in, const struct series_verdict *v,
	struct buf *out) {
	struct buf line;
	buf_init(&line, REPORT_MAX_BYTES);
	report_add_link(in, v, "", &line);
	const char *url = buf_str(&line) + strspn(buf_str(&line), " ");
	buf_add(out, url, strcspn(url, "\n"));
	buf_fail_with(out, &line);
	buf_free(&line);
}
