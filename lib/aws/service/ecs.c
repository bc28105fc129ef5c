#include "config.h"

#include "aws/service/ecs.h"

#include "base/json_write.h"

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

void ecs_describe_task_definition_body(struct buf *out, const char *task_definition) {
	buf_adds(out, "{\"taskDefinition\":");
	json_add_string(out, task_definition);
	buf_addc(out, '}');
}

static int wrong_shape(const char *what, struct err *e) {
	return err_set(e, ERR_SYNTAX, "%s", what);
}

int ecs_read_list(const json *document, const char *member,
	int (*visit)(void *ctx, const char *arn, struct err *e), void *ctx, const char **next_token,
	struct err *e) {
	const json *arns = json_member(document, member);
	const json *token = json_member(document, "nextToken");
	const char *text = json_string(token);
	struct err why = {.code = ERR_NONE};
	int rc = 0;
	*next_token = text && *text ? text : NULL;
	if (!json_is_array(arns))
		return wrong_shape("a page without its list", e);
	for (const json *a = json_first(arns); a; a = json_next(a)) {
		int bad = json_string(a) ? visit(ctx, json_string(a), &why)
					 : wrong_shape("an ARN that is not a string", &why);
		if (bad && (rc == 0 || why.code != ERR_SYNTAX) && e)
			*e = why;
		if (bad && why.code != ERR_SYNTAX)
			return -1;
		rc = bad ? -1 : rc;
	}
	if (rc == 0 && !json_is_absent(token) && !text)
		rc = wrong_shape("nextToken is not a string", e);
	return rc;
}
