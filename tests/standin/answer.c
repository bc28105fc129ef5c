#define _POSIX_C_SOURCE 200809L
#include "answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void replace(struct answer *answer, unsigned status) {
	text_free(&answer->body);
	*answer = (struct answer){.status = status, .content_type = answer->content_type};
}

void answer_plain(struct answer *answer, unsigned status, const char *content_type,
	const char *body) {
	replace(answer, status);
	answer->content_type = content_type;
	text_add(&answer->body, body);
}

void answer_error(struct answer *answer, unsigned status, const char *type, const char *format,
	...) {
	va_list arguments;
	va_start(arguments, format);
	va_list again;
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	char *message = must_alloc((size_t)length + 1);
	vsnprintf(message, (size_t)length + 1, format, again);
	va_end(again);
	replace(answer, status);
	text_add(&answer->body, "{\"__type\":");
	text_json(&answer->body, type);
	text_add(&answer->body, ",\"message\":");
	text_json(&answer->body, message);
	text_add(&answer->body, "}");
	free(message);
}

void answer_denied(struct answer *answer, const struct operation *operation, const char *partition,
	const char *account_id, const char *user, const char *resource) {
	struct text message = {0};
	text_addf(&message,
		"User: arn:%s:iam::%s:user/%s is not authorized to perform: %s on resource: %s because no "
		"identity-based policy allows the %s action",
		partition, account_id, user, operation->action, resource, operation->action);
	replace(answer, 400);
	/* This one error spells the member with a capital letter. */
	text_add(&answer->body, "{\"__type\":\"AccessDeniedException\",\"Message\":");
	text_json(&answer->body, text_string(&message));
	text_add(&answer->body, "}");
	text_free(&message);
}
