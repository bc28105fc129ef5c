#include "config.h"

#include "aws/config/role_chain.h"

#include "base/buf.h"
#include "base/ini.h"
#include "base/num.h"
#include "base/text.h"

#include <string.h>

enum { MAX_SHOWN_CHARS = 120, MAX_TEXT_BYTES = 1024 };

/* The profiles visited so far, the selected one first. */
struct walk {
	const struct profile_set *all;
	struct role_step steps[ROLE_CHAIN_MAX];
	size_t count;
};

/* --- errors --- */

/* Sets e to the concatenated parts. They alternate between our own text and names or paths (never
 * values), which are cleaned and cut. Returns -1. */
static int set_error(struct err *e, const char *const *parts, size_t n) {
	struct buf b;
	buf_init(&b, MAX_TEXT_BYTES);
	for (size_t i = 0; i < n; i++) {
		if (i % 2 == 0)
			buf_adds(&b, parts[i]);
		else
			text_add_clean(&b, parts[i], MAX_SHOWN_CHARS);
	}
	(void)err_set(e, ERR_CREDENTIALS, "%s", buf_str(&b));
	buf_free(&b);
	return -1;
}

#define SET_ERROR(e, ...)                                  \
	set_error((e), (const char *const[]){__VA_ARGS__}, \
		sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static int no_such_source(const struct profile_set *all, const char *profile, const char *source,
	struct err *e) {
	const char *paths[PROFILE_FILES], *notes[PROFILE_FILES];
	for (int i = 0; i < PROFILE_FILES; i++) {
		paths[i] = profile_path(all, (enum profile_file)i);
		notes[i] = profile_file_exists(all, (enum profile_file)i) ? "" : " (missing)";
		if (!*paths[i])
			paths[i] = i == PROFILE_CONFIG ? "the config file" : "the credentials file";
	}
	(void)SET_ERROR(e, "the source_profile of profile '", profile, "' is in neither ",
		paths[PROFILE_CONFIG], notes[PROFILE_CONFIG], "", " nor ",
		paths[PROFILE_CREDENTIALS], notes[PROFILE_CREDENTIALS]);
	(void)ini_explain(source, NULL, e);
	return -1;
}

/* Names the visited profiles and the repeated one: "A, then B, then A". */
static int report_loop(const struct walk *w, const char *again, struct err *e) {
	struct buf b;
	buf_init(&b, MAX_TEXT_BYTES);
	for (size_t i = 0; i < w->count; i++) {
		text_add_clean(&b, w->steps[i].profile, MAX_SHOWN_CHARS / 6);
		buf_adds(&b, ", then ");
	}
	text_add_clean(&b, again, MAX_SHOWN_CHARS / 6);
	(void)err_set(e, ERR_CREDENTIALS,
		"the source_profile of these profiles leads back to where it began (%s): give one of them keys of its own",
		buf_str(&b));
	buf_free(&b);
	return -1;
}

/* --- one profile --- */

bool role_chain_begins(const struct profile_set *profiles) {
	return profile_get(profiles, "role_arn") &&
		!profile_get(profiles, "web_identity_token_file");
}

static bool has_static_keys(const struct profile_set *p) {
	return profile_get(p, "aws_access_key_id") || profile_get(p, "aws_secret_access_key");
}

static int find_own_base(const struct profile_set *p, enum role_base *out, struct err *e) {
	static const struct {
		const char *key;
		enum role_base base;
	} ways[] = {
		{"aws_access_key_id", ROLE_BASE_KEYS},
		{"aws_secret_access_key", ROLE_BASE_KEYS},
		{"web_identity_token_file", ROLE_BASE_WEB_IDENTITY},
		{"sso_account_id", ROLE_BASE_SSO},
		{"sso_role_name", ROLE_BASE_SSO},
		{"login_session", ROLE_BASE_LOGIN},
		{"credential_process", ROLE_BASE_PROCESS},
	};
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		if (profile_get(p, ways[i].key)) {
			*out = ways[i].base;
			return 0;
		}
	}
	return SET_ERROR(e, "profile '", profile_name(p),
		"' has no credentials: add keys, or role_arn, web_identity_token_file, sso_account_id, login_session or credential_process");
}

