#include "config.h"

#include "aws/identity/imds.h"

#include "aws/config/setting.h"
#include "base/env.h"
#include "base/num.h"
#include "base/secrets.h"
#include "base/text.h"

#include <string.h>

enum { MAX_URL_BYTES = 4096, MAX_TEXT_BYTES = 4096, MAX_TIMEOUT_S = 3600, MAX_ATTEMPTS = 100 };
enum { ATTEMPTS_WHEN_BUSY = 3, TOKEN_REFUSED = 401 };

/* --- settings --- */

static int read_number(const struct setting *s, int64_t max, int64_t *value, struct err *e) {
	*value = 1;
	if (!s->value)
		return 0;
	if (num_parse_whole(s->value, strlen(s->value), max, value) || *value < 1)
		return err_set(e, ERR_CONFIG, "%s is not a whole number from 1 to %lld", s->name,
			(long long)max);
	return 0;
}

static int read_numbers(const struct profile_set *p, struct imds_settings *out, struct err *e) {
	const struct setting timeout = setting_find(p, "AWS_METADATA_SERVICE_TIMEOUT",
		"metadata_service_timeout");
	const struct setting attempts = setting_find(p, "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
		"metadata_service_num_attempts");
	int64_t value;
	if (read_number(&timeout, MAX_TIMEOUT_S, &value, e))
		return -1;
	out->timeout_ms = value * 1000;
	if (read_number(&attempts, MAX_ATTEMPTS, &value, e))
		return -1;
	out->attempts = (int)value;
	out->attempts_are_set = attempts.value != NULL;
	return 0;
}

static int read_mode(const struct profile_set *p, bool *ipv6, struct err *e) {
	const struct setting mode = setting_find(p, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
		"ec2_metadata_service_endpoint_mode");
	*ipv6 = mode.value ? text_is_word(mode.value, "ipv6")
			   : text_is_word(env_get("AWS_IMDS_USE_IPV6"), "true");
	if (mode.value && !*ipv6 && !text_is_word(mode.value, "ipv4"))
		return err_set(e, ERR_CONFIG, "%s must be IPv4 or IPv6", mode.name);
	return 0;
}

static int read_base(const struct profile_set *p, struct imds_settings *out, struct err *e) {
	const struct setting found = setting_find(p, "AWS_EC2_METADATA_SERVICE_ENDPOINT",
		"ec2_metadata_service_endpoint");
	const char *base = found.value;
	bool ipv6 = false;
	if (!base && read_mode(p, &ipv6, e))
		return -1;
	if (!base)
		base = ipv6 ? "http://[fd00:ec2::254]/" : "http://169.254.169.254/";
	if (http_url_split(base, &out->origin, e)) {
		err_prefix(e, "%s", found.name);
		e->code = e->code == ERR_SYNTAX ? ERR_CONFIG : e->code;
		return -1;
	}
	buf_adds(&out->base, base);
	if (base[strlen(base) - 1] != '/')
		buf_addc(&out->base, '/');
	return buf_check(&out->base, found.name, e);
}

int imds_settings_read(const struct profile_set *profiles, struct imds_settings *out,
	struct err *e) {
	*out = (struct imds_settings){
		.is_off = text_is_word(env_get("AWS_EC2_METADATA_DISABLED"), "true")};
	buf_init(&out->base, MAX_URL_BYTES);
	if (out->is_off)
		return 0;
	const struct setting no_version_1 = setting_find(profiles, "AWS_EC2_METADATA_V1_DISABLED",
		"ec2_metadata_v1_disabled");
	/* Version 1 is insecure: anyone who can make this host send a plain GET can read it. */
	out->version_1 = text_is_word(no_version_1.value, "false");
	return read_base(profiles, out, e) || read_numbers(profiles, out, e) ? -1 : 0;
}

void imds_settings_free(struct imds_settings *s) {
	buf_free(&s->base);
	http_url_free(&s->origin);
	*s = (struct imds_settings){0};
}

/* --- requests --- */

enum metadata_verdict imds_judge_text(void *ctx, const struct buf *body, struct err *e) {
	const char *text = buf_str(body);
	size_t n = strcspn(text, "\r\n");
	if (n == 0 || n > MAX_TEXT_BYTES || !text_is_visible(text, n)) {
		(void)err_set(e, ERR_CREDENTIALS, "the answer is empty or malformed");
		return METADATA_UNFIT;
	}
	buf_add(ctx, text, n);
	return buf_check(ctx, "instance metadata", e) ? METADATA_FINAL : METADATA_TAKEN;
}

static int ask_path(struct imds *i, const char *path, const struct metadata_question *question,
	struct err *e) {
	struct metadata_question q = *question;
	struct buf url;
	buf_init(&url, MAX_URL_BYTES);
	buf_addf(&url, "%s%s", buf_str(&i->settings.base), path);
	int rc = buf_check(&url, "instance metadata URL", e);
	q.url = buf_str(&url);
	q.what = path;
	if (rc == 0)
		rc = metadata_ask(&i->service, &q, e);
	buf_free(&url);
	return rc;
}

