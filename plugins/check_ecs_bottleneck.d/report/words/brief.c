#include "config.h"

#include "report/words/brief.h"

#include "base/text.h"
#include "base/time.h"

#include <string.h>

enum { DAY_S = 24 * 60 * 60 };

void report_add_brief_time(const struct report_input *in, int64_t epoch_s, struct buf *out) {
	char text[TIME_MINUTE_BYTES];
	bool is_recent = in->samples->now_s - epoch_s < DAY_S;
	(void)time_format_minute(epoch_s, text);
	buf_adds(out, text + strlen(is_recent ? "YYYY-MM-DD " : "YYYY-"));
}

const char *report_without_service(const char *text, const char *name) {
	static const char before[] = "(service ";
	static const char behind[] = ") ";
	const char *at = text + strlen(before);
	if (!text_starts_with(text, before) || !text_starts_with(at, name) ||
		!text_starts_with(at + strlen(name), behind))
		return text;
	return at + strlen(name) + strlen(behind);
}
