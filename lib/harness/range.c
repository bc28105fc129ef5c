#include "config.h"

#include "harness/range.h"

#include "base/num.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

/* For "%.*s": what a message has room for. */
enum { MAX_SHOWN = 80 };
#define SHOWN(s) (int)text_fitting((s), MAX_SHOWN), (s)

static int parse_end(const char *s, size_t n, double *value) {
	if (n > 0 && s[n - 1] == '%')
		n--;
	return num_parse(s, n, value);
}

/* What to write instead, by what is wrong. */
static const char *right_form(const char *s) {
	if (strchr(s, ','))
		return "a decimal point, not a comma, and one range for each option";
	if (*s == '>' || *s == '<')
		return *s == '<' ? "10: to alert below 10" : "80 to alert above 80";
	if (*s == '/' || *s == '~')
		return "decimal numbers as in 80, 10:90, ~:90 or @10:20, and quote ~ for the shell";
	return "decimal numbers as in 80, 10:90, ~:90 or @10:20";
}

int range_parse(const char *s, struct range *out, struct err *e) {
	struct range r = {.start = 0, .end = INFINITY};
	const char *text = s;
	if (*text == '@') {
		r.inside = true;
		text++;
	}
	const char *colon = strchr(text, ':');
	const char *end = colon ? colon + 1 : text;
	size_t start_len = colon ? (size_t)(colon - text) : 0;
	bool open_start = start_len == 1 && *text == '~';
	if (!*s)
		return err_set(e, ERR_SYNTAX,
			"a number is missing; write 80, 10:90, ~:90 or @10:20");
	if (start_len == 0 && *end == '\0')
		return err_set(e, ERR_SYNTAX,
			"'%.*s' is not a valid range: a number is missing; write 80, 10:90, ~:90 or @10:20",
			SHOWN(s));
	if (open_start)
		r.start = -INFINITY;
	if ((start_len > 0 && !open_start && parse_end(text, start_len, &r.start)) ||
		(*end && parse_end(end, strlen(end), &r.end)))
		return err_set(e, ERR_SYNTAX, "'%.*s' is not a valid range: write %s", SHOWN(s),
			right_form(s));
	if (r.start > r.end && !colon)
		return err_set(e, ERR_SYNTAX,
			"'%.*s' is not a valid range: a plain number is the end of 0:END; write ~:%.*s",
			SHOWN(s), SHOWN(text));
	if (r.start > r.end)
		return err_set(e, ERR_SYNTAX,
			"'%.*s' is not a valid range: its start is above its end; write %s%.*s:%.*s",
			SHOWN(s), r.inside ? "@" : "", SHOWN(end),
			start_len < MAX_SHOWN ? (int)start_len : MAX_SHOWN, text);
	*out = r;
	return 0;
}

bool range_is_valid(const char *s) {
	struct range ignored;
	return range_parse(s, &ignored, NULL) == 0;
}

bool range_is_never(const struct range *r) {
	return isinf(r->start) && isinf(r->end) && !r->inside;
}

bool range_breaches(const struct range *r, double value) {
	bool within = value >= r->start && value <= r->end;
	return within == r->inside;
}

bool range_exceeds(const struct range *r, double value) {
	return !r->inside && value > r->end;
}

double range_limit(const struct range *r) {
	if (!r->inside)
		return r->end;
	return isinf(r->end) && !isinf(r->start) ? r->start : INFINITY;
}

void range_format(const struct range *r, struct buf *out) {
	char text[NUM_TEXT_BYTES];
	if (range_is_never(r))
		return;
	bool plain = !r->inside && !isinf(r->end) && !(r->start < 0) && !(r->start > 0);
	if (plain) {
		buf_adds(out, num_format_exact(r->end, text));
		return;
	}
	if (r->inside)
		buf_addc(out, '@');
	buf_adds(out, isinf(r->start) ? "~" : num_format_exact(r->start, text));
	buf_addc(out, ':');
	if (!isinf(r->end))
		buf_adds(out, num_format_exact(r->end, text));
}
