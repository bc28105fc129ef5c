#include "config.h"

#include "report/probe_json.h"

#include "base/json_write.h"
#include "base/text.h"
#include "base/time.h"
#include "report/json.h"

#include <math.h>
#include <string.h>

enum { MAX_TEXT_CHARS = 4096, MAX_NAME_CHARS = 255 };

static void write_time(struct json_writer *w, const char *name, int64_t epoch_s) {
	char text[TIME_ISO_BYTES];
	json_write_string(w, name, epoch_s ? time_format_iso(epoch_s, text) : NULL);
}

static void write_errors(struct json_writer *w, const struct probe *p) {
	json_begin_array(w, "errors");
	if (p->end != SAMPLES_WHOLE)
		report_json_text(w, NULL, buf_str(&p->end_reason), MAX_TEXT_CHARS);
	for (int i = 0; i < PROBE_APIS; i++)
		if (p->calls[i].result == PROBE_DENIED || p->calls[i].result == PROBE_FAILED)
			report_json_text(w, NULL, p->calls[i].error.message, MAX_TEXT_CHARS);
	if (*p->identity_error.message)
		report_json_text(w, NULL, p->identity_error.message, MAX_TEXT_CHARS);
	json_end_array(w);
}

static void write_call(struct json_writer *w, const struct probe_call *c) {
	static const char *const results[] = {[PROBE_NOT_NEEDED] = "not_needed",
		[PROBE_PENDING] = "not_answered",
		[PROBE_PERMITTED] = "permitted",
		[PROBE_DENIED] = "denied",
		[PROBE_FAILED] = "failed"};
	const bool has_error = c->result == PROBE_DENIED || c->result == PROBE_FAILED;
	json_begin_object(w, NULL);
	json_write_string(w, "operation", c->operation);
	json_write_string(w, "permission", c->permission);
	report_json_text(w, "host", c->host, MAX_NAME_CHARS);
	json_write_string(w, "result", results[c->result]);
	report_json_text(w, "reason", has_error ? c->error.message : NULL, MAX_TEXT_CHARS);
	json_end_object(w);
}

static void write_keys(struct json_writer *w, const struct probe *p) {
	json_begin_object(w, "keys");
	json_write_string(w, "source", p->key_source);
	report_json_text(w, "role", p->key_role, MAX_NAME_CHARS);
	report_json_text(w, "short_id", p->key_id, MAX_NAME_CHARS);
	json_write_string(w, "kind", p->key_is_temporary ? "temporary" : "long-term");
	write_time(w, "expires", p->key_expires_s);
	report_json_text(w, "identity", p->identity, MAX_TEXT_CHARS);
	json_end_object(w);
}

/* A list that was not asked for, or was not read, counts nothing. */
static void write_count(struct json_writer *w, const char *name, const struct probe_call *list,
	size_t count) {
	json_write_number(w, name, list->result == PROBE_PERMITTED ? (double)count : NAN);
}

static void write_probe(struct json_writer *w, const struct probe_report *in) {
	const struct probe *p = in->probe;
	json_begin_object(w, "probe");
	json_begin_array(w, "apis");
	for (int i = 0; i < PROBE_APIS; i++)
		write_call(w, &p->calls[i]);
	json_end_array(w);
	write_count(w, "clusters_at_least", &p->calls[PROBE_LIST_CLUSTERS], p->clusters);
	write_count(w, "services_at_least", &p->calls[PROBE_LIST_SERVICES], p->services);
	write_keys(w, p);
	report_json_text(w, "region_source", in->region_source, MAX_NAME_CHARS);
	report_json_text(w, "proxy", strcmp(in->proxy, "none") == 0 ? NULL : in->proxy,
		MAX_TEXT_CHARS);
	json_write_number(w, "clock_behind_s", p->clock_is_known ? (double)p->clock_offset_s : NAN);
	json_end_object(w);
}

int report_probe_json(const struct probe_report *in, const char *summary, struct buf *out,
	struct err *e) {
	const struct report_json_head head = {.state = probe_state(in->probe),
		.kind = in->kind,
		.summary = summary,
		.cluster = in->target->name,
		.region = in->target->region,
		.account = in->probe->account};
	struct json_writer w = {.out = out, .is_indented = in->to_terminal};
	report_json_begin(&w, &head);
	json_write_null(&w, "services");
	write_errors(&w, in->probe);
	write_probe(&w, in);
	report_json_end(&w, in->diagnosis, NULL);
	return buf_check(out, "report", e);
}
