/* Credentials of an ECS task's role, of EKS Pod Identity and of local agents with the same
 * protocol. */
#include "config.h"

#include "aws/identity/provider.h"
#include "aws/identity/metadata.h"

#include "base/crypto.h"
#include "base/env.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/secrets.h"
#include "base/text.h"

#include <string.h>

enum {
	ATTEMPTS = 3,
	ATTEMPT_TIMEOUT_MS = 2000,
	PAUSE_MS = 1000, /* botocore: utils.py ContainerMetadataFetcher */
	MAX_URL_BYTES = 4096,
	LONG_PATH_PART = 16,
	MAX_HEADER_LINE_BYTES = HTTP_MAX_HEADER_BYTES
};

static const char relative_variable[] = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
static const char full_variable[] = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/* --- the URL --- */

/* Whether text is written as a.b.c.d with 127 for a. */
static bool is_loopback_ipv4(const char *text, size_t n) {
	int numbers = 0;
	bool first_is_127 = n >= 4 && memcmp(text, "127.", 4) == 0;
	for (size_t i = 0; i < n; i++) {
		int value = 0;
		size_t begin = i;
		for (; i < n && text[i] >= '0' && text[i] <= '9' && i - begin < 3; i++)
			value = value * 10 + (text[i] - '0');
		bool leading_zero = text[begin] == '0' && i - begin > 1;
		if (i == begin || value > 255 || leading_zero || (i < n && text[i] != '.'))
			return false;
		numbers++;
	}
	return first_is_127 && numbers == 4 && text[n - 1] != '.';
}

static bool may_be_plain(const char *host, size_t n) {
	static const char *const hosts[] = {"localhost", "169.254.170.2", "169.254.170.23",
		"[fd00:ec2::23]", "[::1]"};
	for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
		if (n == strlen(hosts[i]) && text_equal_nocase(host, hosts[i], n))
			return true;
	return is_loopback_ipv4(host, n);
}

static size_t host_length(const char *authority) {
	return *authority == '[' ? strcspn(authority, "]/") + 1 : strcspn(authority, ":/");
}

/* libcurl accepts hosts such as 2130706433 or 127.1 as addresses: the host as written must be the
 * same as the parsed one. */
static bool host_is_allowed(const char *url, const struct http_url *parts) {
	const char *written = strstr(url, "://") + 3;
	size_t n = host_length(written);
	return parts->is_https ||
		(n == host_length(parts->host_header) &&
			text_equal_nocase(written, parts->host_header, n) &&
			may_be_plain(written, n));
}

static int split_origin(const char *url, const char *variable, struct http_url *origin,
	struct err *e) {
	char *start = text_dup(url, strcspn(url, "?"));
	if (!start)
		return err_no_memory(e);
	int rc = http_url_split(start, origin, e);
	if (rc && e->code == ERR_SYNTAX) {
		err_prefix(e, "%s", variable);
		e->code = ERR_CREDENTIALS;
	} else if (rc == 0 && !host_is_allowed(start, origin)) {
		rc = err_set(e, ERR_CREDENTIALS,
			"%s: http is allowed only for loopback addresses, localhost, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23]: use https",
			variable);
	}
	crypto_free_secret(start);
	return rc;
}

int provider_container_url(const char *relative_uri, const char *full_uri, struct buf *out,
	struct http_url *origin, struct err *e) {
	bool relative = relative_uri && *relative_uri;
	const char *variable = relative ? relative_variable : full_variable;
	const char *given = relative ? relative_uri : full_uri;
	*origin = (struct http_url){0};
	if (!given || !text_is_visible(given, strlen(given)) || strchr(given, '#'))
		return err_set(e, ERR_CREDENTIALS,
			"%s contains a character that is not valid in a URL", variable);
	if (relative && *given != '/')
		return err_set(e, ERR_CREDENTIALS, "%s must begin with /", variable);
	size_t before = out->len;
	buf_addf(out, "%s%s", relative ? "http://169.254.170.2" : "", given);
	if (buf_check(out, variable, e))
		return -1;
	return split_origin(buf_str(out) + before, variable, origin, e);
}

/* --- authorization --- */

static bool is_header_value(const char *s) {
	for (; *s; s++)
		if (((unsigned char)*s < 0x20U && *s != '\t') || *s == 0x7F)
			return false;
	return true;
}

static int read_token_file(const struct provider_context *context, const char *path,
	struct buf *token, struct err *e) {
	static const char variable[] = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
	const char *shown = file_shown(path);
	int rc = file_read(path, shown, &context->run.deadline, token, e);
	if (rc > 0) {
		(void)err_set(e, ERR_CREDENTIALS, "%s: %s does not exist", variable, shown);
		(void)ini_explain(path, NULL, e);
		return -1;
	}
	if (rc < 0 && e->code != ERR_DEADLINE)
		err_prefix(e, "%s", variable);
	const char *text = buf_str(token);
	size_t n = token->len;
	while (n > 0 && strchr(" \t\r\n", text[n - 1]))
		n--;
	if (rc == 0 && strlen(text) < n)
		rc = err_set(e, ERR_CREDENTIALS, "%s: %s contains a NUL byte", variable, shown);
	buf_truncate(token, n);
	if (rc == 0 && n == 0)
		rc = err_set(e, ERR_CREDENTIALS, "%s: %s is empty", variable, shown);
	return rc;
}

