#include "config.h"

#include "model/description.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

void description_clear(struct description *d) {
	free(d->text);
	free(d->fault_text);
	free(d->rollout_reason);
	free(d->events);
	free(d->failure_message);
	free(d->task_definition);
	*d = (struct description){.status = DESCRIPTION_NONE};
}

void description_add_fault(struct description *d, enum description_fault fault, const char *text) {
	if (fault <= d->fault)
		return;
	free(d->fault_text);
	d->fault = fault;
	d->fault_text = text_dup(text, strlen(text));
}

int description_add_event(struct description *d, const struct service_event *event,
	const char *message, struct err *e) {
	bool is_full = (d->event_count & (d->event_count - 1)) == 0;
	size_t room = d->event_count ? 2 * d->event_count : 1;
	struct service_event *grown = is_full ? realloc(d->events, room * sizeof *grown)
					      : d->events;
	if (!grown)
		return err_no_memory(e);
	d->events = grown;
	if (event->failure && event->at_ms > d->failure_ms) {
		char *copy = text_dup(message, strlen(message));
		if (!copy)
			return err_no_memory(e);
		free(d->failure_message);
		d->failure_message = copy;
		d->failure_ms = event->at_ms;
	}
	d->events[d->event_count++] = *event;
	return 0;
}

static bool is_same_text(const char *a, const char *b) {
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_same_event(const struct service_event *a, const struct service_event *b) {
	return a->at_ms == b->at_ms && a->started == b->started && a->steady == b->steady &&
		a->failure == b->failure;
}

bool description_is_equal(const struct description *a, const struct description *b) {
	size_t i = 0;
	if (a->event_count != b->event_count)
		return false;
	while (i < a->event_count && is_same_event(&a->events[i], &b->events[i]))
		i++;
	return i == a->event_count && a->status == b->status && is_same_text(a->text, b->text) &&
		a->is_daemon == b->is_daemon && a->desired_count == b->desired_count &&
		a->running_count == b->running_count && a->created_ms == b->created_ms &&
		a->primary_created_ms == b->primary_created_ms &&
		a->failed_tasks == b->failed_tasks && a->rollout_failed == b->rollout_failed &&
		is_same_text(a->rollout_reason, b->rollout_reason);
}
