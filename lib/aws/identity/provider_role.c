/* Keys of assumed roles: those of a profile with role_arn, and the one of the command line. Rules:
 * botocore, credentials.py (AssumeRoleProvider). */
#include "config.h"

#include "aws/identity/cache.h"
#include "aws/identity/provider.h"
#include "aws/config/role_chain.h"
#include "aws/identity/sts.h"

#include "base/text.h"

#include <string.h>

enum { MAX_IDENTITY_BYTES = 16 * 1024, MAX_ARN_CHARS = 200, MAX_NAME_CHARS = 80 };

/* One role to be assumed. */
struct assuming {
	struct provider_context context; /* its deadline may be brought forward by the cache */
	struct sts_role role;
	const char *origin;     /* for messages: "profile 'x'", "--role-arn" */
	const char *mfa_serial; /* or NULL */
	bool is_cli_role;       /* the AWS CLI may have cached its keys */
	const struct keys *by;
	bool asked; /* AWS was asked, not a cache */
};

/* --- messages --- */

/* Adds profile and role to the message. */
static int name_role(const struct assuming *a, struct err *e) {
	struct buf b;
	buf_init(&b, sizeof e->message);
	buf_adds(&b, a->origin);
	if (!strstr(e->message, a->role.role_arn)) {
		buf_adds(&b, ", role ");
		text_add_clean(&b, a->role.role_arn, MAX_ARN_CHARS);
	}
	err_prefix(e, "%s", buf_str(&b));
	buf_free(&b);
	return -1;
}

static const char *add_profile(struct buf *out, const char *name) {
	buf_adds(out, "profile '");
	text_add_clean(out, name, MAX_NAME_CHARS);
	buf_adds(out, "'");
	return buf_str(out);
}

static void trace_role(const struct assuming *a, const char *sts_host, const struct keys *got) {
	struct buf *out = a->context.run.trace;
	char id[16], until[TIME_ISO_BYTES];
	if (!out)
		return;
	buf_adds(out, "credentials: role: ");
	text_add_clean(out, a->role.role_arn, MAX_ARN_CHARS);
	buf_adds(out, ", session ");
	text_add_clean(out, a->role.session_name ? a->role.session_name : sts_default_session_name,
		MAX_NAME_CHARS);
	if (a->by)
		buf_addf(out, ", by key %s", keys_short_id(a->by, id));
	buf_addf(out, " at %s, %s", sts_host, a->asked ? "fresh" : "from the cache");
	if (got->expires_s)
		buf_addf(out, ", until %s", time_format_iso(got->expires_s, until));
	buf_addc(out, '\n');
}

static void trace_base(const struct provider_context *context, const char *what,
	const struct keys *keys) {
	char id[16];
	if (context->run.trace)
		buf_addf(context->run.trace, "credentials: role: begins with key %s from %s\n",
			keys_short_id(keys, id), what);
}

/* --- one role --- */

static int ask_sts(void *ctx, struct keys *out, struct err *e) {
	struct assuming *a = ctx;
	a->asked = true;
	if (a->context.refused)
		*a->context.refused = (struct spent_key){.older = a->context.refused->older};
	/* Asked again, the source gave the same keys. */
	if (keys_is_spent(a->context.spent, a->by->access_key_id))
		return err_set(e, ERR_EXPIRED, "the keys that would assume the role have expired");
	return sts_assume_role(&a->context, &a->role, a->by, out, e);
}

static void add_line(struct buf *out, const char *name, const char *value) {
	buf_addf(out, "%s=%s\n", name, value ? value : "");
}

/* Appends everything that the keys depend on. Source keys that differ each time are identified by
 * their origin. */
static int add_identity(const struct assuming *a, const struct endpoint *sts, struct buf *out,
	struct err *e) {
	buf_adds(out, "assume-role\n");
	if (a->by && a->by->origin)
		add_line(out, "origin", a->by->origin);
	else
		add_line(out, "source", a->by ? a->by->access_key_id : "");
	add_line(out, "endpoint", sts->url);
	add_line(out, "role", a->role.role_arn);
	add_line(out, "session", a->role.session_name);
	add_line(out, "external-id", a->role.external_id);
	buf_addf(out, "duration=%lld\n", (long long)a->role.duration_s);
	if (a->mfa_serial)
		add_line(out, "mfa", a->mfa_serial);
	return buf_check(out, "the role's settings", e);
}

