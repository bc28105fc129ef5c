#include "config.h"

#include "aws/service/arn.h"

#include "base/text.h"

#include <string.h>

enum { LONGEST_ECS_NAME = 255, ACCOUNT_DIGITS = 12 };

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

/* How many bytes of s can be of an ECS name; more than the longest one has at most by one. */
static size_t name_length(const char *s) {
	size_t n = 0;
	while (n <= LONGEST_ECS_NAME && (text_is_alnum(s[n]) || s[n] == '-' || s[n] == '_'))
		n++;
	return n;
}

bool arn_is_ecs_name(const char *s) {
	size_t n = name_length(s);
	return n > 0 && n <= LONGEST_ECS_NAME && s[n] == '\0';
}

bool arn_is_ecs(const struct arn *a, const char *type) {
	size_t n = strlen(type);
	return strcmp(a->service, "ecs") == 0 && strncmp(a->resource, type, n) == 0 &&
		a->resource[n] == '/';
}

bool arn_is_account(const char *s) {
	return strlen(s) == ACCOUNT_DIGITS && s[strspn(s, "0123456789")] == '\0';
}

bool arn_is_service(const struct arn *a, const char **cluster, size_t *cluster_len) {
	static const char type[] = "service/";
	if (!arn_is_ecs(a, "service") || !arn_is_account(a->account) || !arn_is_ecs_name(a->name))
		return false;
	const char *path = a->resource + sizeof type - 1;
	*cluster_len = path == a->name ? 0 : name_length(path);
	*cluster = path == a->name ? NULL : path;
	return path == a->name ||
		(*cluster_len > 0 && *cluster_len <= LONGEST_ECS_NAME &&
			path + *cluster_len + 1 == a->name);
}

bool arn_is_cluster(const struct arn *a) {
	return arn_is_ecs(a, "cluster") && a->name == a->resource + strlen("cluster/") &&
		arn_is_account(a->account) && arn_is_ecs_name(a->name);
}

/* Whether s has least to most letters, digits and characters of others. */
static bool is_made_of(const char *s, const char *others, size_t least, size_t most) {
	size_t n = 0;
	while (n <= most && s[n] && (text_is_alnum(s[n]) || strchr(others, s[n])))
		n++;
	return n >= least && n <= most && s[n] == '\0';
}

static bool is_path(const char *s, const char *end) {
	for (; s < end; s++)
		if (*s <= ' ' || *s > '~')
			return false;
	return true;
}

bool arn_is_role(const char *text) {
	enum { MOST_BYTES = 2048, MOST_NAME = 64 };
	static const char type[] = "role/";
	struct arn a;
	return strlen(text) <= MOST_BYTES && arn_parse(text, &a) == 0 &&
		text_starts_with(a.partition, "aws") && strcmp(a.service, "iam") == 0 &&
		*a.region == '\0' && arn_is_account(a.account) &&
		text_starts_with(a.resource, type) && is_path(a.resource, a.name) &&
		is_made_of(a.name, "_+=,.@-", 1, MOST_NAME);
}

bool arn_is_external_id(const char *s) {
	enum { LEAST = 2, MOST = 1224 };
	return is_made_of(s, "_+=,.@:/-", LEAST, MOST);
}
