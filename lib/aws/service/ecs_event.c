#include "config.h"

#include "aws/service/ecs_event.h"

#include "base/text.h"

#include <string.h>

struct wording {
	const char *text;
	unsigned says;
};

/* Sources: Amazon ECS Developer Guide, pages "Amazon ECS service event messages"
 * (service-event-messages-list), "Amazon ECS service unhealthy event messages" and "Amazon ECS
 * service action events"; answers recorded from AWS (tests/vectors/ecs-describe.json). AWS adds
 * messages, so failures are matched by words, not whole sentences: a message mistaken for a failure
 * never makes a service OK; a missed one may. */
static const struct wording wordings[] = {
	{"has started", ECS_EVENT_STARTED},
	{"has reached a steady state", ECS_EVENT_STEADY},
	/* was unable to place a task, to stop or start tasks, to reach steady state, to assume the
	 * role; is unable to consistently start tasks successfully */
	{"unable", ECS_EVENT_FAILURE},
	/* failed to launch a task with (error ...), to register targets in (target-group ...);
	 * deployment failed: tasks failed to start; failed container health checks */
	{"failed", ECS_EVENT_FAILURE},
	{"failure", ECS_EVENT_FAILURE},
	{"failing", ECS_EVENT_FAILURE},
	/* (port 80) is unhealthy in (target-group ...); replaced 1 tasks due to an unhealthy
	 * status */
	{"unhealthy", ECS_EVENT_FAILURE},
	/* operations are being throttled. Will try again later. */
	{"throttled", ECS_EVENT_FAILURE},
	{"error", ECS_EVENT_FAILURE},
	/* rolling back to deployment ecs-svc/... */
	{"rolling back", ECS_EVENT_FAILURE},
	/* deployment failed: alarm detected */
	{"alarm detected", ECS_EVENT_FAILURE},
	/* tasks no longer meet the placement constraint strategy
	 * (SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED) */
	{"no longer meet", ECS_EVENT_FAILURE},
	{"violated", ECS_EVENT_FAILURE},
	{"cannot", ECS_EVENT_FAILURE},
	{"could not", ECS_EVENT_FAILURE},
	{"timed out", ECS_EVENT_FAILURE},
	{"insufficient", ECS_EVENT_FAILURE},
};

/* Service names contain letters, digits, '-' and '_': a word within one is not the message's. */
static bool in_word(char c) {
	return text_is_alnum(c) || c == '-' || c == '_';
}

/* Whether the wording begins at s, as whole words. before: the character before s. */
static bool begins_here(const char *s, char before, const char *wording) {
	size_t n = strlen(wording);
	return !in_word(before) && text_equal_nocase(s, wording, n) && !in_word(s[n]);
}

/* The message after the "(service NAME) " with which nearly all begin, else all of it. */
static const char *text_behind_name(const char *message) {
	static const char prefix[] = "(service ";
	const char *end = text_starts_with(message, prefix) ? strchr(message, ')') : NULL;
	while (end && *++end == ' ')
		continue;
	return end && *end ? end : message;
}

unsigned ecs_event_read(const char *message) {
	unsigned says = 0;
	size_t depth = 0;
	char before = ' ';
	for (const char *s = text_behind_name(message); *s; before = *s++) {
		depth += *s == '(';
		depth -= *s == ')' && depth > 0;
		for (size_t i = 0; i < sizeof wordings / sizeof wordings[0]; i++)
			if ((depth == 0 || wordings[i].says == ECS_EVENT_FAILURE) &&
				begins_here(s, before, wordings[i].text))
				says |= wordings[i].says;
	}
	return says;
}