static int find_named_base(const char *profile, const char *source, enum role_base *out,
	struct err *e) {
	static const struct {
		const char *name;
		enum role_base base;
	} sources[] = {
		{"Environment", ROLE_BASE_ENVIRONMENT},
		{"Ec2InstanceMetadata", ROLE_BASE_INSTANCE},
		{"EcsContainer", ROLE_BASE_CONTAINER},
	};
	for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
		if (text_is_word(source, sources[i].name)) {
			*out = sources[i].base;
			return 0;
		}
	}
	(void)SET_ERROR(e, "profile '", profile,
		"': credential_source must be Environment, Ec2InstanceMetadata or EcsContainer");
	(void)ini_explain(source, NULL, e);
	return -1;
}

static int read_step(const struct profile_set *p, const char *profile, struct role_step *out,
	struct err *e) {
	const char *duration = profile_get(p, "duration_seconds");
	*out = (struct role_step){
		.profile = profile,
		.role_arn = profile_get(p, "role_arn"),
		.session_name = profile_get(p, "role_session_name"),
		.external_id = profile_get(p, "external_id"),
		.mfa_serial = profile_get(p, "mfa_serial"),
	};
	if (!duration)
		return 0;
	if (num_parse_whole(duration, strlen(duration), ROLE_MAX_DURATION_S, &out->duration_s) ||
		out->duration_s < ROLE_MIN_DURATION_S) {
		(void)SET_ERROR(e, "profile '", profile,
			"': duration_seconds must be a whole number from 900 to 43200");
		(void)ini_explain(duration, NULL, e);
		return -1;
	}
	return 0;
}

/* --- from profile to profile --- */

static bool was_visited(const struct walk *w, const char *name) {
	for (size_t i = 0; i < w->count; i++)
		if (strcmp(w->steps[i].profile, name) == 0)
			return true;
	return false;
}

/* Adds the role of profile p to the walk. 0 with *next the source_profile to continue with; 1 when
 * the base is found; -1. */
static int add_role(struct walk *w, const struct profile_set *p, const char *profile,
	enum role_base *base, const char **next, struct err *e) {
	const char *source = profile_get(p, "source_profile");
	const char *named = profile_get(p, "credential_source");
	if (w->count == ROLE_CHAIN_MAX)
		return err_set(e, ERR_CREDENTIALS,
			"the chain of source_profile has more than %d roles: shorten it",
			ROLE_CHAIN_MAX);
	if (read_step(p, profile, &w->steps[w->count], e))
		return -1;
	w->count++;
	if (!source == !named) {
		(void)SET_ERROR(e, "profile '", profile, "' has a role_arn and ",
			source ? "both source_profile and credential_source"
			       : "neither source_profile nor credential_source",
			": set exactly one; it says whose keys assume the role");
		(void)ini_explain(w->steps[w->count - 1].role_arn, "role_arn", e);
		return -1;
	}
	if (named)
		return find_named_base(profile, named, base, e) ? -1 : 1;
	*next = source;
	return profile_exists(w->all, source) ? profile_check(w->all, source, e)
					      : no_such_source(w->all, profile, source, e);
}

/* Follows a source_profile. Results as in add_role. */
static int follow_source(struct walk *w, const char *profile, enum role_base *base,
	const char **next, struct err *e) {
	bool own = strcmp(w->steps[w->count - 1].profile, profile) == 0;
	struct profile_set *p = profile_view(w->all, profile, e);
	int rc = -1;
	if (!p)
		return -1;
	if (was_visited(w, profile) && !(own && has_static_keys(p)))
		(void)report_loop(w, profile, e);
	else if (has_static_keys(p) || !role_chain_begins(p))
		rc = find_own_base(p, base, e) ? -1 : 1;
	else
		rc = add_role(w, p, profile, base, next, e);
	profile_free(p);
	return rc;
}

int role_chain_plan(const struct profile_set *profiles, struct role_chain *out, struct err *e) {
	struct walk w = {.all = profiles};
	const char *profile = profile_name(profiles);
	const char *next = NULL;
	*out = (struct role_chain){.base = ROLE_BASE_KEYS};
	int rc = role_chain_begins(profiles) ? add_role(&w, profiles, profile, &out->base, &next, e)
		: find_own_base(profiles, &out->base, e) ? -1
							 : 1;
	while (rc == 0) {
		profile = next;
		rc = follow_source(&w, profile, &out->base, &next, e);
	}
	if (rc < 0)
		return -1;
	out->base_profile = profile;
	out->count = w.count;
	for (size_t i = 0; i < w.count; i++)
		out->steps[i] = w.steps[w.count - 1 - i];
	return 0;
}
