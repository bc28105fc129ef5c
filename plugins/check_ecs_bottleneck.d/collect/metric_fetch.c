#include "config.h"

#include "base/text.h"
#include "collect/metric_fetch_state.h"

#include <stdlib.h>

enum { MAX_BODY_BYTES = 2 * 1024 * 1024, FIRST_ROOM = 256 };

/* The maximum number of data points held, 8 bytes each: 5,000 services, three metrics, a day of
 * minutes, and half as much again. */
enum { MAX_VALUES = 32 * 1024 * 1024 };

static const char internal_error[] = "CloudWatch had an internal error for this series";

struct metric_fetch *metric_fetch_new(const struct collect_scope *scope, int tag,
	bool window_is_fixed, struct err *e) {
	struct metric_fetch *f = malloc(sizeof *f);
	if (f)
		*f = (struct metric_fetch){.scope = scope,
			.tag = tag,
			.window_is_fixed = window_is_fixed};
	else
		(void)err_no_memory(e);
	return f;
}

void metric_fetch_expect_clock(struct metric_fetch *f) {
	f->window_is_guess = true;
}

struct window metric_fetch_window(const struct samples *s, const struct request_list *list) {
	size_t i = 0;
	while (i < list->count && list->items[i].kind != REQUEST_SERIES)
		i++;
	return i < list->count ? window_at(list->items[i].span, s->now_s) : s->window;
}

void metric_fetch_for_round(struct metric_fetch *f, struct detail *into, bool is_single_attempt) {
	f->into = into;
	f->is_single_attempt = is_single_attempt;
}

int metric_fetch_check(const struct metric_fetch *f, struct err *e) {
	for (size_t i = 0; f->into && i < f->into->count; i++) {
		const struct series *x = &f->into->items[i].points;
		if (x->status == SERIES_FAILED)
			return err_set(e, ERR_SERVICE, "%s",
				x->failure ? x->failure : "out of memory");
	}
	return 0;
}

int metric_fetch_want(struct metric_fetch *f, const struct request *request, struct err *e) {
	if ((f->want_count + 1) * window_fetched_points(metric_window_of(f)) > MAX_VALUES)
		return err_set(e, ERR_LIMIT,
			"more than %d data points in this window: lengthen --period, shorten --window or select services with -s",
			MAX_VALUES);
	if (f->want_count == f->want_room) {
		size_t room = f->want_room ? 2 * f->want_room : FIRST_ROOM;
		struct metric_want *grown = realloc(f->wants, room * sizeof *grown);
		if (!grown)
			return err_no_memory(e);
		f->wants = grown;
		f->want_room = room;
	}
	f->wants[f->want_count++] = (struct metric_want){.request = *request};
	return 0;
}

/* --- requests --- */

/* Builds the request. Its metrics are billed again for each page. */
static void build_body(struct metric_fetch *f, const struct metric_batch *b, struct buf *body) {
	struct samples *s = f->scope->samples;
	const struct window *w = metric_window_of(f);
	struct cloudwatch_request request = {
		.start_s = window_fetched_from_s(w),
		.end_s = w->end_s,
		.period_s = w->period_s,
		.next_token = b->page.token,
	};
	int first = 1;
	buf_init(body, MAX_BODY_BYTES);
	cloudwatch_begin(body);
	for (size_t i = b->first; i < b->first + b->count; i++) {
		if (f->wants[i].round != b->round)
			continue;
		const struct request *r = &f->wants[i].request;
		struct cloudwatch_query query = {
			.number = i,
			.metric_name = metric_aws_name(r->metric),
			.statistic = r->statistic->name,
			.cluster = f->scope->target->name,
			.service = s->services[r->service].name,
		};
		cloudwatch_add_query(body, &request, &query, first);
		first = 0;
		s->metrics_billed++;
	}
	cloudwatch_end(body, &request);
}

static struct client_call make_call(struct metric_fetch *f, size_t batch) {
	struct client_call call = {
		.operation = OPERATION_GET_METRIC_DATA,
		.tag = f->tag,
		.subject = batch,
		.holds_times = true,
		.is_single_attempt = f->is_single_attempt,
	};
	build_body(f, &f->batches[batch], &call.body);
	return call;
}

static int submit_batch(struct metric_fetch *f, size_t batch, struct err *e) {
	struct client_call call = make_call(f, batch);
	return client_submit(f->scope->client, &call, e);
}

/* The series of one call. */
static size_t full_batch(const struct metric_fetch *f) {
	size_t points = metric_window_of(f)->points;
	size_t fit = points > 0 ? CLOUDWATCH_MAX_POINTS / points : CLOUDWATCH_MAX_QUERIES;
	if (fit < 1)
		return 1;
	return fit < CLOUDWATCH_MAX_QUERIES ? fit : CLOUDWATCH_MAX_QUERIES;
}

int metric_fetch_send(struct metric_fetch *f, bool flush, struct err *e) {
	const size_t full = full_batch(f);
	while (f->want_count - f->sent >= (flush ? 1 : full) &&
		(!f->window_is_guess || f->sent == 0)) {
		size_t left = f->want_count - f->sent;
		size_t count = left < full ? left : full;
		struct metric_batch *grown = realloc(f->batches,
			(f->batch_count + 1) * sizeof *grown);
		if (!grown)
			return err_no_memory(e);
		f->batches = grown;
		grown[f->batch_count] = (struct metric_batch){.first = f->sent, .count = count};
		f->sent += count;
		f->batch_count++;
		if (submit_batch(f, f->batch_count - 1, e))
			return -1;
	}
	return 0;
}

static size_t count_asked(const struct metric_fetch *f, const struct metric_batch *b) {
	size_t count = 0;
	for (size_t i = b->first; i < b->first + b->count; i++)
		count += f->wants[i].round == b->round;
	return count;
}

