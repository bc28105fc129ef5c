/* Fetches series with GetMetricData: batches, their pages, and further rounds after internal
 * errors of CloudWatch. Part of collect. */
#ifndef COLLECT_METRIC_FETCH_H
#define COLLECT_METRIC_FETCH_H

#include "collect/scope.h"
#include "model/detail.h"
#include "model/request.h"

/* Opaque. */
struct metric_fetch;

/* scope is borrowed; tag marks the calls. Unless window_is_fixed, the samples' window is set again
 * if CloudWatch is the first to reveal that this host's clock is wrong. NULL with ERR_MEMORY. */
struct metric_fetch *metric_fetch_new(const struct collect_scope *scope, int tag,
	bool window_is_fixed, struct err *e);
void metric_fetch_free(struct metric_fetch *f);

/* The samples' window is that of this host's clock alone: one batch is sent, and the others once
 * its answer has told AWS's time. If that puts the window elsewhere, the window is set again, and
 * the batch is requested once more; points of the answer that the new window has still count. */
void metric_fetch_expect_clock(struct metric_fetch *f);

/* The grid of the series of a list, which have one span: by the samples' now_s. The samples' window
 * if it has none. */
struct window metric_fetch_window(const struct samples *s, const struct request_list *list);

/* Before the first want: this belongs to a round after the verdict. The series of into are the
 * wants, in this order; points go there by its window, and nothing is noted in the samples. */
void metric_fetch_for_round(struct metric_fetch *f, struct detail *into, bool is_single_attempt);

/* Whether all that such a round asked for was answered: 0, or -1 with the first reason. */
int metric_fetch_check(const struct metric_fetch *f, struct err *e);

/* Requests one series; the samples' window must be set. 0, or -1 with ERR_MEMORY, or ERR_LIMIT if a
 * run cannot hold that many points. */
int metric_fetch_want(struct metric_fetch *f, const struct request *request, struct err *e);

/* Sends full batches and, with flush, the rest. A batch holds as many series as one call takes and
 * one page of its answer has room for: each further page is billed again. 0, or -1 with ERR_MEMORY.
 */
int metric_fetch_send(struct metric_fetch *f, bool flush, struct err *e);

/* Handles the answer to one of the calls: stores points, requests what is missing, marks series as
 * complete or failed. */
void metric_fetch_on_answer(struct metric_fetch *f, const struct client_answer *answer);

#endif
