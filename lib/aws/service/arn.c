#include "config.h"

#include "aws/service/arn.h"

#include "base/text.h"

#include <string.h>

enum { MAX_ECS_NAME = 255, ACCOUNT_DIGITS = 12 };

int arn_parse(const char *text, struct arn *out) {
	char *const fields[] = {out->partition, out->service, out->region, out->account};
	static const char prefix[] = "arn:";
	*out = (struct arn){0};
	if (!text_starts_with(text, prefix))
		return -1;
	const char *at = text + sizeof prefix - 1;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		size_t n = strcspn(at, ":");
		if (at[n] != ':' || n >= ARN_FIELD_BYTES)
			return -1;
		memcpy(fields[i], at, n);
		at += n + 1;
	}
	const char *slash = strrchr(at, '/');
	out->resource = at;
	out->name = slash ? slash + 1 : at;
	return *out->name ? 0 : -1;
}

/* The number of bytes of s that can belong to an ECS name; at most one more than its maximum. */
static size_t name_length(const char *s) {
	size_t n = 0;
	while (n <= MAX_ECS_NAME && (text_is_alnum(s[n]) || s[n] == '-' || s[n] == '_'))
		n++;
	return n;
}

bool arn_is_ecs_name(const char *s) {
	size_t n = name_length(s);
	return n > 0 && n <= MAX_ECS_NAME && s[n] == '\0';
}

bool arn_is_ecs(const struct arn *a, const char *type) {
	size_t n = strlen(type);
	return strcmp(a->service, "ecs") == 0 && strncmp(a->resource, type, n) == 0 &&
		a->resource[n] == '/';
}

static bool is_account(const char *s) {
	return strlen(s) == ACCOUNT_DIGITS && s[strspn(s, "0123456789")] == '\0';
}

bool arn_is_service(const struct arn *a, const char **cluster, size_t *cluster_len) {
	static const char type[] = "service/";
	if (!arn_is_ecs(a, "service") || !is_account(a->account) || !arn_is_ecs_name(a->name))
		return false;
	const char *path = a->resource + sizeof type - 1;
	*cluster_len = path == a->name ? 0 : name_length(path);
	*cluster = path == a->name ? NULL : path;
	return path == a->name ||
		(*cluster_len > 0 && *cluster_len <= MAX_ECS_NAME &&
			path + *cluster_len + 1 == a->name);
}

bool arn_is_cluster(const struct arn *a) {
	return arn_is_ecs(a, "cluster") && a->name == a->resource + strlen("cluster/") &&
		is_account(a->account) && arn_is_ecs_name(a->name);
}

/* Whether s consists of min to max letters, digits and characters of others. */
static bool is_made_of(const char *s, const char *others, size_t min, size_t max) {
	size_t n = 0;
	while (n <= max && s[n] && (text_is_alnum(s[n]) || strchr(others, s[n])))
		n++;
	return n >= min && n <= max && s[n] == '\0';
}

bool arn_is_role(const char *text) {
	enum { MAX_NAME_CHARS = 64 };
	static const char type[] = "role/";
	struct arn a;
	return strlen(text) <= ARN_MAX_ROLE_CHARS && arn_parse(text, &a) == 0 &&
		text_starts_with(a.partition, "aws") && strcmp(a.service, "iam") == 0 &&
		*a.region == '\0' && is_account(a.account) && text_starts_with(a.resource, type) &&
		text_is_visible(a.resource, (size_t)(a.name - a.resource)) &&
		is_made_of(a.name, "_+=,.@-", 1, MAX_NAME_CHARS);
}

bool arn_is_session_name(const char *s) {
	return is_made_of(s, "_+=,.@-", ARN_MIN_WORD_CHARS, ARN_MAX_SESSION_NAME_CHARS);
}

bool arn_is_external_id(const char *s) {
	return is_made_of(s, "_+=,.@:/-", ARN_MIN_WORD_CHARS, ARN_MAX_EXTERNAL_ID_CHARS);
}
