#include "config.h"

#include "report/words/first_line.h"

#include "model/selection.h"
#include "report/words/parts.h"
#include "report/words/series.h"
#include "term/tty.h"

#include <limits.h>
#include <string.h>

enum { COLUMNS_AT_TERMINAL = 79, COLUMNS_ELSEWHERE = 120, MIN_NAMES_COLUMNS = 24 };

bool report_is_about_one(const struct rules *rules) {
	return rules && rules->include.count == 1 && pattern_is_name(rules->include.items[0]);
}

int report_max_columns(const struct style *style, bool to_terminal) {
	/* A document is the same wherever it is printed. */
	bool at_terminal = to_terminal && style->format != FORMAT_JSON;
	return at_terminal ? COLUMNS_AT_TERMINAL : COLUMNS_ELSEWHERE;
}

static int columns_of(const struct buf *text) {
	return tty_width(buf_str(text), text->len);
}

void report_add_fitting_name(const char *name, int columns, struct buf *out) {
	struct buf whole;
	buf_init(&whole, REPORT_MAX_BYTES);
	report_add_name(&whole, name);
	bool fits = columns_of(&whole) <= columns;
	buf_add(out, buf_str(&whole),
		fits ? whole.len : tty_fitting(buf_str(&whole), columns - (int)strlen("...")));
	buf_adds(out, fits ? "" : "...");
	buf_fail_with(out, &whole);
	buf_free(&whole);
}

static int name_columns(const char *name) {
	struct buf whole;
	buf_init(&whole, REPORT_MAX_BYTES);
	report_add_name(&whole, name);
	int columns = columns_of(&whole);
	buf_free(&whole);
	return columns;
}

/* The columns for the cluster's name. The shorter of two names stays whole if it can. */
static int cluster_share(int cluster, int service, int columns) {
	int half = columns / 2;
	if (cluster <= half || cluster + service <= columns)
		return cluster;
	return service <= half ? columns - service : half;
}

/* Both names within so many columns. */
static void add_prefix(const struct report_prefix *p, int columns, struct buf *out) {
	buf_addf(out, "ECS %s - ", state_name(p->state));
	if (!p->cluster)
		return;
	if (report_is_about_one(p->rules)) {
		const char *service = p->rules->include.items[0];
		int share = cluster_share(name_columns(p->cluster), name_columns(service), columns);
		report_add_fitting_name(p->cluster, share, out);
		buf_addc(out, '/');
		report_add_fitting_name(service, columns - share, out);
	} else {
		report_add_fitting_name(p->cluster, columns, out);
	}
	buf_adds(out, ": ");
}

void report_add_prefix(enum state state, const char *cluster, const struct rules *rules,
	struct buf *out) {
	const struct report_prefix p = {.state = state, .cluster = cluster, .rules = rules};
	add_prefix(&p, INT_MAX / 2, out);
}

/* Returns where the prefix ends. */
static size_t shorten_prefix(const struct report_prefix *prefix, int columns, size_t from,
	struct buf *line) {
	struct buf made;
	int excess = columns_of(line) - columns;
	if (!prefix->cluster || excess <= 0 || line->failed)
		return from;
	int before = tty_width(buf_str(line), from);
	int words = columns_of(line) - before;
	if (!prefix->text_is_kept && words > columns / 2)
		words = columns / 2;
	/* What is no name. */
	int fixed = (int)(strlen("ECS ") + strlen(state_name(prefix->state)) + strlen(" - : ")) +
		report_is_about_one(prefix->rules);
	int names = columns - words - fixed;
	buf_init(&made, REPORT_MAX_BYTES);
	add_prefix(prefix, names > MIN_NAMES_COLUMNS ? names : MIN_NAMES_COLUMNS, &made);
	if (made.len < from) {
		size_t end = made.len;
		buf_adds(&made, buf_str(line) + from);
		buf_truncate(line, 0);
		buf_adds(line, buf_str(&made));
		from = end;
	}
	buf_fail_with(line, &made);
	buf_free(&made);
	return from;
}

bool report_shorten_first_line(const struct report_prefix *prefix, int columns, size_t from,
	struct buf *line) {
	size_t end = shorten_prefix(prefix, columns, from, line);
	return !prefix->text_is_kept && report_shorten_line(line, end, columns);
}
