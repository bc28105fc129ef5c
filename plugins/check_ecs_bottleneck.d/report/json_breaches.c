#include "config.h"

#include "report/json_breaches.h"

#include "base/time.h"
#include "judge/closer_look.h"
#include "report/words/lasting.h"
#include "report/words/lasting_text.h"

#include <math.h>

static void write_time(struct json_writer *w, const char *name, int64_t epoch_s) {
	char text[TIME_ISO_BYTES];
	json_write_string(w, name, time_format_iso(epoch_s, text));
}

static void write_seconds(struct json_writer *w, const char *name, bool known, int64_t seconds) {
	if (known)
		json_write_whole(w, name, seconds);
	else
		json_write_null(w, name);
}

/* The same as in text; null where the points cannot tell. */
static void write_lasting(struct json_writer *w, const struct report_input *in,
	const struct series_verdict *v, const struct series_lasting *l) {
	const struct lasting *found = &l->found;
	bool tells = found->tells_time;
	struct buf words;
	buf_init(&words, REPORT_MAX_BYTES);
	if (found->breaching > 0)
		lasting_text_add(found, &l->points, &words);
	if (v->held_until_s > 0)
		lasting_text_add_held(&words, in->samples->now_s - v->held_until_s,
			in->rules->window.recover_s);
	json_write_string(w, "lasting", words.len > 0 ? buf_str(&words) : NULL);
	buf_fail_with(w->out, &words);
	buf_free(&words);
	write_seconds(w, "above_s", tells, found->total_s);
	write_seconds(w, "longest_run_s", tells, lasting_run_s(&found->longest));
	write_seconds(w, "current_run_s", tells && !found->data_ended,
		found->is_present ? lasting_run_s(&found->newest) : 0);
	if (tells && found->breaching > 0 && !found->is_present && !found->data_ended)
		write_time(w, "ended", found->newest.to_s);
	else
		json_write_null(w, "ended");
	json_write_number(w, "average_then", l->average.then);
}

void report_json_breaches(struct json_writer *w, const struct report_input *in,
	const struct series_verdict *v) {
	const struct breaches *b = &v->breaches;
	struct series_lasting l = {.average = {NAN, NAN}};
	if (series_has_shown(v))
		series_lasting_find(in->rules, in->samples, in->detail, v, &l);
	json_write_string(w, "pattern", report_pattern_name(l.found.word));
	if (b->count > 0) {
		json_write_whole(w, "longest_run", (int64_t)b->longest_run);
		write_time(w, "last_breach", b->last_s);
	} else {
		json_write_null(w, "longest_run");
		json_write_null(w, "last_breach");
	}
	write_lasting(w, in, v, &l);
}

/* What --recover makes of it. */
void report_json_held(struct json_writer *w, const struct series_verdict *v) {
	bool by_points = v->reason == REASON_POINTS && series_has_shown(v);
	json_write_string(w, "rule_state", by_points ? state_name(v->rule_state) : NULL);
	if (v->held_until_s > 0)
		write_time(w, "held_until", v->held_until_s);
	else
		json_write_null(w, "held_until");
}
