#include "config.h"

#include "report/discovery.h"

#include "base/json_write.h"

#include <string.h>

static const char *name_of(const struct discovery *d, size_t i) {
	return d->samples->services[i].name;
}

/* --- names, JSON --- */

static void add_names(const struct discovery *d, struct buf *out) {
	for (size_t i = 0; i < d->samples->service_count; i++) {
		buf_adds(out, name_of(d, i));
		buf_addc(out, '\n');
	}
}

static void add_json(const struct discovery *d, struct buf *out) {
	struct json_writer w = {.out = out};
	const char *account = d->samples->account;
	json_begin_object(&w, NULL);
	json_write_string(&w, "kind", d->kind);
	json_write_string(&w, "version", PACKAGE_VERSION);
	json_write_string(&w, "cluster", d->target->name);
	json_write_string(&w, "region", d->target->region);
	json_write_string(&w, "account", *account ? account : NULL);
	json_begin_array(&w, "services");
	for (size_t i = 0; i < d->samples->service_count; i++) {
		json_begin_object(&w, NULL);
		json_write_string(&w, "name", name_of(d, i));
		json_end_object(&w);
	}
	json_end_array(&w);
	json_end_object(&w);
	buf_addc(out, '\n');
}

/* --- Icinga 2 --- */

/* A string of Icinga 2's language: a backslash before a quote and a backslash, three octal digits
 * for a control character. (Icinga 2 documentation, Language Reference, String Literals Escape
 * Sequences.) */
static void add_string(struct buf *out, const char *s) {
	buf_addc(out, '"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c < ' ' || c == 0x7F)
			buf_addf(out, "\\%03o", (unsigned)c);
		else if (c == '"' || c == '\\')
			buf_addf(out, "\\%c", c);
		else
			buf_addc(out, *s);
	}
	buf_addc(out, '"');
}

/* In the value of a variable "$" begins a macro, and "$$" is a dollar sign. */
static void add_variable(struct buf *out, const char *name, const char *value) {
	if (!value)
		return;
	struct buf text;
	buf_init(&text, out->max);
	for (; *value; value++) {
		if (*value == '$')
			buf_addc(&text, '$');
		buf_addc(&text, *value);
	}
	buf_addf(out, "\tvars.ecs_bottleneck_%s = ", name);
	add_string(out, buf_str(&text));
	buf_addc(out, '\n');
	buf_fail_with(out, &text);
	buf_free(&text);
}

/* "ecs/123456789012/eu-west-1/prod/api": ECS names have no slash. */
static void add_key(const struct discovery *d, size_t i, struct buf *out) {
	const char *account = d->samples->account;
	bool is_number = *account && account[strspn(account, "0123456789")] == '\0';
	buf_addf(out, "ecs/%s/%s/%s/%s", is_number ? account : "-", d->target->region,
		d->target->name, name_of(d, i));
}

static void add_object(const struct discovery *d, size_t i, struct buf *out) {
	const struct choice *c = d->choice;
	struct buf text;
	buf_init(&text, out->max);
	add_key(d, i, &text);
	buf_addf(out, "# %s\nobject Service ", buf_str(&text));
	add_string(out, buf_str(&text));
	buf_adds(out, " {\n\tdisplay_name = ");
	buf_truncate(&text, 0);
	buf_addf(&text, "ECS %s/%s", d->target->name, name_of(d, i));
	add_string(out, buf_str(&text));
	buf_addc(out, '\n');
	add_variable(out, "cluster", c->cluster ? c->cluster : d->target->name);
	add_variable(out, "service", name_of(d, i));
	add_variable(out, "region", d->target->region);
	add_variable(out, "profile", c->profile);
	add_variable(out, "role_arn", c->role_arn);
	add_variable(out, "external_id", c->external_id);
	add_variable(out, "endpoint_url", c->endpoint_url);
	add_variable(out, "ca_bundle", c->ca_bundle);
	if (c->no_cache)
		buf_adds(out, "\tvars.ecs_bottleneck_no_cache = true\n");
	/* Last, so that the template can go by these variables. */
	buf_adds(out, "\timport \"ecs_bottleneck_discovered\"\n}\n\n");
	buf_fail_with(out, &text);
	buf_free(&text);
}

void report_discovery(const struct discovery *d, struct buf *out) {
	switch (d->choice->discovery) {
	case DISCOVERY_NAMES:
		add_names(d, out);
		break;
	case DISCOVERY_JSON:
		add_json(d, out);
		break;
	case DISCOVERY_ICINGA2:
		for (size_t i = 0; i < d->samples->service_count; i++)
			add_object(d, i, out);
		break;
	}
}