static int needs_mfa(const struct assuming *a, struct err *e) {
	return err_set(e, ERR_CREDENTIALS,
		"it needs MFA (mfa_serial), which a check cannot ask for, and no cache has a session%s; "
		"use a role or user without MFA, or sign in with the AWS CLI as the user who runs this check",
		a->context.spent ? " that AWS accepts" : "");
}

static int get_keys(struct assuming *a, const struct cache_request *r, struct keys *out,
	struct err *e) {
	if (!a->mfa_serial)
		return cache_get_or_fetch(&a->context, r, out, e);
	return cache_get(&a->context, r, out) == 0 ? 0 : needs_mfa(a, e);
}

static int assume_at(struct assuming *a, const struct endpoint *sts, struct keys *out,
	struct err *e) {
	struct buf what, identity, cli_identity;
	buf_init(&what, MAX_IDENTITY_BYTES);
	buf_init(&identity, MAX_IDENTITY_BYTES);
	buf_init(&cli_identity, MAX_IDENTITY_BYTES);
	buf_adds(&what, "role ");
	text_add_clean(&what, a->role.role_arn, MAX_ARN_CHARS);
	bool cli = a->is_cli_role &&
		cli_cache_identity_of_role(&a->role, a->mfa_serial, &cli_identity) == 0;
	int rc = add_identity(a, sts, &identity, e);
	const struct cache_request r = {
		.what = buf_str(&what),
		.identity = buf_str(&identity),
		.cli_identity = cli ? buf_str(&cli_identity) : NULL,
		.fetch = ask_sts,
		.ctx = a,
		.deadline_ms = &a->context.run.deadline.at_ms,
	};
	if (rc == 0)
		rc = get_keys(a, &r, out, e);
	buf_free(&what);
	buf_free(&identity);
	buf_free(&cli_identity);
	return rc;
}

/* Assumes one role. 0 with *out filled, or -1 with a message that names it. */
static int assume(struct assuming *a, struct keys *out, struct err *e) {
	struct endpoint sts = {0};
	int rc = -1;
	*out = (struct keys){0};
	if (!a->context.region || !a->context.run.skew || !a->context.run.random_unit)
		(void)err_set(e, ERR_CREDENTIALS,
			"STS needs a region: set it with -r or AWS_REGION");
	else if (endpoint_resolve(ENDPOINT_STS, a->context.region, NULL, a->context.settings, &sts,
			 e) == 0)
		rc = assume_at(a, &sts, out, e);
	out->provider = provider_role.name;
	if (rc == 0 && keys_check(out, e))
		rc = -1;
	if (rc == 0) {
		keys_set_role(out, a->role.role_arn);
		trace_role(a, sts.parts.host_header, out);
	} else {
		keys_free(out);
	}
	endpoint_free(&sts);
	return rc == 0 ? 0 : name_role(a, e);
}

static struct sts_role role_of(const struct role_step *step) {
	return (struct sts_role){.role_arn = step->role_arn,
		.session_name = step->session_name,
		.external_id = step->external_id,
		.duration_s = step->duration_s};
}

static int assume_step(const struct provider_context *context, const struct role_step *step,
	const struct keys *by, struct keys *out, struct err *e) {
	struct buf origin;
	buf_init(&origin, sizeof e->message);
	struct assuming a = {
		.context = *context,
		.role = role_of(step),
		.origin = add_profile(&origin, step->profile),
		.mfa_serial = step->mfa_serial,
		.is_cli_role = true,
		.by = by,
	};
	int rc = assume(&a, out, e);
	buf_free(&origin);
	return rc;
}

int provider_role_assume_last(const struct provider_context *context, struct keys *k,
	struct err *e) {
	struct keys role_keys;
	struct assuming a = {
		.context = *context,
		.role = {.role_arn = context->role_arn, .external_id = context->external_id},
		.origin = "--role-arn",
		.by = k,
	};
	int rc = assume(&a, &role_keys, e);
	keys_free(k);
	if (rc == 0)
		*k = role_keys;
	return rc;
}

/* --- the first keys --- */

/* Asks the base's provider with the profile that the base is about. With credential_source, that is
 * the run's own profile as a view, so that the environment counts even if a profile was given by
 * option. */
