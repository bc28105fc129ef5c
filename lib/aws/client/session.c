#include "config.h"

#include "aws/client/session.h"

#include "aws/config/setting.h"
#include "aws/http/proxy.h"
#include "aws/identity/imds.h"

#include "base/account.h"
#include "base/env.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_PATH_BYTES = 4096 };

/* Asks the last source of a region. e holds why the others gave none. */
static int ask_instance(struct session *s, struct err *e) {
	const struct err none = *e;
	struct err reason = {0};
	struct buf name;
	buf_init(&name, REGION_MAX_BYTES);
	int rc = imds_region(s->profiles, &s->run, &name, &reason);
	if (rc == 0)
		rc = region_set(&s->region, buf_str(&name), "instance metadata", e);
	else if (rc > 0)
		rc = err_set(e, ERR_CONFIG, "%s; instance metadata: %s", none.message,
			reason.message);
	else
		*e = reason;
	buf_free(&name);
	return rc;
}

static const char region_of_ini[] = "region in the ini file";

static int find_region(const struct session_options *o, struct session *s, struct err *e) {
	struct region of_arn, of_option = {0};
	const char *source = o->region_is_private ? region_of_ini : region_option;
	if (!o->arn_region) {
		int rc = o->region ? region_set(&s->region, o->region, source, e)
				   : region_resolve(NULL, s->profiles, &s->region, e);
		rc = rc && !s->region.source && o->run ? ask_instance(s, e) : rc;
		return rc ? rc : region_check(&s->region, e);
	}
	if (region_set(&of_arn, o->arn_region, "region in the cluster's ARN", e) ||
		region_check(&of_arn, e))
		return -1;
	if (o->region &&
		(region_set(&of_option, o->region, source, e) || region_check(&of_option, e)))
		return -1;
	if (o->region && o->region_is_private && strcmp(of_option.name, of_arn.name) != 0)
		return err_set(e, ERR_USAGE,
			"the region in the ini file contradicts the cluster's ARN, which is in %s: remove it from the ini file",
			o->arn_region);
	if (o->region && strcmp(of_option.name, of_arn.name) != 0)
		return err_set(e, ERR_USAGE,
			"-r %s contradicts the cluster's ARN, which is in %s: leave out -r",
			o->region, o->arn_region);
	s->region = of_arn;
	s->region.fips = of_arn.fips || of_option.fips;
	return 0;
}

static int find_ca_file(const struct session_options *o, struct session *s, struct err *e) {
	const struct setting found = setting_find(s->profiles, "AWS_CA_BUNDLE", "ca_bundle");
	const char *given = o->ca_bundle ? o->ca_bundle : found.value;
	s->ca_source = !given     ? "libcurl's default"
		: o->ca_bundle    ? "--ca-bundle"
		: !found.variable ? "the profile's ca_bundle"
				  : found.name;
	if (!given)
		return 0;
	/* As the AWS CLI does: "~", no variables. */
	struct buf expanded;
	buf_init(&expanded, MAX_PATH_BYTES);
	account_add_path(&expanded, given, false);
	char *path = s->ca_file = buf_take(&expanded);
	buf_free(&expanded);
	if (!path)
		return err_no_memory(e);
	struct stat st;
	if (access(path, R_OK) != 0 || stat(path, &st) != 0 || !S_ISREG(st.st_mode)) {
		bool shown = o->ca_bundle && !o->ca_bundle_is_private;
		(void)err_set(e, ERR_CONFIG,
			"%s: %s is not a readable file: name a PEM file with CA certificates",
			s->ca_source, shown ? path : file_shown(path));
		(void)ini_explain(given, NULL, e);
		return -1;
	}
	s->run.ca_file = s->ca_file;
	return 0;
}

int session_open(const struct session_options *o, struct session *s, struct err *e) {
	*s = (struct session){.role_arn = o->role_arn,
		.external_id = o->external_id,
		.no_cache = o->no_cache};
	if (o->run)
		s->run = *o->run;
	s->run.ca_file = NULL;
	buf_init(&s->metadata_token, HTTP_MAX_HEADER_BYTES);
	s->run.metadata_token = &s->metadata_token;
	if (http_proxy_keep_passwords(e))
		return -1;
	s->profiles = o->profile_is_private ? profile_load_private(o->profile, &s->run.deadline, e)
					    : profile_load(o->profile, &s->run.deadline, e);
	if (!s->profiles || find_ca_file(o, s, e) || find_region(o, s, e) ||
		retry_policy_read(s->profiles, &s->run.retry, e))
		return -1;
	for (int i = 0; i < ENDPOINT_DATA_SERVICES; i++)
		if (endpoint_resolve((enum endpoint_service)i, &s->region, o->endpoint_url,
			    s->profiles, &s->endpoints[i], e))
			return -1;
	return 0;
}

void session_free(struct session *s) {
	for (int i = 0; i < ENDPOINT_DATA_SERVICES; i++)
		endpoint_free(&s->endpoints[i]);
	free(s->ca_file);
	buf_wipe(&s->metadata_token);
	profile_free(s->profiles);
	*s = (struct session){0};
}

static void describe_file(const struct session *s, enum profile_file file, const char *what,
	struct buf *out) {
	const char *path = profile_path(s->profiles, file);
	buf_addf(out, ", %s ", what);
	text_add_clean(out, *path ? path : "(no home directory)", 300);
	if (*path && !profile_file_exists(s->profiles, file))
		buf_adds(out, " (missing)");
}

/* Whether libcurl uses it for a host, NO_PROXY decides; a line at -vvv tells which way a request
 * went. */
void session_describe_proxy(const struct session *s, struct buf *out) {
	struct http_proxy proxy;
	struct err unused;
	if (http_proxy_find(s->endpoints[0].url, &proxy, &unused) || !proxy.variable)
		buf_adds(out, "none");
	else if (*proxy.malformed)
		buf_addf(out, "%s is not valid (%s)", proxy.variable, proxy.malformed);
	else
		buf_adds(out, proxy.shown);
	if (proxy.has_exceptions)
		buf_adds(out, ", unless NO_PROXY names the host");
}

void session_describe(const struct session *s, struct buf *out) {
	const char *home = env_get("HOME");
	buf_adds(out, "profile: ");
	text_add_clean(out, profile_name(s->profiles), 100);
	describe_file(s, PROFILE_CONFIG, "config", out);
	describe_file(s, PROFILE_CREDENTIALS, "credentials", out);
	buf_adds(out, ", HOME ");
	text_add_clean(out, home ? home : "not set", 300);
	buf_addf(out, "\nregion: %s (%s)\n", s->region.name, s->region.source);
	for (int i = 0; i < ENDPOINT_DATA_SERVICES; i++) {
		buf_addf(out, "endpoint %s: ", s->endpoints[i].signing_name);
		text_add_clean(out, s->endpoints[i].url, 300);
		buf_addf(out, " (%s)\n", s->endpoints[i].source);
	}
	buf_adds(out, "proxy: ");
	session_describe_proxy(s, out);
	buf_adds(out, "\nCA file: ");
	text_add_clean(out, s->ca_file ? s->ca_file : "system", 300);
	buf_addf(out, " (%s)\n", s->ca_source);
}
