#include "config.h"

#include "report/words/console_link.h"

#include "base/text.h"
#include "base/time.h"

/* A string in the console's notation: ~%27, then the text; every byte except letters, digits, '-',
 * '_' and '.' becomes '*' and two hex digits. */
static void add_text(struct buf *out, const char *s) {
	static const char hex[] = "0123456789abcdef";
	buf_adds(out, "~%27");
	while (*s) {
		const char *plain = s;
		while (text_is_alnum(*s) || *s == '-' || *s == '_' || *s == '.')
			s++;
		buf_add(out, plain, (size_t)(s - plain));
		if (!*s)
			break;
		unsigned char c = (unsigned char)*s++;
		const char escape[] = {'*', hex[c >> 4], hex[c & 0xFU]};
		buf_add(out, escape, sizeof escape);
	}
}

void console_link_add(struct buf *out, const struct console_graph *g) {
	const int64_t shortest_s = (int64_t)3 * 60 * 60;
	const struct window *w = g->window;
	bool is_short = w->end_s - w->start_s < shortest_s;
	char start[TIME_ISO_BYTES];
	char end[TIME_ISO_BYTES];
	if (!*g->host)
		return;
	buf_adds(out, "https://");
	buf_adds(out, g->host);
	buf_adds(out, "/cloudwatch/home?region=");
	buf_adds(out, g->region);
	buf_adds(out, "#metricsV2:graph=~(metrics~(~(");
	add_text(out, "AWS/ECS");
	add_text(out, metric_aws_name(g->metric));
	add_text(out, "ServiceName");
	add_text(out, g->service);
	add_text(out, "ClusterName");
	add_text(out, g->cluster);
	buf_addf(out, "))~period~%lld~stat", (long long)w->period_s);
	add_text(out, g->statistic);
	buf_adds(out, "~region");
	add_text(out, g->region);
	buf_adds(out, "~view~%27timeSeries~stacked~false~start");
	add_text(out, time_format_iso(is_short ? w->end_s - shortest_s : w->start_s, start));
	buf_adds(out, "~end");
	add_text(out, time_format_iso(w->end_s, end));
	buf_addc(out, ')');
}
