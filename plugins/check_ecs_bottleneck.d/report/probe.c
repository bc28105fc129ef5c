#include "config.h"

#include "report/probe.h"

#include "base/text.h"
#include "base/time.h"
#include "model/selection.h"
#include "report/words/fit.h"
#include "report/words/parts.h"
#include "report/probe_json.h"
#include "report/words/cause.h"
#include "report/words/first_line.h"
#include "report/words/lasting_text.h"

enum { MAX_MESSAGE_CHARS = 900, WORTH_TELLING_S = 61 };

/* --- the keys and the clock --- */

/* "keys of role monitoring", "key AKIA...MPLE". */
static void add_whose(const struct probe *p, struct buf *out) {
	if (*p->key_role) {
		buf_adds(out, "keys of role ");
		text_add_clean(out, p->key_role, sizeof p->key_id * 4);
	} else {
		buf_addf(out, "key %s", p->key_id);
	}
}

/* " good for 5 h", " without an end". */
static void add_life(const struct probe *p, struct buf *out) {
	const int64_t left_s = p->key_expires_s - p->now_s;
	if (p->key_expires_s == 0) {
		buf_adds(out, p->key_is_temporary ? ", temporary" : ", long-term");
		return;
	}
	if (left_s <= 0) {
		buf_adds(out, " that have expired");
		return;
	}
	buf_adds(out, " good for ");
	lasting_text_add_span(out, left_s);
}

static void add_keys_line(const struct probe *p, struct buf *out) {
	char until[TIME_MINUTE_BYTES];
	buf_adds(out, "keys: ");
	if (*p->key_role) {
		buf_adds(out, "role ");
		text_add_clean(out, p->key_role, sizeof p->key_id * 4);
		buf_adds(out, ", ");
	}
	buf_addf(out, "%s from %s, ", p->key_id, p->key_source);
	if (p->key_expires_s == 0 && !p->key_is_temporary) {
		buf_adds(out, "long-term: they do not expire\n");
		return;
	}
	if (p->key_expires_s == 0) {
		buf_adds(out, "temporary: their source does not say when they expire\n");
		return;
	}
	buf_adds(out, p->key_expires_s > p->now_s ? "good for " : "expired ");
	lasting_text_add_span(out,
		p->key_expires_s > p->now_s ? p->key_expires_s - p->now_s
					    : p->now_s - p->key_expires_s);
	buf_addf(out, "%s %s\n", p->key_expires_s > p->now_s ? ", until" : " ago, at",
		time_format_minute(p->key_expires_s, until));
}

static void add_identity_line(const struct probe *p, struct buf *out) {
	if (!p->identity_asked)
		return;
	buf_adds(out, "identity: ");
	if (*p->identity)
		buf_adds(out, p->identity);
	else {
		buf_adds(out, "not known: ");
		text_add_clean(out, p->identity_error.message, MAX_MESSAGE_CHARS);
	}
	buf_addc(out, '\n');
}

static int64_t clock_distance_s(const struct probe *p) {
	return p->clock_offset_s < 0 ? -p->clock_offset_s : p->clock_offset_s;
}

/* A wrong clock has a line of its own in the diagnosis. */
static void add_clock_line(const struct probe *p, struct buf *out) {
	if (!p->clock_is_known)
		buf_adds(out, "clock: AWS has not told its time\n");
	else if (p->clock_offset_s == 0)
		buf_adds(out, "clock: this host's clock agrees with AWS's\n");
}

/* --- the calls --- */

static void add_count(size_t count, bool more, const char *noun, struct buf *out) {
	if (more && count > 0)
		buf_adds(out, "more than ");
	if (more && count == 0)
		buf_addf(out, "%ss", noun);
	else if (count == 0)
		buf_addf(out, "no %ss", noun);
	else
		buf_addf(out, "%zu %s%s", count, noun, text_plural(count));
}

/* What a check does without a call that is denied. */
static const char *effect_of_denial(const struct probe_report *in, enum probe_api api) {
	if (api == PROBE_LIST_CLUSTERS)
		return "; a check with -c does not need it";
	if (patterns_are_names(&in->rules->include))
		return "; a service without data will be UNKNOWN, whatever --no-data says";
	return "; a service without data will be UNKNOWN unless --no-data says what it is";
}

static void add_call_line(const struct probe_report *in, enum probe_api api, struct buf *out) {
	const struct probe *p = in->probe;
	const struct probe_call *c = &p->calls[api];
	const bool is_ok = c->result == PROBE_PERMITTED ||
		(c->result == PROBE_DENIED && c->is_optional);
	if (c->result == PROBE_NOT_NEEDED)
		return;
	buf_addf(out, "[%s] ", state_name(is_ok ? STATE_OK : STATE_UNKNOWN));
	if (c->result == PROBE_PERMITTED) {
		buf_addf(out, "%s permitted", c->permission);
		if (api == PROBE_LIST_CLUSTERS || api == PROBE_LIST_SERVICES)
			buf_adds(out, ": ");
		if (api == PROBE_LIST_CLUSTERS)
			add_count(p->clusters, p->more_clusters, "cluster", out);
		if (api == PROBE_LIST_SERVICES)
			add_count(p->services, p->more_services, "service", out);
	} else if (c->result == PROBE_PENDING) {
		buf_addf(out, "%s: not answered in time", c->operation);
	} else {
		if (c->result == PROBE_DENIED)
			buf_addf(out, "%s denied: ", c->permission);
		report_add_action(out, c->error.message);
		if (is_ok)
			buf_adds(out, effect_of_denial(in, api));
	}
	buf_addc(out, '\n');
	if (c->result == PROBE_DENIED || c->result == PROBE_FAILED)
		(void)report_add_aws_words(out, c->error.message);
}

