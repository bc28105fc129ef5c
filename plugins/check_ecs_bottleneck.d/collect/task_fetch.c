#include "config.h"

#include "collect/task_fetch.h"

#include "aws/service/ecs.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_IN_FLIGHT = 2, MAX_BODY_BYTES = 4096 };

struct task_fetch {
	const struct collect_scope *scope;
	int tag;
	struct task_definition **wanted;
	size_t count;
	size_t next; /* the first one not yet in a call */
};

struct task_fetch *task_fetch_new(const struct collect_scope *scope, int tag, struct err *e) {
	struct task_fetch *f = malloc(sizeof *f);
	if (f)
		*f = (struct task_fetch){.scope = scope, .tag = tag};
	else
		(void)err_no_memory(e);
	return f;
}

void task_fetch_free(struct task_fetch *f) {
	if (f)
		free(f->wanted);
	free(f);
}

int task_fetch_want(struct task_fetch *f, size_t service, struct err *e) {
	if ((f->count & (f->count - 1)) == 0) {
		size_t room = f->count ? 2 * f->count : 1;
		struct task_definition **grown = realloc(f->wanted, room * sizeof *grown);
		if (!grown)
			return err_no_memory(e);
		f->wanted = grown;
	}
	f->wanted[f->count++] = f->scope->samples->services[service].task_definition;
	return 0;
}

static int ask_next(struct task_fetch *f, struct err *e) {
	struct client_call call = {.operation = OPERATION_DESCRIBE_TASK_DEFINITION,
		.tag = f->tag,
		.subject = f->next};
	if (f->next == f->count)
		return 0;
	buf_init(&call.body, MAX_BODY_BYTES);
	ecs_describe_task_definition_body(&call.body, f->wanted[f->next++]->arn);
	return client_submit(f->scope->client, &call, e);
}

int task_fetch_send(struct task_fetch *f, struct err *e) {
	int rc = 0;
	for (int i = 0; rc == 0 && i < MAX_IN_FLIGHT; i++)
		rc = ask_next(f, e);
	return rc;
}

static void fail(struct task_definition *t, const char *why) {
	t->status = TASK_DEFINITION_FAILED;
	t->failure = text_dup(why, strlen(why));
}

/* Whether what refused this one refuses them all. */
static bool concerns_all(const struct err *why) {
	return why->code == ERR_DENIED || why->code == ERR_CREDENTIALS;
}

static int read_answer(const struct client_answer *answer, struct task_definition *t,
	struct err *why) {
	struct ecs_task_definition told;
	if (ecs_read_task_definition(answer->document, &told, why))
		return -1;
	if (strcmp(told.arn, t->arn) != 0)
		return err_set(why, ERR_SYNTAX, "a task definition that was not asked about");
	t->status = TASK_DEFINITION_KNOWN;
	t->size = (struct task_size){told.cpu_units, told.memory_mib};
	t->is_windows = told.is_windows;
	return 0;
}

int task_fetch_on_answer(struct task_fetch *f, const struct client_answer *answer, struct err *e) {
	struct task_definition *t = f->wanted[answer->subject];
	struct err why = answer->error;
	if (answer->document && read_answer(answer, t, &why)) {
		client_explain_malformed(f->scope->client, answer->operation, &why);
		fail(t, why.message);
	} else if (!answer->document) {
		fail(t, why.message);
		for (; concerns_all(&why) && f->next < f->count; f->next++)
			fail(f->wanted[f->next], why.message);
	}
	return ask_next(f, e);
}
