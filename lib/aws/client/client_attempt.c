#include "config.h"

#include "aws/client/client_state.h"

#include "aws/call/error.h"
#include "aws/call/explain.h"
#include "aws/call/journal.h"
#include "aws/call/signed_request.h"
#include "aws/identity/chain.h"
#include "base/text.h"

#include <string.h>

enum {
	MAX_RENEWALS = 2,
	NEW_TIME_S = 60,       /* two answers' Date headers never differ by more */
	MIN_FIRST_BYTES = 290, /* of a struct err's message, where a second reason follows */
	MIN_EXCHANGE_MS = 100,
	REQUEST_SLACK_MS = 1000 /* the loop's deadline comes before libcurl's own */
};

int64_t client_retry_at_ms(struct client *c, enum retry_kind kind, const char *retry_after,
	struct retry_tally *tally) {
	int64_t now_ms = client_monotonic_ms(c);
	const struct retry_failure failure = {.kind = kind,
		.retry_after = retry_after,
		.random_unit = aws_run_random(&c->run),
		.left_ms = c->run.deadline.at_ms - now_ms};
	int64_t pause_ms = retry_decide(&c->run.retry, &failure, tally, &c->retry_quota);
	return pause_ms < 0 ? -1 : now_ms + pause_ms;
}

/* --- one attempt --- */

const struct endpoint *client_endpoint_of(const struct client *c, const struct call *k) {
	return &c->options.session->endpoints[operation_traits(k->what.operation)->service];
}

struct pace *client_pace_of(struct client *c, const struct call *k) {
	return &c->pace[operation_traits(k->what.operation)->service];
}

int client_start_attempt(struct client *c, struct call *k, int64_t now_ms) {
	const struct operation_traits *t = operation_traits(k->what.operation);
	struct request_signing signing = {
		.endpoint = client_endpoint_of(c, k),
		.content_type = t->content_type,
		.amz_target = t->target,
		.query_mode = t->query_mode != 0,
		.region = c->options.session->region.name,
		.keys = &c->keys,
		.now_s = skew_signing_s(&c->skew, &c->clock),
	};
	struct request_headers headers;
	int rc = request_sign(&signing, buf_str(&k->what.body), k->what.body.len, &headers,
		&k->error);
	if (rc == 0) {
		struct http_request r = {
			.url = signing.endpoint->url,
			.headers = headers.lines,
			.header_count = headers.count,
			.body = buf_str(&k->what.body),
			.body_len = k->what.body.len,
			.timeout_ms = c->run.deadline.at_ms - now_ms + REQUEST_SLACK_MS,
			.tag = k,
		};
		rc = http_start(c->http, &r, &k->error);
	}
	request_headers_free(&headers);
	k->generation = c->generation;
	if (rc)
		return -1;
	k->state = CALL_IN_FLIGHT;
	k->tally.attempts++;
	c->in_flight++;
	k->pace_generation = pace_start(client_pace_of(c, k));
	struct operation_work *w = &c->work[k->what.operation];
	w->requests++;
	w->retries += k->tally.attempts > 1;
	return 0;
}

/* --- the outcome of an attempt --- */

/* Has the call signed again at once; this does not count as an attempt. */
static void sign_again(struct call *k) {
	k->state = CALL_QUEUED;
	k->not_before_ms = 0;
	k->tally.attempts--;
}

/* Corrects the signing clock. If AWS's time was unknown before, times taken from the host's clock
 * are wrong as well. */
static bool correct_clock(struct client *c, const struct http_response *r,
	const struct aws_error *error) {
	int64_t before_s = c->skew.server_offset_s;
	if (!skew_correct(&c->skew, &c->clock, r, error->code))
		return false;
	c->generation++;
	int64_t moved_s = c->skew.server_offset_s - before_s;
	c->clock_generation += moved_s > NEW_TIME_S || moved_s < -NEW_TIME_S;
	return true;
}

/* Has the call signed again if a wrong clock explains the error and can be corrected. */
static bool recover_from_skew(struct client *c, struct call *k, const struct http_response *r,
	const struct aws_error *error) {
	if (!aws_error_may_be_skew(error->code) || k->skew_corrected)
		return false;
	if (k->generation == c->generation && !correct_clock(c, r, error))
		return false;
	k->skew_corrected = true;
	sign_again(k);
	if (k->what.holds_times && k->clock_generation != c->clock_generation) {
		k->error.code = ERR_CLOCK;
		k->state = CALL_FINAL;
	}
	return true;
}

