#include "config.h"

#include "collect/metric_fetch.h"

#include "aws/service/cloudwatch.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST_BODY_BYTES = 2 * 1024 * 1024,
	FIRST_ROOM = 256,
	MOST_DETAIL_CHARS = 300,
	MOST_CODE_CHARS = 80,
	MOST_REASON_BYTES = 4 * (MOST_DETAIL_CHARS + MOST_CODE_CHARS) + 200
};

/* Data points held at most, 8 bytes each: 5,000 services, three metrics, a day of minutes, and half
 * as much again. */
enum { MOST_VALUES = 32 * 1024 * 1024 };

static const char internal_error[] = "CloudWatch had an internal error for this series";

/* A series to be fetched. */
struct metric_want {
	size_t service;
	enum metric metric;
	int round;                     /* of its batch, in which it was asked for last */
	enum cloudwatch_status status; /* what CloudWatch said of it last */
	bool internal_error;           /* it had an internal error: worth asking again */
	size_t answer;                 /* the one that it was in last; 0: none in this round */
	char *message;                 /* the first one about it */
};

/* The wants of one call, its further pages and rounds. */
struct metric_batch {
	size_t first, count;
	int round;  /* from 0 */
	bool moved; /* it was asked for again, in another window */
	struct page_cursor page;
	char *remark; /* the first call-wide message */
};

static struct series *series_of(struct metric_fetch *f, size_t want) {
	const struct metric_want *w = &f->wants[want];
	return &f->samples->services[w->service].series[w->metric];
}

int metric_fetch_want(struct metric_fetch *f, size_t service, enum metric m, struct err *e) {
	if ((f->want_count + 1) * f->samples->window.points > MOST_VALUES)
		return err_set(e, ERR_LIMIT,
			"more than %d data points in this window: lengthen --period, shorten --window or choose with -s",
			MOST_VALUES);
	if (f->want_count == f->want_room) {
		size_t room = f->want_room ? 2 * f->want_room : FIRST_ROOM;
		struct metric_want *grown = realloc(f->wants, room * sizeof *grown);
		if (!grown)
			return err_no_memory(e);
		f->wants = grown;
		f->want_room = room;
	}
	f->wants[f->want_count++] = (struct metric_want){.service = service, .metric = m};
	return 0;
}

/* --- asking --- */

/* Builds the request; what it asks for is billed, page by page. */
static void build_body(struct metric_fetch *f, const struct metric_batch *b, struct buf *body) {
	const struct window *w = &f->samples->window;
	struct cloudwatch_request request = {
		.start_s = w->start_s,
		.end_s = w->end_s,
		.period_s = w->period_s,
		.statistic = f->rules->statistic,
		.next_token = b->page.token,
	};
	int first = 1;
	buf_init(body, MOST_BODY_BYTES);
	cloudwatch_begin(body);
	for (size_t i = b->first; i < b->first + b->count; i++) {
		if (f->wants[i].round != b->round)
			continue;
		struct cloudwatch_query query = {
			.number = i,
			.metric_name = metric_aws_name(f->wants[i].metric),
			.cluster = f->target->name,
			.service = f->samples->services[f->wants[i].service].name,
		};
		cloudwatch_add_query(body, &request, &query, first);
		first = 0;
		f->samples->metrics_billed++;
	}
	cloudwatch_end(body, &request);
}

static struct client_call make_call(struct metric_fetch *f, size_t batch) {
	struct client_call call = {
		.operation = OPERATION_GET_METRIC_DATA,
		.tag = f->tag,
		.subject = batch,
		.holds_times = true,
	};
	build_body(f, &f->batches[batch], &call.body);
	return call;
}

static int ask(struct metric_fetch *f, size_t batch, struct err *e) {
	struct client_call call = make_call(f, batch);
	return client_submit(f->client, &call, e);
}

int metric_fetch_send(struct metric_fetch *f, bool flush, struct err *e) {
	while (f->want_count - f->sent >= (flush ? 1 : CLOUDWATCH_MOST_QUERIES)) {
		size_t left = f->want_count - f->sent;
		size_t count = left < CLOUDWATCH_MOST_QUERIES ? left : CLOUDWATCH_MOST_QUERIES;
		struct metric_batch *grown = realloc(f->batches,
			(f->batch_count + 1) * sizeof *grown);
		if (!grown)
			return err_no_memory(e);
		f->batches = grown;
		grown[f->batch_count] = (struct metric_batch){.first = f->sent, .count = count};
		f->sent += count;
		f->batch_count++;
		if (ask(f, f->batch_count - 1, e))
			return -1;
	}
	return 0;
}

/* --- reading --- */

