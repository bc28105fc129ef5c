#include "config.h"

#include "options/draft.h"

#include "options/word_list.h"

#include "aws/service/arn.h"
#include "base/nearest.h"
#include "base/num.h"

#include <stdio.h>
#include <string.h>

_Static_assert((int)CHOICE_FIELD_BYTES == (int)ARN_FIELD_BYTES, "a field of an ARN fits");

enum { MAX_TIMEOUT_S = 86400, MAX_SECONDS_BYTES = 24 };

/* --- the cluster --- */

static int apply_cluster_arn(struct choice *c, const char *value, struct err *e) {
	struct arn arn;
	if (arn_parse(value, &arn) || !arn_is_cluster(&arn) || !arn.region[0] || !arn.partition[0])
		return err_set(e, ERR_USAGE,
			"-c %.*s is not the ARN of an ECS cluster; write arn:aws:ecs:REGION:ACCOUNT:cluster/NAME",
			SHOWN(value));
	c->cluster_name = arn.name;
	(void)snprintf(c->cluster_region, sizeof c->cluster_region, "%s", arn.region);
	(void)snprintf(c->cluster_account, sizeof c->cluster_account, "%s", arn.account);
	return 0;
}

/* The range in a value of which the shell has replaced "~" by a directory ("/root:90"); NULL: it is
 * not one. */
static const char *find_expanded_range(const char *value) {
	const char *colon = strrchr(value, ':');
	return *value == '/' && colon && range_is_valid(colon) ? colon : NULL;
}

int apply_cluster(struct draft *d, const char *value, struct err *e) {
	struct choice *c = d->choice;
	if (d->cluster_on_command_line)
		return err_set(e, ERR_USAGE,
			"-c is given twice (%.*s and %.*s), but a run checks one cluster; the critical range is -C",
			SHOWN(c->cluster), SHOWN(value));
	d->cluster_on_command_line = !d->from_ini;
	c->cluster = c->cluster_name = value;
	c->cluster_region[0] = c->cluster_account[0] = '\0';
	if (text_starts_with(value, "arn:"))
		return apply_cluster_arn(c, value, e);
	if (arn_is_ecs_name(value))
		return 0;
	if (range_is_valid(value))
		return err_set(e, ERR_USAGE,
			"-c %.*s looks like a range, but -c names the cluster; the critical range is -C",
			SHOWN(value));
	const char *rest = find_expanded_range(value);
	if (rest)
		return err_set(e, ERR_USAGE,
			"-c %.*s looks like a range whose ~ the shell has replaced; -c names the cluster; the critical range is -C '~%.*s'",
			SHOWN(value), SHOWN(rest));
	return err_set(e, ERR_USAGE,
		"-c %.*s is not a valid cluster name; use up to 255 letters, digits, '-' and '_'",
		SHOWN(value));
}

/* --- how AWS is reached --- */

int apply_region(struct draft *d, const char *value, struct err *e) {
	(void)e;
	d->choice->region = value;
	d->choice->region_is_private = d->from_ini;
	return 0;
}

int apply_profile(struct draft *d, const char *value, struct err *e) {
	(void)e;
	d->choice->profile = value;
	d->choice->profile_is_private = d->from_ini;
	return 0;
}

int apply_role_arn(struct draft *d, const char *value, struct err *e) {
	if (!arn_is_role(value))
		return err_set(e, ERR_USAGE,
			"--role-arn=%.*s is not the ARN of a role; write arn:aws:iam::ACCOUNT:role/NAME",
			SHOWN(value));
	d->choice->role_arn = value;
	return 0;
}

int apply_external_id(struct draft *d, const char *value, struct err *e) {
	if (!arn_is_external_id(value))
		return err_set(e, ERR_USAGE,
			"--external-id=%.*s is not valid; use %d to %d letters, digits and _+=,.@:/-",
			SHOWN(value), ARN_MIN_WORD_CHARS, ARN_MAX_EXTERNAL_ID_CHARS);
	d->choice->external_id = value;
	return 0;
}