/* Asks the providers again and rereads their files: something else may have renewed the keys. The
 * present keys are not taken from a cache again. false with why when the result is the same keys,
 * or none by deadline_ms. */
static bool fetch_other_credentials(struct client *c, int64_t deadline_ms, struct keys *fresh,
	struct err *why) {
	const struct profile_set *known = c->options.session->profiles;
	struct deadline deadline = c->run.deadline;
	deadline.at_ms = deadline_ms;
	struct profile_set *profiles = profile_load(profile_is_option(known) ? profile_name(known)
									     : NULL,
		&deadline, why);
	if (!profiles)
		return false;
	struct provider_context context = client_provider_context(c, profiles);
	struct spent_key spent = {.older = NULL};
	keys_spend(&spent, &c->keys);
	context.spent = &spent;
	context.run.deadline = deadline;
	bool found = chain_resolve(&context, fresh, why) == 0;
	profile_free(profiles);
	if (found && strcmp(fresh->secret_access_key, c->keys.secret_access_key) != 0)
		return true;
	if (found) {
		keys_free(fresh);
		(void)err_set(why, ERR_EXPIRED, "the source still has the same keys");
	}
	return false;
}

/* Replaces refused credentials by others; reason says why they were refused. */
static bool replace_keys(struct client *c, const char *reason, int64_t deadline_ms,
	struct err *why) {
	struct keys fresh;
	char id[16];
	buf_addf(&c->renewals, "credentials: AWS refused key %s (%s), so others were asked for\n",
		keys_short_id(&c->keys, id), reason);
	if (!fetch_other_credentials(c, deadline_ms, &fresh, why))
		return false;
	keys_free(&c->keys);
	c->keys = fresh;
	c->keys_generation = ++c->generation;
	return true;
}

/* Replaces expired credentials. The providers are asked only once, whatever the result. */
static bool renew_keys(struct client *c, const char *reason) {
	struct err why = {0};
	if (c->renewal_error.code != ERR_NONE)
		return false;
	if (replace_keys(c, reason, c->run.deadline.at_ms, &why))
		return true;
	c->renewal_error = why;
	return false;
}

/* Appends the reason to an explanation. Where there is no room for all, both are shortened in their
 * middle. */
static void add_reason(struct err *e, const char *words, const struct err *reason) {
	struct buf text;
	struct buf first;
	buf_init(&first, sizeof e->message);
	buf_init(&text, sizeof e->message);
	if (strlen(e->message) + strlen(words) + strlen(reason->message) >= sizeof e->message) {
		text_add_shortened(&first, e->message, MIN_FIRST_BYTES);
		(void)err_set(e, e->code, "%s", buf_str(&first));
	}
	size_t used = strlen(e->message) + strlen(words) + 1;
	text_add_shortened(&text, reason->message,
		used < sizeof e->message ? sizeof e->message - used : 0);
	err_suffix(e, "%s%s", words, buf_str(&text));
	buf_free(&text);
	buf_free(&first);
}

/* Has the call signed again if its credentials have expired and there are others, which another
 * call may already have fetched. */
static bool recover_from_expiry(struct client *c, struct call *k, const struct aws_error *error) {
	if (error->class != AWS_ERROR_EXPIRED_CREDENTIALS || k->renewals >= MAX_RENEWALS)
		return false;
	k->renewals++;
	/* If the deadline has passed, the call waits for the loop to notice. */
	if (k->generation != c->generation || renew_keys(c, error->code) ||
		c->renewal_error.code == ERR_DEADLINE) {
		sign_again(k);
		return true;
	}
	add_reason(&k->error, "; fetching them again failed: ", &c->renewal_error);
	return false;
}

/* Refused keys from a cache may be outdated or belong to somebody else. Their source is asked once,
 * for at most half of the time left: the call's own error is worth more than a timeout. */
static bool ask_past_cache(struct client *c, struct call *k, const char *reason) {
	int64_t now_ms = client_monotonic_ms(c);
	int64_t until_ms = now_ms + (c->run.deadline.at_ms - now_ms) / 2;
	struct err why = {0};
	if (c->asked_past_cache || !c->keys.cached || until_ms - now_ms < MIN_EXCHANGE_MS)
		return false;
	c->asked_past_cache = true;
	if (replace_keys(c, reason, until_ms, &why))
		return true;
	add_reason(&k->error,
		"; these keys come from a cache, and fetching new ones failed: ", &why);
	return false;
}

/* Has the call signed again if AWS does not accept or permit its cached credentials, and there are
 * others by now. */