static void fail_batch(struct metric_fetch *f, const char *why) {
	for (size_t i = f->current->first; i < f->current->first + f->current->count; i++)
		if (metric_series_of(f, i)->status == SERIES_PENDING)
			series_fail(metric_series_of(f, i), why);
}

/* Starts another round for the series that had an internal error; they stay pending. Returns their
 * number. */
static size_t begin_round(struct metric_fetch *f) {
	struct metric_batch *b = f->current;
	size_t again = 0;
	for (size_t i = b->first; i < b->first + b->count; i++) {
		struct metric_want *w = &f->wants[i];
		if (!w->internal_error || metric_series_of(f, i)->status != SERIES_PENDING)
			continue;
		w->round = b->round + 1;
		w->internal_error = false;
		w->answer = 0;
		series_begin_round(metric_series_of(f, i), metric_window_of(f));
		again++;
	}
	if (again == 0)
		return 0;
	b->round++;
	page_free(&b->page);
	return again;
}

/* All pages of this round are read: a series not marked complete is lost, or is requested again. */
static void finish_round(struct metric_fetch *f) {
	const struct metric_batch *b = f->current;
	for (size_t i = b->first; i < b->first + b->count; i++) {
		const struct metric_want *w = &f->wants[i];
		struct series *x = metric_series_of(f, i);
		bool comes_again = w->internal_error && !f->is_single_attempt;
		if (x->status != SERIES_PENDING || comes_again)
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
	if (f->is_single_attempt || begin_round(f) == 0)
		return;
	struct client_call call = make_call(f, index);
	struct err ignored;
	struct err reason;
	(void)err_set(&reason, ERR_SERVICE, "%s: %s",
		operation_traits(OPERATION_GET_METRIC_DATA)->name, internal_error);
	if (client_submit_again(f->scope->client, &call, b->round, &reason, &ignored))
		fail_batch(f, internal_error);
}

/* AWS's clock is known now. If that sets the window elsewhere, the current batch is requested
 * again. Returns whether it is. */
static bool move_window(struct metric_fetch *f) {
	struct samples *s = f->scope->samples;
	struct metric_batch *b = f->current;
	const struct window before = s->window;
	struct err why = {0};
	s->window = window_at(f->wants[b->first].request.span, client_now_s(f->scope->client));
	if (s->window.start_s == before.start_s && s->window.points == before.points)
		return false;
	b->round++;
	page_free(&b->page);
	for (size_t i = b->first; i < b->first + b->count; i++) {
		struct metric_want *w = &f->wants[i];
		w->round = b->round;
		w->internal_error = false;
		w->answer = 0;
		series_move(metric_series_of(f, i), &before, &s->window);
		if (w->request.statistic->kind != STATISTIC_MAXIMUM)
			series_drop_filling(metric_series_of(f, i), &s->window);
	}
	if (submit_batch(f, (size_t)(b - f->batches), &why))
		fail_batch(f, why.message);
	return true;
}

/* CloudWatch refused the call and only thereby revealed that the window was set by a wrong clock. A
 * window that was answered before is kept. */
static void resubmit_batch(struct metric_fetch *f, size_t batch) {
	struct samples *s = f->scope->samples;
	struct err why = {0};
	f->current = &f->batches[batch];
	const struct request *r = &f->wants[f->current->first].request;
	if (!f->window_is_fixed)
		s->window = window_at(r->span, client_now_s(f->scope->client));
	s->metrics_billed -= count_asked(f, f->current);
	f->current->moved = true;
	if (submit_batch(f, batch, &why))
		fail_batch(f, why.message);
}

static void handle_answer(struct metric_fetch *f, const struct client_answer *answer) {
	const bool was_guess = f->window_is_guess;
	f->window_is_guess = false;
	if (answer->error.code == ERR_CLOCK && !f->batches[answer->subject].moved) {
		resubmit_batch(f, answer->subject);
		return;
	}
	struct err why = answer->error;
	const char *next = NULL;
	int rc = -1;
	f->window_is_fixed = f->window_is_fixed || answer->document;
	f->current = &f->batches[answer->subject];
	f->answers++;
	if (answer->document)
		rc = metric_read(f, answer->document, &next, &why);
	if (was_guess && answer->document && move_window(f))
		return;
	if (rc && answer->document)
		client_explain_malformed(f->scope->client, answer->operation, &why);
	if (f->is_single_attempt)
		next = NULL;
	if (f->current->lacks_points)
		fail_batch(f, f->current->remark ? f->current->remark : "out of memory");
	if (rc == 0 && next)
		rc = page_advance(&f->current->page, next, OPERATION_GET_METRIC_DATA, &why);
	if (rc == 0 && next)
		rc = submit_batch(f, answer->subject, &why);
	if (rc)
		fail_batch(f, why.message);
	else if (!next)
		finish_round(f);
}

void metric_fetch_on_answer(struct metric_fetch *f, const struct client_answer *answer) {
	handle_answer(f, answer);
	if (f->into)
		return;
	const struct metric_batch *b = &f->batches[answer->subject];
	size_t first = f->wants[b->first].request.service;
	size_t last = f->wants[b->first + b->count - 1].request.service;
	f->scope->watcher.learned(f->scope->watcher.ctx, first, last - first + 1);
}

void metric_fetch_free(struct metric_fetch *f) {
	if (!f)
		return;
	for (size_t i = 0; i < f->batch_count; i++) {
		page_free(&f->batches[i].page);
		free(f->batches[i].remark);
	}
	for (size_t i = 0; i < f->want_count; i++)
		free(f->wants[i].message);
	free(f->batches);
	free(f->wants);
	free(f);
}
