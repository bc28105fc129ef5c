#include "config.h"

#include "aws/ecs.h"

static void add_member(struct buf *out, const char *name, const char *value) {
	if (!value)
		return;
	buf_addf(out, ",\"%s\":", name);
	json_add_string(out, value);
}

void ecs_list_clusters_body(struct buf *out, const char *next_token) {
	buf_addf(out, "{\"maxResults\":%d", ECS_LIST_PAGE);
	add_member(out, "nextToken", next_token);
	buf_addc(out, '}');
}

void ecs_list_services_body(struct buf *out, const char *cluster, const char *next_token) {
	buf_addf(out, "{\"maxResults\":%d", ECS_LIST_PAGE);
	add_member(out, "cluster", cluster);
	add_member(out, "nextToken", next_token);
	buf_addc(out, '}');
}

void ecs_describe_services_body(struct buf *out, const char *cluster, const char *const *services,
	size_t n) {
	buf_adds(out, "{\"cluster\":");
	json_add_string(out, cluster);
	buf_adds(out, ",\"services\":[");
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, i > 0 ? "," : "");
		json_add_string(out, services[i]);
	}
	buf_adds(out, "]}");
}

static int wrong_shape(const char *what, struct err *e) {
	return err_set(e, ERR_SYNTAX, "%s", what);
}

int ecs_read_list(const json *document, const char *member,
	int (*visit)(void *ctx, const char *arn, struct err *e), void *ctx, const char **next_token,
	struct err *e) {
	const json *arns = json_member(document, member);
	const json *token = json_member(document, "nextToken");
	if (!json_is_array(arns))
		return wrong_shape("a list page without its list", e);
	if (!json_is_absent(token) && !json_string(token))
		return wrong_shape("nextToken is no string", e);
	for (const json *a = json_first(arns); a; a = json_next(a)) {
		if (!json_string(a))
			return wrong_shape("an ARN that is no string", e);
		if (visit(ctx, json_string(a), e))
			return -1;
	}
	const char *text = json_string(token);
	*next_token = text && *text ? text : NULL;
	return 0;
}