static int ask_base(const struct provider_context *context, const struct role_chain *chain,
	struct keys *out, struct err *e) {
	const struct provider *provider = context->provider_of_base(chain->base);
	bool named = chain->base >= ROLE_BASE_ENVIRONMENT;
	struct provider_context source = *context;
	struct profile_set *view = profile_view(context->profiles,
		named ? profile_name(context->profiles) : chain->base_profile, e);
	if (!view)
		return -1;
	source.profiles = view;
	source.is_source = !named;
	int rc = provider->fetch(&source, out, e) == PROVIDER_FOUND ? 0 : -1;
	if (!out->provider)
		out->provider = provider->name;
	profile_free(view);
	return rc == 0 ? keys_check(out, e) : -1;
}

/* Without the first keys: adds the role that needs them to the message. */
static int name_first_role(const struct role_chain *chain, struct err *e) {
	struct buf origin;
	buf_init(&origin, sizeof e->message);
	const struct assuming a = {.role = {.role_arn = chain->steps[0].role_arn},
		.origin = add_profile(&origin, chain->steps[0].profile)};
	(void)name_role(&a, e);
	buf_free(&origin);
	return -1;
}

static int find_base(const struct provider_context *context, const struct role_chain *chain,
	struct keys *out, struct err *e) {
	struct buf what;
	buf_init(&what, sizeof e->message);
	if (chain->base >= ROLE_BASE_ENVIRONMENT) {
		buf_adds(&what, "credential_source of ");
		(void)add_profile(&what, chain->steps[0].profile);
	} else {
		(void)add_profile(&what, chain->base_profile);
	}
	int rc = ask_base(context, chain, out, e);
	if (rc == 0) {
		trace_base(context, buf_str(&what), out);
	} else {
		if (!strstr(e->message, buf_str(&what)))
			err_prefix(e, "%s", buf_str(&what));
		(void)name_first_role(chain, e);
		keys_free(out);
	}
	buf_free(&what);
	return rc;
}

/* --- the chain --- */

/* A session that needed MFA can only come from a cache; the steps before it are then not needed. 0
 * with *out filled and *next the step after it; 1 when no role needs MFA; -1. */
static int find_mfa_session(const struct provider_context *context, const struct role_chain *chain,
	struct keys *out, size_t *next, struct err *e) {
	for (size_t i = chain->count; i > 0; i--) {
		if (chain->steps[i - 1].mfa_serial) {
			*next = i;
			return assume_step(context, &chain->steps[i - 1], NULL, out, e);
		}
	}
	*next = 0;
	return 1;
}

static int assume_all(const struct provider_context *context, const struct role_chain *chain,
	struct keys *out, struct err *e) {
	size_t next;
	int rc = find_mfa_session(context, chain, out, &next, e);
	if (rc > 0)
		rc = find_base(context, chain, out, e);
	for (; rc == 0 && next < chain->count; next++) {
		struct keys by = *out;
		*out = (struct keys){0};
		rc = assume_step(context, &chain->steps[next], &by, out, e);
		keys_free(&by);
	}
	return rc;
}

/* Runs before any request. */
static int check_roles(const struct role_chain *chain, struct err *e) {
	struct buf origin;
	int rc = 0;
	buf_init(&origin, sizeof e->message);
	for (size_t i = 0; rc == 0 && i < chain->count; i++) {
		const struct sts_role role = role_of(&chain->steps[i]);
		rc = sts_check_role(&role, e);
		if (rc && e->code != ERR_MEMORY)
			e->code = ERR_CREDENTIALS;
		if (rc)
			err_prefix(e, "%s", add_profile(&origin, chain->steps[i].profile));
	}
	buf_free(&origin);
	return rc;
}

static enum provider_outcome fetch(const struct provider_context *context, struct keys *out,
	struct err *e) {
	struct role_chain chain;
	if (!role_chain_begins(context->profiles)) {
		(void)err_set(e, ERR_CREDENTIALS,
			profile_get(context->profiles, "role_arn")
				? "profile '%s' assumes its role with a web identity"
				: "no role_arn in profile '%s'",
			profile_name(context->profiles));
		return PROVIDER_NOT_CONFIGURED;
	}
	if (role_chain_plan(context->profiles, &chain, e) || check_roles(&chain, e) ||
		assume_all(context, &chain, out, e))
		return PROVIDER_FAILED;
	return PROVIDER_FOUND;
}

const struct provider provider_role = {.name = "role", .fetch = fetch};