static int get_path(struct imds *i, const char *path,
	enum metadata_verdict (*judge)(void *ctx, const struct buf *body, struct err *e), void *ctx,
	struct err *e) {
	const char *const headers[] = {buf_str(&i->token_header)};
	const struct metadata_question q = {.method = HTTP_GET,
		.headers = headers,
		.header_count = i->token_header.len > 0,
		.judge = judge,
		.ctx = ctx};
	return ask_path(i, path, &q, e);
}

/* --- the session token --- */

/* The ways in which the service refuses version 2, or its answer does not arrive. */
static bool may_be_version_1(const struct metadata_service *s) {
	return s->status == 403 || s->status == 404 || s->status == 405 ||
		(s->status == 0 && s->reached);
}

static const char *hint(const struct metadata_service *s) {
	if (s->status == 0 && s->reached)
		return ": in a container, the instance's metadata hop limit must be at least 2";
	if (s->status == 403)
		return ": check that access to instance metadata is enabled";
	if (may_be_version_1(s))
		return ": if only version 1 is available, AWS_EC2_METADATA_V1_DISABLED=false allows it";
	return "";
}

static void keep_for_run(const struct imds *i) {
	struct buf *kept = i->service.run->metadata_token;
	if (!kept)
		return;
	buf_truncate(kept, 0);
	buf_add(kept, buf_str(&i->token_header), i->token_header.len);
}

/* Takes the token that another session of the run got. Returns whether there is one. */
static bool take_older_token(struct imds *i) {
	const struct buf *kept = i->service.run->metadata_token;
	if (!kept || kept->len == 0)
		return false;
	buf_add(&i->token_header, buf_str(kept), kept->len);
	i->token_is_older = true;
	return true;
}

static int get_token(struct imds *i, struct err *e) {
	/* Short, since a run needs only seconds. */
	static const char *const headers[] = {"X-aws-ec2-metadata-token-ttl-seconds: 300",
		"Content-Type:"};
	const struct metadata_question q = {.method = HTTP_PUT,
		.headers = headers,
		.header_count = 2,
		.refusals_are_final = true,
		.judge = imds_judge_text,
		.ctx = &i->token_header};
	buf_truncate(&i->token_header, 0);
	i->token_is_older = false;
	buf_adds(&i->token_header, "X-aws-ec2-metadata-token: ");
	size_t before = i->token_header.len;
	if (ask_path(i, "latest/api/token", &q, e) == 0) {
		keep_for_run(i);
		return secrets_keep(buf_str(&i->token_header) + before, e);
	}
	buf_truncate(&i->token_header, 0);
	if (e->code != ERR_CREDENTIALS)
		return -1;
	if (i->settings.version_1 && may_be_version_1(&i->service))
		return 0;
	const struct err reason = *e;
	(void)err_set(e, ERR_CREDENTIALS, "no session token (%s)%s", reason.message,
		hint(&i->service));
	return 1;
}

int imds_open(struct imds *i, const struct profile_set *profiles, const struct aws_run *run,
	struct err *e) {
	*i = (struct imds){.service = {.name = "instance metadata"}};
	buf_init(&i->token_header, HTTP_MAX_HEADER_BYTES);
	if (imds_settings_read(profiles, &i->settings, e))
		return -1;
	if (i->settings.is_off) {
		(void)err_set(e, ERR_CREDENTIALS, "switched off by AWS_EC2_METADATA_DISABLED");
		return 1;
	}
	i->service.host_header = i->settings.origin.host_header;
	i->service.attempts = i->settings.attempts;
	i->service.attempts_when_busy = i->settings.attempts_are_set ? 0 : ATTEMPTS_WHEN_BUSY;
	i->service.timeout_ms = i->settings.timeout_ms;
	if (metadata_open(&i->service, run, e))
		return -1;
	if (take_older_token(i))
		return buf_check(&i->token_header, "instance metadata token", e);
	return get_token(i, e);
}

int imds_get(struct imds *i, const char *path,
	enum metadata_verdict (*judge)(void *ctx, const struct buf *body, struct err *e), void *ctx,
	struct err *e) {
	int rc = get_path(i, path, judge, ctx, e);
	if (rc == 0 || !i->token_is_older || i->service.status != TOKEN_REFUSED)
		return rc;
	/* It has lived its time. */
	rc = get_token(i, e);
	return rc ? -1 : get_path(i, path, judge, ctx, e);
}

void imds_close(struct imds *i) {
	metadata_close(&i->service);
	buf_wipe(&i->token_header);
	imds_settings_free(&i->settings);
}

int imds_region(const struct profile_set *profiles, const struct aws_run *run, struct buf *name,
	struct err *e) {
	struct imds i;
	int rc = imds_open(&i, profiles, run, e);
	if (rc == 0 && imds_get(&i, "latest/meta-data/placement/region", imds_judge_text, name, e))
		rc = e->code == ERR_CREDENTIALS ? 1 : -1;
	imds_close(&i);
	return rc;
}
