#include "config.h"

#include "report/json_advice.h"

#include "base/time.h"
#include "report/words/advice.h"
#include "report/words/growth.h"

#include <math.h>

static const double day_s = 86400;

/* A size that the task does not have is null. */
static void write_size(struct json_writer *w, const char *name, int64_t size) {
	if (size > 0)
		json_write_whole(w, name, size);
	else
		json_write_null(w, name);
}

/* What is known only of advice that was given. */
static void write_known(struct json_writer *w, const struct advice *a) {
	write_size(w, "cpu", a->size.cpu_units);
	write_size(w, "memory", a->size.memory_mib);
	json_write_number(w, "used_cpu", a->used_cpu);
	json_write_number(w, "used_memory", a->used_memory);
	json_write_number(w, "days", round(100 * (double)a->data_s / day_s) / 100);
	write_size(w, "suggest_cpu", a->suggested.cpu_units);
	write_size(w, "suggest_memory", a->suggested.memory_mib);
}

void report_json_advice(struct json_writer *w, const struct report_input *in, size_t service) {
	const struct advice nothing = {.used_cpu = NAN, .used_memory = NAN};
	struct buf reason;
	if (in->rules->advise == ADVISE_NONE)
		return;
	const struct service_advice *x = in->advisor && in->advisor->items
		? &in->advisor->items[service]
		: NULL;
	if (!x || !x->is_asked) {
		json_write_null(w, "advice");
		return;
	}
	json_begin_object(w, "advice");
	json_write_string(w, "verdict",
		advice_word(x->is_known ? x->advice.verdict : ADVICE_UNKNOWN));
	write_known(w, x->is_known ? &x->advice : &nothing);
	buf_init(&reason, REPORT_MAX_BYTES);
	report_add_advice_reason(in, service, &reason);
	json_write_string(w, "reason", reason.len > 0 ? buf_str(&reason) : NULL);
	buf_fail_with(w->out, &reason);
	buf_free(&reason);
	json_end_object(w);
}

void report_json_forecast(struct json_writer *w, const struct report_input *in,
	const struct series_verdict *v) {
	const struct forecast *f = report_forecast_of(in, v);
	char since[TIME_ISO_BYTES];
	char reaches[TIME_ISO_BYTES];
	if (in->rules->forecast_s == 0)
		return;
	if (!f->grows) {
		json_write_null(w, "forecast");
		return;
	}
	json_begin_object(w, "forecast");
	json_write_number(w, "per_day", f->per_day);
	json_write_string(w, "since", time_format_iso(f->since_s, since));
	json_write_string(w, "reaches", time_format_iso(in->samples->now_s + f->left_s, reaches));
	json_write_whole(w, "seconds", f->left_s);
	json_end_object(w);
}