static bool is_denied(const struct probe_call *c) {
	return c->result == PROBE_DENIED && !c->is_optional;
}

/* --- the first line --- */

static void add_denied(const struct probe *p, struct buf *out) {
	size_t told = 0;
	buf_adds(out, "permissions are missing: ");
	for (int i = 0; i < PROBE_APIS; i++)
		if (p->calls[i].result == PROBE_DENIED)
			buf_addf(out, "%s%s", told++ > 0 ? ", " : "", p->calls[i].permission);
}

/* What is to be done first: what stopped the run, what is missing, the first failure. */
static void add_trouble(const struct probe_report *in, struct buf *out) {
	const struct probe *p = in->probe;
	const struct probe_call *first = NULL;
	const struct probe_call *first_denied = NULL;
	size_t denied = 0;
	for (int i = PROBE_APIS - 1; i >= 0; i--) {
		const struct probe_call *c = &p->calls[i];
		denied += c->result == PROBE_DENIED;
		first_denied = is_denied(c) ? c : first_denied;
		first = c->result == PROBE_FAILED ? c : first;
	}
	if (first)
		report_add_own_words(out, first->error.message);
	else if (first_denied && denied > 1)
		add_denied(p, out);
	else if (first_denied)
		report_add_action(out, first_denied->error.message);
	else if (p->end != SAMPLES_WHOLE)
		text_add_clean(out, buf_str(&p->end_reason), MAX_MESSAGE_CHARS);
	else
		buf_addf(out, "no ECS clusters in %s: check the region (-r) and the account (-p)",
			in->target->region);
}

static void add_success(const struct probe_report *in, struct buf *out) {
	const struct probe *p = in->probe;
	const struct probe_call *list = &p->calls[PROBE_LIST_CLUSTERS];
	const struct probe_call *described = &p->calls[PROBE_DESCRIBE_SERVICES];
	if (list->result == PROBE_DENIED)
		buf_adds(out, "AWS answers");
	else if (!in->target->name)
		add_count(p->clusters, p->more_clusters, "cluster", out);
	else if (p->calls[PROBE_LIST_SERVICES].result == PROBE_PERMITTED)
		add_count(p->services, p->more_services, "service", out);
	else
		buf_adds(out, "permitted"); /* services are named, and none is listed */
	buf_addf(out, " in %s, ", in->target->region);
	add_whose(p, out);
	add_life(p, out);
	if (list->result == PROBE_DENIED)
		buf_addf(out, "; %s denied: name the cluster with -c", list->permission);
	if (described->result == PROBE_DENIED)
		buf_addf(out, "; %s denied", described->permission);
	if (p->clock_is_known && clock_distance_s(p) >= WORTH_TELLING_S)
		buf_adds(out,
			p->clock_offset_s < 0 ? "; this host's clock is fast"
					      : "; this host's clock is slow");
}

static void add_headline(const struct probe_report *in, struct buf *out) {
	if (probe_state(in->probe) == STATE_OK)
		add_success(in, out);
	else
		add_trouble(in, out);
}

/* --- the parts --- */

static void add_body(const struct probe_report *in, struct buf *out) {
	const struct probe *p = in->probe;
	const bool has_ended = p->end != SAMPLES_WHOLE;
	if (has_ended) {
		buf_adds(out, "[UNKNOWN] ");
		text_add_clean(out, buf_str(&p->end_reason), MAX_MESSAGE_CHARS);
		buf_addc(out, '\n');
	}
	for (int i = 0; i < PROBE_APIS; i++)
		add_call_line(in, (enum probe_api)i, out);
	if (!in->target->name && !has_ended)
		buf_adds(out, "name a cluster with -c to try what a check of it needs\n");
	add_keys_line(p, out);
	add_identity_line(p, out);
	add_clock_line(p, out);
	if (*p->account) {
		buf_adds(out, "account: ");
		text_add_clean(out, p->account, sizeof p->account);
		buf_addc(out, '\n');
	}
	buf_adds(out, in->diagnosis);
}

static int report_as_json(const struct probe_report *in, struct buf *out, struct err *e) {
	struct buf summary;
	buf_init(&summary, REPORT_MAX_BYTES);
	report_add_prefix(probe_state(in->probe), in->target->name, in->rules, &summary);
	add_headline(in, &summary);
	int rc = buf_check(&summary, "report", e);
	if (rc == 0)
		rc = report_probe_json(in, buf_str(&summary), out, e);
	buf_free(&summary);
	return rc;
}

int report_probe(const struct probe_report *in, struct buf *out, struct err *e) {
	const int max = report_max_columns(in->style, in->to_terminal);
	struct report_parts parts;
	if (in->style->format == FORMAT_JSON)
		return report_as_json(in, out, e);
	report_parts_init(&parts);
	report_add_prefix(probe_state(in->probe), in->target->name, in->rules, &parts.headline);
	const size_t from = parts.headline.len;
	add_headline(in, &parts.headline);
	const struct report_prefix prefix = {.state = probe_state(in->probe),
		.cluster = in->target->name,
		.rules = in->rules};
	(void)report_shorten_first_line(&prefix, max, from, &parts.headline);
	add_body(in, &parts.body);
	report_parts_add_plain_lines(&parts);
	int rc = report_fit(&parts, &in->style->max_output, out, e);
	report_parts_free(&parts);
	return rc;
}
