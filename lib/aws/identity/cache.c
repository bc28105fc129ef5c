#include "config.h"

#include "aws/identity/cache.h"

#include "aws/identity/cache_state.h"
#include "base/text.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum {
	LAST_MOMENT_S = 60,  /* a key is not used for less: a run takes time */
	EARLY_S = 15 * 60,   /* earliest start of renewal (botocore: "advisory") */
	CLI_RESERVE_S = 900, /* the AWS CLI treats such an entry as expired */
	MIN_PAUSE_MS = 20,
	PAUSE_SPREAD_MS = 30,
	MAX_SKIPPED = 64 * 1024,
	MAX_WHAT_CHARS = 80
};

/* One query to the cache. */
struct query {
	const struct provider_context *context;
	const struct cache_request *request;
	struct cache_store store;
};

enum freshness { ABSENT, DUE, FRESH };

static void trace_text(const struct query *q, const char *what) {
	struct buf line;
	buf_init(&line, 1024);
	text_add_clean(&line, q->request->what, MAX_WHAT_CHARS);
	buf_addf(&line, ": %s", what);
	aws_run_trace(&q->context->run, "cache", buf_str(&line));
	buf_free(&line);
}

static void trace_reason(const struct query *q, const char *what, const struct err *why) {
	char text[sizeof why->message + 64];
	(void)snprintf(text, sizeof text, "%s (%s)", what, why->message);
	trace_text(q, text);
}

static void trace_found(const struct query *q, const char *where, const struct keys *c) {
	char text[128], id[16], until[TIME_ISO_BYTES];
	(void)snprintf(text, sizeof text, "key %s from %s, valid until %s", keys_short_id(c, id),
		where, time_format_iso(c->expires_s, until));
	trace_text(q, text);
}

/* --- reading --- */

static bool is_spent(const struct query *q, const struct keys *c) {
	return keys_is_spent(q->context->spent, c->access_key_id);
}

/* FRESH and DUE: *out holds the keys. */
static enum freshness read_entry(const struct query *q, struct keys *out) {
	struct cache_entry entry;
	if (q->store.folder < 0 || !cache_store_read(&q->store, &entry))
		return ABSENT;
	int64_t left_s = entry.keys.expires_s - aws_run_now_s(&q->context->run);
	int64_t early_s = (entry.keys.expires_s - entry.made_s) / 4;
	if (left_s <= LAST_MOMENT_S || is_spent(q, &entry.keys)) {
		keys_free(&entry.keys);
		return ABSENT;
	}
	*out = entry.keys;
	out->cached = true;
	return left_s < (early_s < EARLY_S ? early_s : EARLY_S) ? DUE : FRESH;
}

static bool read_cli_entry(const struct query *q, struct keys *out) {
	const char *identity = q->request->cli_identity;
	struct keys found = {0};
	if (!identity || !cache_cli_read(identity, &found))
		return false;
	if (found.expires_s - aws_run_now_s(&q->context->run) < CLI_RESERVE_S ||
		is_spent(q, &found)) {
		keys_free(&found);
		return false;
	}
	*out = found;
	out->cached = true;
	trace_found(q, "the AWS CLI's cache", out);
	return true;
}

/* --- fetching --- */

static void store_keys(const struct query *q, const struct keys *c) {
	struct err why = {0};
	const struct cache_entry entry = {.keys = *c, .made_s = aws_run_now_s(&q->context->run)};
	if (q->store.folder < 0 || c->expires_s <= entry.made_s)
		return;
	if (cache_store_write(&q->store, &entry, &why)) {
		trace_reason(q, "the keys are not stored", &why);
		return;
	}
	cache_store_sweep(&q->store, entry.made_s,
		(int)(aws_run_random(&q->context->run) * (double)MAX_SKIPPED));
}

static int fetch_keys(const struct query *q, struct keys *out, struct err *e) {
	if (q->request->fetch(q->request->ctx, out, e)) {
		keys_free(out);
		return -1;
	}
	store_keys(q, out);
	return 0;
}

/* Fetches new keys while the old ones are usable: takes at most a third of the remaining time. */
static int fetch_early(const struct query *q, struct keys *out, struct err *e) {
	int64_t *deadline_ms = q->request->deadline_ms;
	int64_t before_ms = deadline_ms ? *deadline_ms : 0;
	int64_t now_ms = clock_monotonic_ms(q->context->run.deadline.clock);
	if (deadline_ms)
		*deadline_ms = now_ms + (before_ms - now_ms) / 3;
	int rc = fetch_keys(q, out, e);
	if (deadline_ms)
		*deadline_ms = before_ms;
	return rc;
}

