#include "config.h"

#include "collect/calls.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_SHOWN_CHARS = 100, MAX_SHOWN_BYTES = 4 * MAX_SHOWN_CHARS + 16 };

/* The largest real lists have 200 pages, GetMetricData's largest answers 350; the rest allows for
 * short and empty pages. */
enum { MAX_PAGES = 2000 };

/* --- the loop --- */

enum outcome calls_run(struct client *client, calls_handler handler, void *ctx,
	const struct calls_watcher *watcher, struct err *e) {
	struct client_answer answer;
	int rc = 0;
	while (rc == 0) {
		switch (client_next(client, &answer)) {
		case CLIENT_CALL:
			rc = handler(ctx, &answer, e);
			json_free(answer.document);
			break;
		case CLIENT_TICK:
			if (watcher)
				watcher->tick(watcher->ctx);
			break;
		case CLIENT_DEADLINE:
			return OUTCOME_DEADLINE;
		case CLIENT_STOPPED:
			return OUTCOME_STOPPED;
		case CLIENT_IDLE:
			return OUTCOME_DONE;
		}
	}
	return OUTCOME_FAILED;
}

/* --- pages --- */

int page_advance(struct page_cursor *c, const char *token, enum operation operation,
	struct err *e) {
	const char *name = operation_traits(operation)->name;
	if (c->token && strcmp(c->token, token) == 0)
		return err_set(e, ERR_SERVICE, "%s keeps answering with the same page", name);
	if (++c->pages > MAX_PAGES)
		return err_set(e, ERR_SERVICE, "%s answered with more than %d pages", name,
			MAX_PAGES);
	free(c->token);
	c->token = text_dup(token, strlen(token));
	return c->token ? 0 : err_no_memory(e);
}

void page_free(struct page_cursor *c) {
	free(c->token);
	*c = (struct page_cursor){0};
}

/* --- messages --- */

int malformed_arn(struct err *e, const char *what, const char *text) {
	struct buf shown;
	buf_init(&shown, MAX_SHOWN_BYTES);
	text_add_foreign(&shown, text, MAX_SHOWN_CHARS);
	(void)err_set(e, ERR_SYNTAX, "%s: '%s'", what, buf_str(&shown));
	buf_free(&shown);
	return -1;
}

static void add_cause(enum outcome how, int timeout_s, struct buf *out) {
	if (how == OUTCOME_STOPPED)
		buf_adds(out, "ended by a signal");
	else
		buf_addf(out, "timed out after %d s", timeout_s);
}

void ending_describe_connecting(const struct err *e, enum outcome how, int timeout_s,
	struct buf *out) {
	add_cause(how, timeout_s, out);
	buf_addf(out, ", %s", e->message);
}

void ending_describe(const struct client *client, enum outcome how, int timeout_s,
	struct buf *out) {
	add_cause(how, timeout_s, out);
	size_t before = out->len;
	buf_adds(out, ", ");
	size_t with_comma = out->len;
	client_describe_pending(client, out);
	if (out->len == with_comma)
		buf_truncate(out, before);
	if (*client_last_error(client))
		buf_addf(out, "; last error: %s", client_last_error(client));
}