/* detail: CloudWatch's words, or NULL. */
static void fail_with(struct series *x, const char *what, const char *detail) {
	struct buf why;
	buf_init(&why, MOST_REASON_BYTES);
	buf_adds(&why, what);
	if (detail) {
		buf_adds(&why, ": ");
		text_add_foreign(&why, detail, MOST_DETAIL_CHARS);
	}
	series_fail(x, buf_str(&why));
	buf_free(&why);
}

/* A copy of CloudWatch's words as they may be shown, or NULL without memory. */
static char *keep_words(const char *words) {
	struct buf shown;
	buf_init(&shown, MOST_REASON_BYTES);
	text_add_foreign(&shown, words, MOST_DETAIL_CHARS);
	char *kept = buf_take(&shown);
	buf_free(&shown);
	return kept;
}

static void on_fault(void *ctx, size_t number, const char *why) {
	struct metric_fetch *f = ctx;
	struct err e;
	if (series_of(f, number)->status != SERIES_PENDING)
		return;
	(void)err_set(&e, ERR_SYNTAX, "%s", why);
	client_explain_foreign(f->client, OPERATION_GET_METRIC_DATA, &e);
	series_fail(series_of(f, number), e.message);
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
	const enum metric m = f->wants[number].metric;
	const struct series_ranges ranges = {&f->rules->warning[m], &f->rules->critical[m]};
	(void)series_add_point(series_of(f, number), &f->samples->window, &ranges, time_s, value);
}

static const char *words_of(const struct cloudwatch_message *m) {
	return *m->text ? m->text : *m->code ? m->code : "a message without words";
}

/* Keeps the first message for the case that there is nothing but messages. */
static void keep_message(char **kept, const struct cloudwatch_message *m) {
	if (!*kept)
		*kept = keep_words(words_of(m));
}

/* Cleaning takes its time: more than so many, of long texts, no run has use for. */
enum { MAX_MESSAGES_TAKEN = 200 };
static const char not_shown[] = "CloudWatch sent too many messages to show this one's";

static void on_message(void *ctx, size_t number, const struct cloudwatch_message *m) {
	struct metric_fetch *f = ctx;
	const struct metric_want *w = &f->wants[number];
	struct err e;
	if (f->messages_taken == MAX_MESSAGES_TAKEN) {
		if (!w->message)
			f->wants[number].message = text_dup(not_shown, strlen(not_shown));
		return;
	}
	f->messages_taken++;
	char *words = keep_words(words_of(m));
	bool is_known = w->message && words && strcmp(w->message, words) == 0;
	free(words);
	if (is_known)
		return; /* as on the page before */
	keep_message(&f->wants[number].message, m);
	if (samples_add_remark(f->samples, m->code, m->text, f->samples->services[w->service].name,
		    w->metric, &e))
		series_fail(series_of(f, number), e.message);
}

/* Codes of call-wide messages that say: series may have been left out, those that are there are
 * whole. AWS documents the text of the first one; that there are the others is known from Grafana's
 * reader of these answers. Its MaxQueryTimeRangeExceeded is none of them: points are left out. */
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
	struct buf line;
	struct err e;
	keep_message(&f->current->remark, m);
	if (leaves_series_whole(m->code)) {
		if (samples_add_remark(f->samples, m->code, m->text, NULL, METRIC_CPU, &e))
			samples_add_failure(f->samples, e.message);
		return;
	}
	buf_init(&line, MOST_REASON_BYTES);
	buf_adds(&line, "CloudWatch sent a message that this check does not know: ");
	text_add_foreign(&line, *m->text ? m->text : "without a text", MOST_DETAIL_CHARS);
	buf_adds(&line, " (");
	text_add_foreign(&line, *m->code ? m->code : "without a code", MOST_CODE_CHARS);
	buf_adds(&line, ")");
	samples_add_failure(f->samples, buf_str(&line));
	buf_free(&line);
}

/* Whatever is neither data nor worth asking again. */
static void settle_page(struct metric_fetch *f) {
	const struct metric_batch *b = f->current;
	for (size_t i = b->first; i < b->first + b->count; i++) {
		const struct metric_want *w = &f->wants[i];
		if (w->answer != f->answers)
			continue;
		if (w->status == CLOUDWATCH_FORBIDDEN)
			fail_with(series_of(f, i),
				"not permitted to read this metric, check the IAM action cloudwatch:GetMetricData",
				w->message);
		else if (w->status == CLOUDWATCH_UNKNOWN_STATUS)
			fail_with(series_of(f, i),
				"CloudWatch gave this series a status that is not understood",
				w->message);
	}
}

static size_t count_asked(const struct metric_fetch *f, const struct metric_batch *b) {
	size_t count = 0;
	for (size_t i = b->first; i < b->first + b->count; i++)
		count += f->wants[i].round == b->round;
	return count;
}