static bool recover_from_refusal(struct client *c, struct call *k, const struct aws_error *error) {
	if (!aws_error_refuses_keys(error->class) ||
		error->class == AWS_ERROR_EXPIRED_CREDENTIALS || k->renewals >= MAX_RENEWALS)
		return false;
	if (k->generation >= c->keys_generation && !ask_past_cache(c, k, error->code))
		return false;
	k->renewals++;
	sign_again(k);
	return true;
}

/* Queues another attempt if the rules and the deadline allow one; otherwise the call is final with
 * its present error. */
static void retry_or_fail(struct client *c, struct call *k, enum retry_kind kind,
	const char *retry_after) {
	c->last_error = k->error;
	k->throttled = kind == RETRY_THROTTLING;
	k->state = CALL_FINAL;
	if (k->what.is_single_attempt || (k->throttled && k->what.give_up_on_throttle))
		return;
	int64_t at_ms = client_retry_at_ms(c, kind, retry_after, &k->tally);
	if (at_ms < 0)
		return;
	k->not_before_ms = at_ms;
	k->state = CALL_QUEUED;
}

static void on_error_status(struct client *c, struct call *k, const struct http_response *r) {
	const struct operation_traits *t = operation_traits(k->what.operation);
	struct aws_error error;
	char retry_after[32];
	aws_error_read(r, &error);
	if (!explain_proxy_answer(t->name, client_endpoint_of(c, k), r, &error, &k->error))
		explain_error(t->name, t->iam_action, client_endpoint_of(c, k),
			c->options.session->region.name, &c->keys, r->status, &error, &k->error);
	bool may_recover = !k->what.is_single_attempt;
	if (may_recover &&
		(recover_from_skew(c, k, r, &error) || recover_from_expiry(c, k, &error) ||
			recover_from_refusal(c, k, &error))) {
		c->last_error = k->error;
		return;
	}
	(void)http_header(r, "x-amz-retry-after", retry_after, sizeof retry_after);
	retry_or_fail(c, k, retry_kind_of_error(error.class), retry_after);
}

static void on_success(struct client *c, struct call *k, struct http_response *r) {
	struct err reason = {0};
	const char *name = operation_traits(k->what.operation)->name;
	k->document = json_parse_answer(buf_str(&r->body), r->body.len, &reason);
	bool is_query = !k->document &&
		explain_query_answer(name, client_endpoint_of(c, k), &r->body, &k->error);
	buf_free(&r->body);
	skew_note_accepted(&c->skew, &c->clock, r);
	if (!json_is_object(k->document)) {
		if (k->document)
			(void)err_set(&reason, ERR_SYNTAX, "not a JSON object");
		json_free(k->document);
		k->document = NULL;
		if (reason.code == ERR_MEMORY)
			(void)err_set(&k->error, ERR_MEMORY, "%s: %s", name, reason.message);
		else if (!is_query)
			explain_malformed_body(name, client_endpoint_of(c, k), &reason, &k->error);
		retry_or_fail(c, k, RETRY_NEVER, NULL);
		return;
	}
	k->error = (struct err){0};
	retry_refund(&k->tally, &c->retry_quota);
	k->state = CALL_FINAL;
}

static void record_exchange(struct client *c, const struct call *k, const struct http_response *r) {
	const struct journal_entry entry = {.name = operation_traits(k->what.operation)->name,
		.method = HTTP_POST,
		.where = client_endpoint_of(c, k)->url,
		.attempt = k->tally.attempts,
		.bytes_sent = k->what.body.len};
	c->work[k->what.operation].elapsed_ms += r->elapsed_ms;
	journal_add(c->run.journal, &entry, r);
}

void client_on_response(struct client *c, struct http_response *r) {
	struct call *k = r->tag;
	bool answered = r->failure == HTTP_NO_FAILURE && r->status == 200;
	c->in_flight--;
	k->throttled = false;
	record_exchange(c, k, r);
	if (r->failure != HTTP_NO_FAILURE) {
		explain_transport(operation_traits(k->what.operation)->name,
			client_endpoint_of(c, k), r, &k->error);
		retry_or_fail(c, k, retry_kind_of_failure(r->failure), NULL);
	} else if (answered) {
		on_success(c, k, r);
	} else {
		on_error_status(c, k, r);
	}
	pace_end(client_pace_of(c, k), k->pace_generation,
		answered               ? PACE_ANSWERED
			: k->throttled ? PACE_THROTTLED
				       : PACE_FAILED);
}
