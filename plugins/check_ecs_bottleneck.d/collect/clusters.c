#include "config.h"

#include "collect/clusters.h"

#include "aws/service/arn.h"
#include "aws/service/ecs.h"
#include "aws/config/endpoint.h"
#include "base/nearest.h"
#include "base/text.h"
#include "harness/range.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CLUSTERS = 10000, MAX_BODY_BYTES = 64 * 1024 };

/* Rejects what is no cluster of the region, or is of another account than the first cluster. */
static int check_cluster(const struct clusters *c, const char *text, struct err *e) {
	struct arn arn;
	struct arn first;
	if (arn_parse(text, &arn) || !arn_is_cluster(&arn))
		return malformed_arn(e, "something that is not a cluster's ARN", text);
	if (strcmp(arn.region, c->region) != 0 ||
		strcmp(arn.partition, partition_of(c->region)) != 0)
		return malformed_arn(e, "a cluster in another region", text);
	if (c->count > 0 && arn_parse(c->arns[0], &first) == 0 &&
		strcmp(arn.account, first.account) != 0)
		return malformed_arn(e, "a cluster in another account", text);
	return 0;
}

static int add_cluster(void *ctx, const char *arn, struct err *e) {
	struct clusters *c = ctx;
	if (check_cluster(c, arn, e))
		return -1;
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->arns[i], arn) == 0)
			return 0;
	if (c->count == MAX_CLUSTERS)
		return err_set(e, ERR_LIMIT, "more than %d clusters: name one with -c",
			MAX_CLUSTERS);
	char **grown = realloc(c->arns, (c->count + 1) * sizeof *grown);
	if (!grown)
		return err_no_memory(e);
	c->arns = grown;
	c->arns[c->count] = text_dup(arn, strlen(arn));
	return c->arns[c->count++] ? 0 : err_no_memory(e);
}

void clusters_free(struct clusters *c) {
	for (size_t i = 0; i < c->count; i++)
		free(c->arns[i]);
	free(c->arns);
	page_free(&c->page);
	*c = (struct clusters){0};
}

static int ask_page(struct clusters *c, struct err *e) {
	struct client_call call = {.operation = OPERATION_LIST_CLUSTERS,
		.give_up_on_throttle = c->give_up_on_throttle};
	buf_init(&call.body, MAX_BODY_BYTES);
	ecs_list_clusters_body(&call.body, c->page.token);
	return client_submit(c->client, &call, e);
}

/* Reads one page and requests the next. A malformed ARN makes the list fail once all pages are
 * read. */
static int on_page(void *ctx, const struct client_answer *answer, struct err *e) {
	struct clusters *found = ctx;
	const char *next = NULL;
	if (!answer->document) {
		*e = answer->error;
		return -1;
	}
	if (ecs_read_list(answer->document, "clusterArns", add_cluster, found, &next, e)) {
		if (e->code != ERR_SYNTAX)
			return -1;
		client_explain_malformed(found->client, answer->operation, e);
		if (found->malformed.code == ERR_NONE)
			found->malformed = *e;
	}
	if (next)
		return page_advance(&found->page, next, OPERATION_LIST_CLUSTERS, e)
			? -1
			: ask_page(found, e);
	if (found->malformed.code == ERR_NONE)
		return 0;
	*e = found->malformed;
	return -1;
}

enum outcome clusters_list(struct client *client, const char *region, bool patiently,
	const struct calls_watcher *watcher, struct clusters *out, struct err *e) {
	*out = (struct clusters){.client = client,
		.region = region,
		.give_up_on_throttle = !patiently};
	return ask_page(out, e) ? OUTCOME_FAILED : calls_run(client, on_page, out, watcher, e);
}

/* Appends similar names to the message in e. Only clusters of the target's account count, if that
 * is known. Errors of the list are ignored: never OUTCOME_FAILED. */
static enum outcome suggest(struct client *client, const struct target *t,
	const struct calls_watcher *watcher, struct err *e) {
	struct clusters found;
	struct nearest near;
	struct err ignored;
	enum outcome how = clusters_list(client, t->region, false, watcher, &found, &ignored);
	nearest_begin(&near, t->name, strlen(t->name));
	for (size_t i = 0; i < found.count; i++) {
		struct arn arn;
		if (arn_parse(found.arns[i], &arn) == 0 &&
			(!*t->account || strcmp(arn.account, t->account) == 0))
			nearest_consider(&near, arn.name, strlen(arn.name));
	}
	(void)nearest_explain(&near, "", e);
	clusters_free(&found);
	return how == OUTCOME_FAILED ? OUTCOME_DONE : how;
}

enum outcome clusters_explain_missing(struct client *client, const struct target *t, bool may_ask,
	const struct calls_watcher *watcher, struct err *e) {
	const bool range = range_is_valid(t->name);
	(void)err_set(e, ERR_NOT_FOUND, "this cluster does not exist in %s%s", t->region,
		range ? ": -c names the cluster; for a critical range use -C"
		      : ": check -c, the region (-r) and the account (-p)");
	return may_ask && !range ? suggest(client, t, watcher, e) : OUTCOME_DONE;
}
