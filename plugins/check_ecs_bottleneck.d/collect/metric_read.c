#include "config.h"

#include "base/text.h"
#include "collect/metric_fetch_state.h"

#include <stdlib.h>
#include <string.h>

enum {
	MAX_DETAIL_CHARS = 300,
	MAX_CODE_CHARS = 80,
	MAX_REASON_BYTES = 4 * (MAX_DETAIL_CHARS + MAX_CODE_CHARS) + 200
};

struct series *metric_series_of(struct metric_fetch *f, size_t want) {
	const struct request *r = &f->wants[want].request;
	if (f->into)
		return &f->into->items[want].points;
	return &f->scope->samples->services[r->service].series[r->metric];
}

const struct window *metric_window_of(const struct metric_fetch *f) {
	return f->into ? &f->into->window : &f->scope->samples->window;
}

/* detail: CloudWatch's text, or NULL. */
static void fail_series(struct series *x, const char *what, const char *detail) {
	struct buf why;
	buf_init(&why, MAX_REASON_BYTES);
	buf_adds(&why, what);
	if (detail) {
		buf_adds(&why, ": ");
		text_add_foreign(&why, detail, MAX_DETAIL_CHARS);
	}
	series_fail(x, buf_str(&why));
	buf_free(&why);
}

/* A copy of CloudWatch's text, cleaned for display, or NULL if memory runs out. */
static char *copy_words(const char *words) {
	struct buf shown;
	buf_init(&shown, MAX_REASON_BYTES);
	text_add_foreign(&shown, words, MAX_DETAIL_CHARS);
	char *kept = buf_take(&shown);
	buf_free(&shown);
	return kept;
}

static void on_fault(void *ctx, size_t number, const char *why) {
	struct metric_fetch *f = ctx;
	struct err e;
	if (metric_series_of(f, number)->status != SERIES_PENDING)
		return;
	(void)err_set(&e, ERR_SYNTAX, "%s", why);
	client_explain_malformed(f->scope->client, OPERATION_GET_METRIC_DATA, &e);
	series_fail(metric_series_of(f, number), e.message);
}

static int on_result(void *ctx, size_t number, enum cloudwatch_status status) {
	struct metric_fetch *f = ctx;
	const struct metric_batch *b = f->current;
	if (number < b->first || number >= b->first + b->count ||
		f->wants[number].round != b->round)
		return -1;
	struct metric_want *w = &f->wants[number];
	if (w->answer == f->answers)
		on_fault(f, number, "a series twice in one answer");
	w->answer = f->answers;
	w->status = status;
	w->internal_error = w->internal_error || status == CLOUDWATCH_INTERNAL_ERROR;
	return 0;
}

static void on_point(void *ctx, size_t number, int64_t time_s, double value) {
	struct metric_fetch *f = ctx;
	const struct request *r = &f->wants[number].request;
	const struct samples *s = f->scope->samples;
	const struct series_ranges ranges = service_ranges(&s->services[r->service], r->metric);
	const struct window *w = metric_window_of(f);
	size_t i;
	bool is_of_filling = window_index(w, time_s, &i) && window_is_filling(w, i);
	if (is_of_filling && r->statistic->kind != STATISTIC_MAXIMUM)
		return; /* on the grid for another metric's Maximum: no value is final yet */
	(void)series_add_point(metric_series_of(f, number), w, &ranges, time_s, value);
}

static const char *words_of(const struct cloudwatch_message *m) {
	return *m->text ? m->text : *m->code ? m->code : "a message without text";
}

/* Keeps the first message: it is the explanation if there is no data. */
static void store_first_message(char **kept, const struct cloudwatch_message *m) {
	if (!*kept)
		*kept = copy_words(words_of(m));
}

/* Cleaning long texts takes time, and no run needs more messages than this. */
enum { MAX_MESSAGES_TAKEN = 200 };
static const char not_shown[] =
	"CloudWatch sent too many messages to show the one about this series";

static void on_message(void *ctx, size_t number, const struct cloudwatch_message *m) {
	struct metric_fetch *f = ctx;
	struct metric_want *w = &f->wants[number];
	struct samples *s = f->scope->samples;
	struct err e;
	if (f->messages_taken == MAX_MESSAGES_TAKEN) {
		if (!w->message)
			w->message = text_dup(not_shown, strlen(not_shown));
		return;
	}
	f->messages_taken++;
	char *words = copy_words(words_of(m));
	bool is_known = w->message && words && strcmp(w->message, words) == 0;
	free(words);
	if (is_known)
		return; /* repeated from the page before */
	store_first_message(&w->message, m);
	if (f->into)
		return;
	if (samples_add_remark(s, m->code, m->text, s->services[w->request.service].name,
		    w->request.metric, &e))
		series_fail(metric_series_of(f, number), e.message);
}

/* Codes of call-wide messages that mean: series may be missing, but those present are complete. AWS
 * documents the text of the first; the others are known from Grafana's reader of these answers. Its
 * MaxQueryTimeRangeExceeded is not one of them: points are missing. */
static bool leaves_series_whole(const char *code) {
	static const char *const codes[] = {"MaxMetricsExceeded", "MaxQueryResultsExceeded",
		"MaxMatchingResultsExceeded"};
	size_t i = 0;
	while (i < sizeof codes / sizeof codes[0] && strcmp(codes[i], code) != 0)
		i++;
	return i < sizeof codes / sizeof codes[0];
}

static void on_call_message(void *ctx, const struct cloudwatch_message *m) {
	struct metric_fetch *f = ctx;
	struct samples *s = f->scope->samples;
	struct buf line;
	struct err e;
	store_first_message(&f->current->remark, m);
	if (f->into) {
		f->current->lacks_points = f->current->lacks_points ||
			!leaves_series_whole(m->code);
		return;
	}
	if (leaves_series_whole(m->code)) {
		if (samples_add_remark(s, m->code, m->text, NULL, METRIC_CPU, &e))
			samples_add_failure(s, e.message);
		return;
	}
	buf_init(&line, MAX_REASON_BYTES);
	buf_adds(&line, "CloudWatch sent a message that this check does not recognise: ");
	text_add_foreign(&line, *m->text ? m->text : "no text", MAX_DETAIL_CHARS);
	buf_adds(&line, " (");
	text_add_foreign(&line, *m->code ? m->code : "no code", MAX_CODE_CHARS);
	buf_adds(&line, ")");
	samples_add_failure(s, buf_str(&line));
	buf_free(&line);
}

/* Fails the series whose status means neither data nor a retry. */
static void fail_unusable(struct metric_fetch *f) {
	const struct metric_batch *b = f->current;
	for (size_t i = b->first; i < b->first + b->count; i++) {
		const struct metric_want *w = &f->wants[i];
		if (w->answer != f->answers)
			continue;
		if (w->status == CLOUDWATCH_FORBIDDEN)
			fail_series(metric_series_of(f, i),
				"not permitted to read this metric: check the IAM action cloudwatch:GetMetricData",
				w->message);
		else if (w->status == CLOUDWATCH_UNKNOWN_STATUS)
			fail_series(metric_series_of(f, i),
				"CloudWatch gave this series a status that this check does not recognise",
				w->message);
	}
}

int metric_read(struct metric_fetch *f, const json *document, const char **next_token,
	struct err *e) {
	const struct cloudwatch_visitor visitor = {.ctx = f,
		.result = on_result,
		.point = on_point,
		.message = on_message,
		.fault = on_fault,
		.call_message = on_call_message};
	int rc = cloudwatch_read(document, &visitor, next_token, e);
	fail_unusable(f);
	return rc;
}