static void fail_batch(struct metric_fetch *f, const char *why) {
	for (size_t i = f->current->first; i < f->current->first + f->current->count; i++)
		if (series_of(f, i)->status == SERIES_PENDING)
			series_fail(series_of(f, i), why);
}

/* Starts another round for the wants that had an internal error. Returns how many there are; they
 * stay pending. */
static size_t begin_round(struct metric_fetch *f) {
	struct metric_batch *b = f->current;
	size_t again = 0;
	for (size_t i = b->first; i < b->first + b->count; i++) {
		struct metric_want *w = &f->wants[i];
		if (!w->internal_error || series_of(f, i)->status != SERIES_PENDING)
			continue;
		w->round = b->round + 1;
		w->internal_error = false;
		w->answer = 0;
		series_begin_round(series_of(f, i), &f->samples->window);
		again++;
	}
	if (again == 0)
		return 0;
	b->round++;
	page_free(&b->page);
	return again;
}

/* All pages of this round are there: what is not marked complete was lost, or is asked for again.
 */
static void finish_round(struct metric_fetch *f) {
	const struct metric_batch *b = f->current;
	for (size_t i = b->first; i < b->first + b->count; i++) {
		const struct metric_want *w = &f->wants[i];
		struct series *x = series_of(f, i);
		if (x->status != SERIES_PENDING || w->internal_error)
			continue;
		const char *message = w->message ? w->message : b->remark;
		if (w->answer == 0 || w->status != CLOUDWATCH_COMPLETE)
			series_fail(x, "CloudWatch's answer for this series is incomplete");
		else if (!x->values && message)
			series_fail(x, message);
		else
			x->status = SERIES_COMPLETE;
		series_end_round(x);
	}
	size_t index = (size_t)(f->current - f->batches);
	if (begin_round(f) == 0)
		return;
	struct client_call call = make_call(f, index);
	struct err ignored;
	struct err reason;
	(void)err_set(&reason, ERR_SERVICE, "GetMetricData: %s", internal_error);
	if (client_submit_again(f->client, &call, b->round, &reason, &ignored))
		fail_batch(f, internal_error);
}

/* CloudWatch refused the call, and told only then that the window was laid by a wrong clock. Points
 * that it gave for that window keep it. */
static void ask_again(struct metric_fetch *f, size_t batch) {
	struct err why = {0};
	f->current = &f->batches[batch];
	if (!f->answered)
		f->samples->window = window_at(&f->rules->window, client_now_s(f->client));
	f->samples->metrics_billed -= count_asked(f, f->current);
	f->current->moved = true;
	if (ask(f, batch, &why))
		fail_batch(f, why.message);
}

static void take_answer(struct metric_fetch *f, const struct client_answer *answer) {
	if (answer->error.code == ERR_CLOCK && !f->batches[answer->subject].moved) {
		ask_again(f, answer->subject);
		return;
	}
	static const struct cloudwatch_visitor visits = {.result = on_result,
		.point = on_point,
		.message = on_message,
		.fault = on_fault,
		.call_message = on_call_message};
	struct cloudwatch_visitor visitor = visits;
	struct err why = answer->error;
	const char *next = NULL;
	int rc = -1;
	visitor.ctx = f;
	f->answered = f->answered || answer->document;
	f->current = &f->batches[answer->subject];
	f->answers++;
	if (answer->document) {
		rc = cloudwatch_read(answer->document, &visitor, &next, &why);
		settle_page(f);
	}
	if (rc && answer->document)
		client_explain_foreign(f->client, answer->operation, &why);
	if (rc == 0 && next)
		rc = page_advance(&f->current->page, next, OPERATION_GET_METRIC_DATA, &why);
	if (rc == 0 && next)
		rc = ask(f, answer->subject, &why);
	if (rc)
		fail_batch(f, why.message);
	else if (!next)
		finish_round(f);
}

void metric_fetch_on_answer(struct metric_fetch *f, const struct client_answer *answer) {
	take_answer(f, answer);
	const struct metric_batch *b = &f->batches[answer->subject];
	size_t first = f->wants[b->first].service;
	size_t last = f->wants[b->first + b->count - 1].service;
	f->watcher->learned(f->watcher->ctx, first, last - first + 1);
}

void metric_fetch_free(struct metric_fetch *f) {
	for (size_t i = 0; i < f->batch_count; i++) {
		page_free(&f->batches[i].page);
		free(f->batches[i].remark);
	}
	for (size_t i = 0; i < f->want_count; i++)
		free(f->wants[i].message);
	free(f->batches);
	free(f->wants);
}