/* Appends "Authorization: ..." to line, or nothing when no token is configured. */
static int add_authorization(const struct provider_context *context, struct buf *line,
	struct err *e) {
	const char *path = env_get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	const char *given = env_get("AWS_CONTAINER_AUTHORIZATION_TOKEN");
	struct buf token;
	if (!path && !given)
		return 0;
	buf_init(&token, MAX_HEADER_LINE_BYTES / 2);
	int rc = 0;
	if (path)
		rc = read_token_file(context, path, &token, e);
	else
		buf_adds(&token, given);
	if (rc == 0 && !is_header_value(buf_str(&token)))
		rc = err_set(e, ERR_CREDENTIALS,
			"%s contains a line break or another control character",
			path ? file_shown(path) : "AWS_CONTAINER_AUTHORIZATION_TOKEN");
	if (rc == 0)
		rc = secrets_keep(buf_str(&token), e);
	if (rc == 0)
		buf_addf(line, "Authorization: %s", buf_str(&token));
	if (rc == 0 &&
		(buf_check(&token, "authorization token", e) ||
			buf_check(line, "authorization token", e)))
		rc = -1;
	buf_wipe(&token);
	return rc;
}

/* --- the provider --- */

/* Whether a path segment looks random and so may be a secret. Names and ARNs, which also occur in
 * AWS's messages, are not. */
static bool is_random(const char *part, size_t n) {
	size_t letters = 0;
	size_t digits = 0;
	for (size_t i = 0; i < n; i++) {
		bool is_digit = part[i] >= '0' && part[i] <= '9';
		digits += is_digit;
		letters += !is_digit && text_is_alnum(part[i]);
	}
	return n >= LONG_PATH_PART && digits > 0 && letters > 0 && !memchr(part, ':', n);
}

/* A task's path alone gives access to its keys. */
static int protect_path(const char *url, struct err *e) {
	const char *at = strstr(url, "://") + 3;
	for (at += strcspn(at, "/?"); *at; at += strcspn(at, "/?")) {
		at++;
		size_t n = strcspn(at, "/?");
		if (!is_random(at, n))
			continue;
		char *part = text_dup(at, n);
		if (!part)
			return err_no_memory(e);
		int rc = secrets_keep(part, e);
		crypto_free_secret(part);
		if (rc)
			return -1;
	}
	return 0;
}

static int ask_agent(const struct provider_context *context, const char *url,
	const char *host_header, const char *authorization, struct keys *out, struct err *e) {
	const char *const headers[] = {"Accept: application/json", authorization};
	const struct metadata_question question = {.method = HTTP_GET,
		.url = url,
		.what = "keys",
		.headers = headers,
		.header_count = *authorization ? 2 : 1,
		.judge = metadata_judge_keys,
		.ctx = out};
	struct metadata_service service = {.name = "container credentials",
		.host_header = host_header,
		.attempts = ATTEMPTS,
		.timeout_ms = ATTEMPT_TIMEOUT_MS,
		.pause_ms = PAUSE_MS};
	int rc = metadata_open(&service, &context->run, e);
	if (rc == 0) {
		rc = metadata_ask(&service, &question, e);
		if (rc && e->code == ERR_CREDENTIALS)
			err_prefix(e, "container credentials");
	}
	metadata_close(&service);
	return rc;
}

static enum provider_outcome fetch(const struct provider_context *context, struct keys *out,
	struct err *e) {
	const char *relative_uri = env_get(relative_variable);
	const char *full_uri = env_get(full_variable);
	struct buf url;
	struct buf authorization;
	struct http_url origin;
	if (!relative_uri && !full_uri) {
		(void)err_set(e, ERR_CREDENTIALS, "neither %s nor %s is set", relative_variable,
			full_variable);
		return PROVIDER_NOT_CONFIGURED;
	}
	buf_init(&url, MAX_URL_BYTES);
	buf_init(&authorization, MAX_HEADER_LINE_BYTES);
	int rc = provider_container_url(relative_uri, full_uri, &url, &origin, e);
	if (rc == 0)
		rc = protect_path(buf_str(&url), e);
	if (rc == 0)
		rc = add_authorization(context, &authorization, e);
	if (rc == 0)
		rc = ask_agent(context, buf_str(&url), origin.host_header, buf_str(&authorization),
			out, e);
	buf_wipe(&url);
	buf_wipe(&authorization);
	http_url_free(&origin);
	return rc ? PROVIDER_FAILED : PROVIDER_FOUND;
}

const struct provider provider_container = {.name = "container", .fetch = fetch};
