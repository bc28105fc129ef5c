#include "config.h"

#include "aws/identity/cache.h"

#include "aws/identity/cache_state.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	LAST_MOMENT_S = 60,  /* no key is handed out that lives no longer: a run takes time */
	EARLY_S = 15 * 60,   /* when renewal begins at the earliest (botocore: "advisory") */
	CLI_RESERVE_S = 900, /* the AWS CLI takes such an entry for expired */
	MIN_PAUSE_MS = 20,
	PAUSE_SPREAD_MS = 30,
	MAX_SKIPPED = 64 * 1024,
	MAX_WHAT_CHARS = 80
};

/* One question to the cache. */
struct visit {
	const struct provider_context *context;
	const struct cached_request *request;
	struct cache_store store;
};

enum freshness { ABSENT, DUE, FRESH };

static void say(const struct visit *v, const char *what) {
	struct buf line;
	buf_init(&line, 1024);
	text_add_clean(&line, v->request->what, MAX_WHAT_CHARS);
	buf_addf(&line, ": %s", what);
	aws_run_trace(&v->context->run, "cache", buf_str(&line));
	buf_free(&line);
}

static void say_why(const struct visit *v, const char *what, const struct err *why) {
	char text[sizeof why->message + 64];
	(void)snprintf(text, sizeof text, "%s (%s)", what, why->message);
	say(v, text);
}

static void say_found(const struct visit *v, const char *where, const struct keys *c) {
	char text[128], id[16], until[TIME_ISO_BYTES];
	(void)snprintf(text, sizeof text, "key %s from %s, valid until %s", keys_short_id(c, id),
		where, time_format_iso(c->expires_s, until));
	say(v, text);
}

/* --- looking --- */

static bool is_spent(const struct visit *v, const struct keys *c) {
	return keys_is_spent(v->context->spent, c->access_key_id);
}

/* FRESH and DUE: the keys are in *out. */
static enum freshness look(const struct visit *v, struct keys *out) {
	struct cache_entry entry;
	if (v->store.folder < 0 || !cache_store_read(&v->store, &entry))
		return ABSENT;
	int64_t left_s = entry.keys.expires_s - aws_run_now_s(&v->context->run);
	int64_t early_s = (entry.keys.expires_s - entry.made_s) / 4;
	if (left_s <= LAST_MOMENT_S || is_spent(v, &entry.keys)) {
		keys_free(&entry.keys);
		return ABSENT;
	}
	*out = entry.keys;
	out->cached = true;
	return left_s < (early_s < EARLY_S ? early_s : EARLY_S) ? DUE : FRESH;
}

static bool look_at_cli(const struct visit *v, struct keys *out) {
	const char *identity = v->request->cli_identity;
	struct keys found = {0};
	if (!identity || !cache_cli_read(identity, &found))
		return false;
	if (found.expires_s - aws_run_now_s(&v->context->run) < CLI_RESERVE_S ||
		is_spent(v, &found)) {
		keys_free(&found);
		return false;
	}
	*out = found;
	out->cached = true;
	say_found(v, "the AWS CLI's cache", out);
	return true;
}

/* --- asking --- */

static void keep(const struct visit *v, const struct keys *c) {
	struct err why = {0};
	const struct cache_entry entry = {.keys = *c, .made_s = aws_run_now_s(&v->context->run)};
	if (v->store.folder < 0 || c->expires_s <= entry.made_s)
		return;
	if (cache_store_write(&v->store, &entry, &why)) {
		say_why(v, "the keys are not kept", &why);
		return;
	}
	cache_store_sweep(&v->store, entry.made_s,
		(int)(aws_run_random(&v->context->run) * MAX_SKIPPED));
}

static int ask(const struct visit *v, struct keys *out, struct err *e) {
	if (v->request->fetch(v->request->ctx, out, e)) {
		keys_free(out);
		return -1;
	}
	keep(v, out);
	return 0;
}

/* Asks while old keys can still serve: not for longer than a third of the time. */
static int ask_early(const struct visit *v, struct keys *out, struct err *e) {
	int64_t *deadline_ms = v->request->deadline_ms;
	int64_t before_ms = deadline_ms ? *deadline_ms : 0;
	int64_t now_ms = clock_monotonic_ms(v->context->run.deadline.clock);
	if (deadline_ms)
		*deadline_ms = now_ms + (before_ms - now_ms) / 3;
	int rc = ask(v, out, e);
	if (deadline_ms)
		*deadline_ms = before_ms;
	return rc;
}

