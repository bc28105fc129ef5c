#include "config.h"

#include "aws/arn.h"

#include "base/text.h"

#include <string.h>

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

bool arn_is_ecs_name(const char *s) {
	const size_t longest = 255;
	size_t n = 0;
	while (n <= longest && (text_is_alnum(s[n]) || s[n] == '-' || s[n] == '_'))
		n++;
	return n > 0 && n <= longest && s[n] == '\0';
}

bool arn_is_ecs(const struct arn *a, const char *type) {
	size_t n = strlen(type);
	return strcmp(a->service, "ecs") == 0 && strncmp(a->resource, type, n) == 0 &&
		a->resource[n] == '/';
}
