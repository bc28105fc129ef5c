#include "config.h"

#include "aws/call/clock_skew.h"

#include "aws/call/error.h"

enum {
	SIGNING_THRESHOLD_S = 240,
	TOLERATED_S = 30, /* Date has whole seconds, and the answer takes time */
	ACCEPTED_S = 900, /* AWS refuses signatures further from its clock */
	MAX_IN_SECONDS = 120,
	MAX_IN_MINUTES = 120 * 60,
	MAX_IN_HOURS = 48 * 3600
};

static int64_t host_s(const struct clock *clock) {
	return clock_wall_ms(clock) / 1000;
}

int64_t skew_signing_s(const struct skew *k, const struct clock *clock) {
	return host_s(clock) + k->signing_offset_s;
}

int64_t skew_now_s(const struct skew *k, const struct clock *clock) {
	return host_s(clock) + k->server_offset_s;
}

static int64_t distance(int64_t a, int64_t b) {
	return a > b ? a - b : b - a;
}

/* Reads from the answer's Date header how far AWS's clock is ahead of this host's. */
static bool read_offset(const struct clock *clock, const struct http_response *r,
	int64_t *offset_s) {
	char date[64];
	int64_t server_s;
	if (!http_header(r, "date", date, sizeof date) || time_parse_http(date, &server_s))
		return false;
	*offset_s = server_s - host_s(clock);
	return true;
}

void skew_note(struct skew *k, const struct clock *clock, const struct http_response *r) {
	int64_t offset_s;
	if (k->seen || !read_offset(clock, r, &offset_s))
		return;
	k->seen = true;
	k->server_offset_s = distance(offset_s, 0) > TOLERATED_S ? offset_s : 0;
}

void skew_note_accepted(struct skew *k, const struct clock *clock, const struct http_response *r) {
	int64_t offset_s;
	if (k->seen || !read_offset(clock, r, &offset_s))
		return;
	if (distance(offset_s, k->signing_offset_s) <= ACCEPTED_S)
		skew_note(k, clock, r);
	else
		k->disbelieved_offset_s = offset_s;
}

bool skew_correct(struct skew *k, const struct clock *clock, const struct http_response *r,
	const char *code) {
	int64_t offset_s;
	if (!aws_error_may_be_skew(code) || !read_offset(clock, r, &offset_s))
		return false;
	skew_note(k, clock, r);
	if (distance(offset_s, k->signing_offset_s) <= SIGNING_THRESHOLD_S)
		return false;
	/* This replaces an earlier Date, which a proxy may have set. */
	k->signing_offset_s = offset_s;
	k->server_offset_s = distance(offset_s, 0) > TOLERATED_S ? offset_s : 0;
	return true;
}

static void add_duration(struct buf *out, int64_t seconds) {
	if (seconds <= MAX_IN_SECONDS)
		buf_addf(out, "%lld s", (long long)seconds);
	else if (seconds <= MAX_IN_MINUTES)
		buf_addf(out, "%lld min", (long long)(seconds + 30) / 60);
	else if (seconds <= MAX_IN_HOURS)
		buf_addf(out, "%lld h", (long long)(seconds + 1800) / 3600);
	else
		buf_addf(out, "%lld days", (long long)(seconds + 43200) / 86400);
}

bool skew_describe(const struct skew *k, int64_t min_s, struct buf *out) {
	int64_t offset_s = k->server_offset_s;
	if (!k->seen && k->disbelieved_offset_s != 0 && min_s == 0) {
		buf_adds(out, "answers are dated ");
		add_duration(out, distance(k->disbelieved_offset_s, 0));
		buf_addf(out,
			" %s this host's clock: ignored, since AWS accepts this host's signatures",
			k->disbelieved_offset_s < 0 ? "before" : "after");
		return true;
	}
	if (distance(offset_s, 0) < min_s || offset_s == 0)
		return false;
	buf_adds(out, "this host's clock is ");
	add_duration(out, distance(offset_s, 0));
	buf_adds(out, offset_s < 0 ? " fast" : " slow");
	return true;
}
