#include "config.h"

#include "collect/describe_read.h"

#include "aws/service/arn.h"
#include "aws/service/ecs.h"
#include "aws/config/endpoint.h"
#include "aws/service/ecs_event.h"
#include "base/num.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TEXT_BYTES = 1024, MAX_WORD_CHARS = 100 };

/* The state of reading one answer. */
struct reading {
	struct describe_scope *scope;
	const struct described *asked;
	size_t n;
	bool has_unrequested; /* it describes a service that was not requested */
};

static struct description *find_asked(const struct reading *r, const char *name) {
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->asked[i].name, name) == 0)
			return r->asked[i].to;
	return NULL;
}

/* Whether an ARN is of this run's region, partition and account (if known). */
static bool is_of_run(const struct describe_scope *scope, const struct arn *arn) {
	return strcmp(arn->region, scope->region) == 0 &&
		strcmp(arn->partition, partition_of(scope->region)) == 0 &&
		(!*scope->account || strcmp(arn->account, scope->account) == 0);
}

/* The ARN (NULL: none was sent) must name this run's cluster, too; the old form "service/SERVICE"
 * names none. */
static bool is_our_service(const struct describe_scope *scope, const char *text) {
	struct arn arn;
	const char *cluster;
	size_t n;
	if (!text)
		return true;
	if (arn_parse(text, &arn) || !arn_is_service(&arn, &cluster, &n) || !is_of_run(scope, &arn))
		return false;
	return !cluster || (strlen(scope->cluster) == n && memcmp(cluster, scope->cluster, n) == 0);
}

static bool is_our_cluster(const struct describe_scope *scope, const char *text) {
	struct arn arn;
	return !text ||
		(arn_parse(text, &arn) == 0 && arn_is_cluster(&arn) && is_of_run(scope, &arn) &&
			strcmp(arn.name, scope->cluster) == 0);
}

static char *make_phrase(const char *text, const char *word) {
	struct buf b;
	buf_init(&b, MAX_TEXT_BYTES);
	buf_adds(&b, text);
	if (word) {
		buf_adds(&b, " ('");
		text_add_foreign(&b, word, MAX_WORD_CHARS);
		buf_adds(&b, "')");
	}
	char *copy = b.failed ? NULL : text_dup(buf_str(&b), b.len);
	buf_free(&b);
	return copy;
}

static void add_event(void *ctx, const struct ecs_event *event) {
	struct description *to = ctx;
	unsigned says = ecs_event_read(event->message);
	const struct service_event kept = {.at_ms = event->at_ms,
		.started = says & ECS_EVENT_STARTED,
		.steady = says & ECS_EVENT_STEADY,
		.failure = says & ECS_EVENT_FAILURE};
	struct err e;
	/* A lost event may be a failure. */
	if (description_add_event(to, &kept, event->message, &e))
		description_add_fault(to, FAULT_HISTORY, "out of memory");
}

static void copy_failure(const struct ecs_service *from, struct description *to) {
	to->status = from->missing ? DESCRIPTION_GONE : DESCRIPTION_FAILED;
	to->is_missing = from->missing;
	to->text = from->missing ? text_dup("gone", strlen("gone"))
				 : make_phrase("ECS answered", from->failure);
}

/* "1.3.0"; "LATEST" and what is not known are not. */
static bool is_before_1_4(const char *version) {
	static const char digits[] = "0123456789";
	const int64_t max = 1000000;
	int64_t major = 1;
	int64_t minor = 4;
	size_t n = version ? strspn(version, digits) : 0;
	if (n == 0 || version[n] != '.' || num_parse_whole(version, n, max, &major))
		return false;
	const char *rest = version + n + 1;
	if (num_parse_whole(rest, strspn(rest, digits), max, &minor))
		return false;
	return major < 1 || (major == 1 && minor < 4);
}

