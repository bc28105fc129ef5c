#include "config.h"

#include "aws/identity/chain.h"

#include "base/env.h"
#include "base/text.h"

#include <stdio.h>

/* Limits of what a message about all places quotes. */
enum {
	MAX_NAME_CHARS = 40,
	MAX_PATH_CHARS = 80,
	MAX_REASON_CHARS = 200,
	MAX_PLACES_BYTES = 4096,
	MAX_REFUSED = ROLE_CHAIN_MAX + 2
};

/* The order of botocore and the AWS CLI (botocore: credentials.py). */
static const struct provider *const chain[] = {
	&provider_environment,
	&provider_role,
	&provider_web_identity,
	&provider_sso,
	&provider_shared_file,
	&provider_login,
	&provider_process,
	&provider_config_file,
	&provider_container,
	&provider_imds,
};

/* The provider of the keys that the first role is assumed with. */
static const struct provider *provider_of_base(enum role_base base) {
	static const struct provider *const providers[] = {
		[ROLE_BASE_KEYS] = &provider_profile,
		[ROLE_BASE_WEB_IDENTITY] = &provider_web_identity,
		[ROLE_BASE_SSO] = &provider_sso,
		[ROLE_BASE_LOGIN] = &provider_login,
		[ROLE_BASE_PROCESS] = &provider_process,
		[ROLE_BASE_ENVIRONMENT] = &provider_environment,
		[ROLE_BASE_CONTAINER] = &provider_container,
		[ROLE_BASE_INSTANCE] = &provider_imds,
	};
	return providers[base];
}

/* Adds the path of a file that was read, shortened so that all places fit into one message. */
static void add_file(const struct profile_set *p, enum profile_file file, const char *what,
	struct buf *out) {
	const char *path = profile_path(p, file);
	if (*path)
		text_add_clean(out, path, MAX_PATH_CHARS);
	else
		buf_addf(out, "no %s file", what);
	if (*path && !profile_file_exists(p, file))
		buf_adds(out, " (missing)");
}

/* Lists every place in the order of the chain. of_instance: why the last one has no keys. */
static int not_found(const struct provider_context *context, const struct err *of_instance,
	struct err *e) {
	const struct profile_set *p = context->profiles;
	bool by_option = profile_is_option(p);
	struct buf text;
	buf_init(&text, MAX_PLACES_BYTES);
	buf_adds(&text, "looked at AWS_ACCESS_KEY_ID");
	buf_adds(&text,
		by_option ? " (skipped because of --profile)" : ", AWS_WEB_IDENTITY_TOKEN_FILE");
	buf_adds(&text, ", profile '");
	text_add_clean(&text, profile_name(p), MAX_NAME_CHARS);
	buf_adds(&text, "' (role, SSO, keys, login, credential_process) in ");
	add_file(p, PROFILE_CREDENTIALS, "credentials", &text);
	buf_adds(&text, " and ");
	add_file(p, PROFILE_CONFIG, "config", &text);
	if (!env_get("HOME"))
		buf_adds(&text,
			*profile_path(p, PROFILE_CONFIG)
				? " (HOME is not set, so the home directory of the password entry was used)"
				: " (HOME is not set)");
	buf_adds(&text, ", AWS_CONTAINER_CREDENTIALS_*_URI (not set); instance metadata: ");
	text_add_clean(&text, of_instance->message, MAX_REASON_CHARS);
	(void)err_set(e, ERR_CREDENTIALS, "no AWS credentials found: %s", buf_str(&text));
	buf_free(&text);
	return -1;
}

static int resolve_once(const struct provider_context *context, struct keys *out, struct err *e) {
	char id[16];
	char found[64];
	struct err reason = {0};
	*out = (struct keys){0};
	for (size_t i = 0; i < sizeof chain / sizeof chain[0]; i++) {
		reason = (struct err){0};
		enum provider_outcome outcome = chain[i]->fetch(context, out, &reason);
		if (outcome == PROVIDER_NOT_CONFIGURED) {
			aws_run_trace(&context->run, chain[i]->name, reason.message);
			continue;
		}
		out->provider = chain[i]->name;
		if (outcome == PROVIDER_FOUND && keys_check(out, &reason) == 0) {
			(void)snprintf(found, sizeof found, "found key %s", keys_short_id(out, id));
			aws_run_trace(&context->run, chain[i]->name, found);
			return context->role_arn ? provider_role_assume_last(context, out, e) : 0;
		}
		aws_run_trace(&context->run, chain[i]->name, reason.message);
		keys_free(out);
		*e = reason;
		return -1;
	}
	return not_found(context, &reason, e);
}

/* The reason for a refusal matters more than a lack of time to look for other keys. */
static bool has_run_out_of_time(const struct provider_context *context, const struct err *first,
	const struct err *e) {
	return first->code && first->code != ERR_EXPIRED && e->code == ERR_DEADLINE &&
		!(context->run.deadline.stop && *context->run.deadline.stop);
}

/* Each round can reveal one more cached key: those of every role in a chain, and the first. */
int chain_resolve(const struct provider_context *context, struct keys *out, struct err *e) {
	struct provider_context again = *context;
	struct spent_key spent[MAX_REFUSED];
	struct err first = {0};
	again.provider_of_base = provider_of_base;
	for (size_t i = 0; i < MAX_REFUSED; i++) {
		spent[i] = (struct spent_key){.older = again.spent};
		again.refused = &spent[i];
		int rc = resolve_once(&again, out, e);
		if (rc == 0)
			return 0;
		if (!spent[i].id[0])
			break;
		first = *e;
		aws_run_trace(&context->run, "role",
			e->code == ERR_EXPIRED ? "asked again without the keys that have expired"
					       : "asked again without the keys that AWS refuses");
		again.spent = &spent[i];
	}
	/* The source had no other keys: AWS's own message. */
	if (first.code && (e->code == ERR_EXPIRED || has_run_out_of_time(context, &first, e)))
		*e = first;
	return -1;
}