/* The keys in *out serve, but not for long: one process renews them. Their end is no reason to fail
 * before it has come, unless AWS says that the role is not ours any more. */
static int renew(const struct visit *v, struct keys *out, struct err *e) {
	struct keys fresh = {0};
	struct err why = {0};
	int lock;
	int held = cache_store_lock(&v->store, &lock, &why);
	if (held < 0)
		say_why(v, "cannot be renewed early", &why);
	if (held)
		return 0;
	/* Somebody may have done so since. */
	int rc = 0;
	if (look(v, &fresh) != FRESH) {
		keys_free(&fresh);
		rc = ask_early(v, &fresh, &why);
	}
	(void)close(lock);
	if (rc == 0) {
		keys_free(out);
		*out = fresh;
		return 0;
	}
	if (why.code == ERR_DENIED ||
		(why.code == ERR_DEADLINE && deadline_is_over(&v->context->run.deadline))) {
		keys_free(out);
		*e = why;
		return -1;
	}
	say_why(v, "early renewal failed, the old keys serve on", &why);
	return 0;
}

static void pause_a_moment(const struct aws_run *run) {
	double spread = aws_run_random(run) * PAUSE_SPREAD_MS;
	const struct timespec t = {.tv_nsec = (MIN_PAUSE_MS + (long)spread) * 1000000L};
	(void)nanosleep(&t, NULL);
}

/* There are no keys: whoever gets the lock asks, and the others wait for what it writes. If it
 * fails or dies the next one gets the lock. */
static int ask_one_at_a_time(const struct visit *v, struct keys *out, struct err *e) {
	const struct clock *clock = v->context->run.deadline.clock;
	int64_t begun_ms = clock_monotonic_ms(clock);
	int64_t patient_until_ms = begun_ms + (v->context->run.deadline.at_ms - begun_ms) / 3 * 2;
	for (;;) {
		struct err why = {0};
		int lock;
		int held = cache_store_lock(&v->store, &lock, &why);
		if (held < 0)
			say_why(v, "asks without a lock", &why);
		if (held < 0)
			return ask(v, out, e);
		bool found = look(v, out) != ABSENT;
		if (held == 0) {
			int rc = found ? 0 : ask(v, out, e);
			(void)close(lock);
			return rc;
		}
		if (found)
			return 0;
		if (deadline_is_over(&v->context->run.deadline))
			return err_set(e, ERR_DEADLINE,
				"waiting for another check that asks for the same keys");
		if (clock_monotonic_ms(clock) >= patient_until_ms) {
			say(v, "another check asks for too long");
			return ask(v, out, e);
		}
		pause_a_moment(&v->context->run);
	}
}

/* --- the doors --- */

static void visit_begin(struct visit *v, const struct provider_context *context,
	const struct cached_request *r, bool make) {
	struct err why = {0};
	*v = (struct visit){.context = context, .request = r};
	if (cache_store_open(&v->store, r->identity, make, &why) < 0)
		say_why(v, "not used", &why);
}

int credentials_cached(const struct provider_context *context, const struct cached_request *r,
	struct keys *out, struct err *e) {
	struct visit v;
	*out = (struct keys){0};
	if (context->no_cache)
		return r->fetch(r->ctx, out, e);
	visit_begin(&v, context, r, true);
	int rc = 0;
	enum freshness found = look(&v, out);
	if (found != ABSENT)
		say_found(&v, "the cache", out);
	if (found == DUE)
		rc = renew(&v, out, e);
	else if (found == ABSENT && !look_at_cli(&v, out))
		rc = v.store.folder >= 0 ? ask_one_at_a_time(&v, out, e) : ask(&v, out, e);
	cache_store_close(&v.store);
	if (rc == 0)
		keys_set_origin(out, r->identity);
	return rc;
}

int credentials_cache_look(const struct provider_context *context, const struct cached_request *r,
	struct keys *out) {
	struct visit v;
	*out = (struct keys){0};
	if (context->no_cache)
		return 1;
	visit_begin(&v, context, r, false);
	bool found = look(&v, out) != ABSENT;
	if (found)
		say_found(&v, "the cache", out);
	found = found || look_at_cli(&v, out);
	cache_store_close(&v.store);
	if (found)
		keys_set_origin(out, r->identity);
	return found ? 0 : 1;
}