/* The keys in *out are usable, but not for long: one process renews them. A failed renewal is not
 * fatal, unless AWS denies us the role or the run's deadline has passed. */
static int renew_keys(const struct query *q, struct keys *out, struct err *e) {
	struct keys fresh = {0};
	struct err why = {0};
	int lock;
	int held = cache_store_lock(&q->store, &lock, &why);
	if (held < 0)
		trace_reason(q, "the keys cannot be renewed early", &why);
	if (held)
		return 0;
	/* Another process may have renewed them meanwhile. */
	int rc = 0;
	if (read_entry(q, &fresh) != FRESH) {
		keys_free(&fresh);
		rc = fetch_early(q, &fresh, &why);
	}
	(void)close(lock);
	if (rc == 0) {
		keys_free(out);
		*out = fresh;
		return 0;
	}
	if (why.code == ERR_DENIED ||
		(why.code == ERR_DEADLINE && deadline_is_over(&q->context->run.deadline))) {
		keys_free(out);
		*e = why;
		return -1;
	}
	trace_reason(q, "the early renewal failed, so the old keys stay in use", &why);
	return 0;
}

static void pause_briefly(const struct aws_run *run) {
	double spread = aws_run_random(run) * (double)PAUSE_SPREAD_MS;
	const struct timespec t = {.tv_nsec = (MIN_PAUSE_MS + (long)spread) * 1000000L};
	(void)nanosleep(&t, NULL);
}

/* There are no keys: the process that gets the lock fetches them, and the others wait for the
 * entry. If it fails or dies, the next one gets the lock. */
static int fetch_in_turn(const struct query *q, struct keys *out, struct err *e) {
	const struct clock *clock = q->context->run.deadline.clock;
	int64_t begun_ms = clock_monotonic_ms(clock);
	int64_t wait_until_ms = begun_ms + (q->context->run.deadline.at_ms - begun_ms) / 3 * 2;
	for (;;) {
		struct err why = {0};
		int lock;
		int held = cache_store_lock(&q->store, &lock, &why);
		if (held < 0)
			trace_reason(q, "fetching keys without a lock", &why);
		if (held < 0)
			return fetch_keys(q, out, e);
		bool found = read_entry(q, out) != ABSENT;
		if (held == 0) {
			int rc = found ? 0 : fetch_keys(q, out, e);
			(void)close(lock);
			return rc;
		}
		if (found)
			return 0;
		if (deadline_is_over(&q->context->run.deadline))
			return err_set(e, ERR_DEADLINE,
				"waiting for another check that is fetching the same keys");
		if (clock_monotonic_ms(clock) >= wait_until_ms) {
			trace_text(q, "another check is taking too long to fetch the keys");
			return fetch_keys(q, out, e);
		}
		pause_briefly(&q->context->run);
	}
}

/* --- entry points --- */

static void begin_query(struct query *q, const struct provider_context *context,
	const struct cache_request *r, bool make) {
	struct err why = {0};
	*q = (struct query){.context = context, .request = r};
	if (cache_store_open(&q->store, r->identity, make, &why) < 0)
		trace_reason(q, "not used", &why);
}

int cache_get_or_fetch(const struct provider_context *context, const struct cache_request *r,
	struct keys *out, struct err *e) {
	struct query q;
	*out = (struct keys){0};
	if (context->no_cache)
		return r->fetch(r->ctx, out, e);
	begin_query(&q, context, r, true);
	int rc = 0;
	enum freshness found = read_entry(&q, out);
	if (found != ABSENT)
		trace_found(&q, "the cache", out);
	if (found == DUE)
		rc = renew_keys(&q, out, e);
	else if (found == ABSENT && !read_cli_entry(&q, out))
		rc = q.store.folder >= 0 ? fetch_in_turn(&q, out, e) : fetch_keys(&q, out, e);
	cache_store_close(&q.store);
	if (rc == 0)
		keys_set_origin(out, r->identity);
	return rc;
}

int cache_get(const struct provider_context *context, const struct cache_request *r,
	struct keys *out) {
	struct query q;
	*out = (struct keys){0};
	if (context->no_cache)
		return 1;
	begin_query(&q, context, r, false);
	bool found = read_entry(&q, out) != ABSENT;
	if (found)
		trace_found(&q, "the cache", out);
	found = found || read_cli_entry(&q, out);
	cache_store_close(&q.store);
	if (found)
		keys_set_origin(out, r->identity);
	return found ? 0 : 1;
}