int apply_no_cache(struct draft *d, const char *value, struct err *e) {
	(void)value;
	(void)e;
	d->choice->no_cache = true;
	return 0;
}

static bool begins_with_nocase(const char *s, const char *beginning) {
	return strlen(s) >= strlen(beginning) && text_equal_nocase(s, beginning, strlen(beginning));
}

/* What is wrong behind the scheme is found when the endpoints are set up. */
int apply_endpoint_url(struct draft *d, const char *value, struct err *e) {
	bool is_url = begins_with_nocase(value, "https://") || begins_with_nocase(value, "http://");
	if (!is_url && strchr(value, '@')) /* it may hold a password */
		return err_set(e, ERR_USAGE,
			"the value of --endpoint-url is not a valid URL; write https://HOST[:PORT]");
	if (!is_url)
		return err_set(e, ERR_USAGE,
			"--endpoint-url=%.*s is not a valid URL; write https://HOST[:PORT]",
			SHOWN(value));
	d->choice->endpoint_url = value;
	return 0;
}

int apply_ca_bundle(struct draft *d, const char *value, struct err *e) {
	(void)e;
	d->choice->ca_bundle = value;
	d->choice->ca_bundle_is_private = d->from_ini;
	return 0;
}

/* --- the job --- */

int apply_discover(struct draft *d, const char *value, struct err *e) {
	int place = value ? word_list_choose("--discover", value, DISCOVERY_WORDS, e) : -1;
	d->choice->job = JOB_DISCOVER; /* whatever the value: its error is for such a reader */
	if (place >= 0)
		d->choice->discovery = (enum discovery_format)place;
	return place < 0 ? -1 : 0;
}

int apply_probe(struct draft *d, const char *value, struct err *e) {
	(void)value;
	(void)e;
	d->choice->job = JOB_PROBE;
	return 0;
}

/* --- the deadline --- */

static int find_state(const char *value, enum state *out) {
	int found = word_list_find(STATE_WORDS, value, strlen(value));
	if (found < 0)
		return state_parse(value, out);
	*out = (enum state)found;
	return 0;
}

int apply_timeout_result(struct draft *d, const char *value, struct err *e) {
	if (find_state(value, &d->rules->timeout_state) == 0)
		return 0;
	return word_list_refuse("--timeout-result", value, STATE_WORDS, "0-3", e);
}

/* n bytes: whole seconds, or a duration ("10s"). */
static int read_seconds(const char *value, size_t n, int64_t *seconds) {
	char text[MAX_SECONDS_BYTES];
	if (n >= sizeof text)
		return -1;
	(void)snprintf(text, sizeof text, "%.*s", (int)n, value);
	if (num_parse_whole(text, n, MAX_TIMEOUT_S, seconds) && num_parse_duration(text, seconds))
		return -1;
	return *seconds < 1 || *seconds > MAX_TIMEOUT_S ? -1 : 0;
}

/* N, N:, N:STATE, :STATE: the forms that both plugin families accept. */
int apply_timeout(struct draft *d, const char *value, struct err *e) {
	int64_t seconds = d->choice->timeout_s;
	size_t n = strcspn(value, ":");
	const char *state = value + n + (value[n] == ':');
	if ((n == 0 && !*state) || (n > 0 && read_seconds(value, n, &seconds)))
		return err_set(e, ERR_USAGE,
			"-t %.*s is not valid; write 1 to %d seconds, and a state behind a colon if wanted (10, 10:CRITICAL)",
			SHOWN(value), MAX_TIMEOUT_S);
	if (*state && find_state(state, &d->rules->timeout_state)) {
		(void)err_set(e, ERR_USAGE,
			"-t %.*s: '%.*s' is not a state; use ok, warning, critical, unknown or 0-3",
			SHOWN(value), SHOWN(state));
		return nearest_explain_word(state, strlen(state), STATE_WORDS, e);
	}
	if (*state && !d->from_ini)
		d->timeout_has_state = d->rules->timeout_state != STATE_UNKNOWN;
	d->choice->timeout_s = (int)seconds;
	d->timeout_given = d->timeout_given || n > 0;
	return 0;
}