static void copy_tasks(const struct ecs_service *from, struct description *to) {
	static const enum task_host hosts[] = {[ECS_HOST_NOT_KNOWN] = TASK_HOST_NOT_KNOWN,
		[ECS_HOST_FARGATE] = TASK_ON_FARGATE,
		[ECS_HOST_OTHER] = TASK_ON_INSTANCES};
	to->host = hosts[from->host];
	to->is_windows = from->is_windows;
	to->is_old_platform = is_before_1_4(from->platform_version);
	if (from->task_definition)
		to->task_definition = text_dup(from->task_definition,
			strlen(from->task_definition));
}

static void copy_service(const struct ecs_service *from, struct description *to) {
	bool active = strcmp(from->status, "ACTIVE") == 0;
	to->status = active || from->fault ? DESCRIPTION_KNOWN : DESCRIPTION_GONE;
	to->text = to->status == DESCRIPTION_GONE ? text_dup(from->status, strlen(from->status))
						  : NULL;
	to->is_daemon = from->is_daemon;
	to->desired_count = from->desired_count;
	to->running_count = from->running_count;
	to->created_ms = from->created_ms;
	to->primary_created_ms = from->primary_created_ms;
	to->failed_tasks = from->failed_tasks;
	to->rollout_failed = from->rollout_failed;
	copy_tasks(from, to);
	if (from->rollout_reason)
		to->rollout_reason = text_dup(from->rollout_reason, strlen(from->rollout_reason));
	if (!active && !from->fault && strcmp(from->status, "INACTIVE") == 0 &&
		from->running_count > 0)
		description_add_fault(to, FAULT_SERVICE, "it is INACTIVE but has running tasks");
	if (from->history_fault)
		description_add_fault(to, FAULT_HISTORY, from->history_fault);
	if (ecs_read_events(from->events, add_event, to) > 0)
		description_add_fault(to, FAULT_HISTORY, "an event without a time or a message");
	if (from->fault) {
		char *text = make_phrase(from->fault, from->fault_word);
		description_add_fault(to, FAULT_SERVICE, text ? text : from->fault);
		free(text);
	}
}

static void take_account(struct describe_scope *scope, const char *text) {
	struct arn arn;
	if (text && arn_parse(text, &arn) == 0)
		(void)snprintf(scope->account, sizeof scope->account, "%.15s", arn.account);
}

static void on_service(void *ctx, const struct ecs_service *answer) {
	struct reading *r = ctx;
	struct description said = {.status = DESCRIPTION_NONE};
	struct description *to = find_asked(r, answer->name);
	if (!to || !is_our_service(r->scope, answer->arn) ||
		!is_our_cluster(r->scope, answer->cluster_arn)) {
		r->has_unrequested = true;
		return;
	}
	if (!*r->scope->account)
		take_account(r->scope, answer->arn);
	if (answer->failure)
		copy_failure(answer, &said);
	else
		copy_service(answer, &said);
	if (to->status == DESCRIPTION_PENDING) {
		*to = said;
		return;
	}
	if (said.fault != FAULT_NONE)
		description_add_fault(to, said.fault,
			said.fault_text ? said.fault_text : "out of memory");
	if (!description_is_equal(to, &said))
		description_add_fault(to, FAULT_SERVICE, "two different descriptions");
	description_clear(&said);
}

int describe_read(const json *document, struct describe_scope *scope, const struct described *asked,
	size_t n, struct err *e) {
	struct reading r = {.scope = scope, .asked = asked, .n = n};
	if (ecs_read_services(document, on_service, &r, e))
		return -1;
	return r.has_unrequested ? err_set(e, ERR_SYNTAX, "a service that was not asked about") : 0;
}

void describe_settle(const struct described *asked, size_t n, const char *why, bool is_wrong) {
	for (size_t i = 0; i < n; i++) {
		struct description *x = asked[i].to;
		if (x->status == DESCRIPTION_PENDING) {
			x->status = DESCRIPTION_FAILED;
			x->text = text_dup(why, strlen(why));
		} else if (is_wrong) {
			description_add_fault(x, FAULT_ANSWER, why);
		}
	}
}
