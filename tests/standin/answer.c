#define _POSIX_C_SOURCE 200809L
#include "answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Types that all services share, as the query protocol spells them. */
static const struct {
	const char *type, *code;
	unsigned status;
} shared[] = {
	{"InvalidSignatureException", "SignatureDoesNotMatch", 403},
	{"UnrecognizedClientException", "InvalidClientTokenId", 403},
	{"MissingAuthenticationTokenException", "MissingAuthenticationToken", 403},
	{"IncompleteSignatureException", "IncompleteSignature", 400},
	{"ExpiredTokenException", "ExpiredToken", 403},
	{"ThrottlingException", "Throttling", 400},
	{"ServerException", "InternalFailure", 500},
	{"RequestEntityTooLargeException", "RequestEntityTooLarge", 413},
};

static void replace(struct answer *answer, unsigned status) {
	text_free(&answer->body);
	answer->status = status;
	answer->query_error = answer->error_type = answer->location = answer->encoding = NULL;
}

void answer_plain(struct answer *answer, unsigned status, const char *content_type,
	const char *body) {
	replace(answer, status);
	answer->content_type = content_type;
	text_add(&answer->body, body);
}

static char *format_message(const char *format, va_list arguments) {
	va_list again;
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	char *message = must_alloc((size_t)length + 1);
	vsnprintf(message, (size_t)length + 1, format, again);
	va_end(again);
	return message;
}

static void put_members(struct answer *answer, const char *first, const char *one,
	const char *second, const char *two) {
	text_addf(&answer->body, "{\"%s\":", first);
	text_json(&answer->body, one);
	text_addf(&answer->body, ",\"%s\":", second);
	text_json(&answer->body, two);
	text_add(&answer->body, "}");
}

static void put_xml(struct answer *answer, unsigned status, const char *code, const char *message) {
	replace(answer, status);
	text_addf(&answer->body,
		"<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n"
		"    <Type>%s</Type>\n    <Code>%s</Code>\n    <Message>",
		status < 500 ? "Sender" : "Receiver", code);
	text_xml(&answer->body, message);
	text_addf(&answer->body,
		"</Message>\n  </Error>\n  <RequestId>%s</RequestId>\n</ErrorResponse>\n",
		answer->request_id);
}

static void put_shared(struct answer *answer, unsigned status, const char *type,
	const char *message) {
	for (size_t i = 0; i < sizeof(shared) / sizeof(*shared); i++) {
		if (strcmp(shared[i].type, type) == 0) {
			put_xml(answer, shared[i].status, shared[i].code, message);
			return;
		}
	}
	put_xml(answer, status, type, message);
}

void answer_error(struct answer *answer, unsigned status, const char *type, const char *format,
	...) {
	va_list arguments;
	va_start(arguments, format);
	char *message = format_message(format, arguments);
	va_end(arguments);
	switch (answer->protocol) {
	case QUERY:
		put_shared(answer, status, type, message);
		break;
	case OAUTH:
		answer_oauth_error(answer, status, type, "invalid_request", message);
		break;
	case PORTAL:
		replace(answer, status);
		answer->error_type = type;
		put_members(answer, "message", message, "__type", type);
		break;
	default:
		replace(answer, status);
		put_members(answer, "__type", type, "message", message);
	}
	free(message);
}

void answer_query_error(struct answer *answer, unsigned status, const char *code,
	const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	char *message = format_message(format, arguments);
	va_end(arguments);
	put_xml(answer, status, code, message);
	free(message);
}

void answer_oauth_error(struct answer *answer, unsigned status, const char *type, const char *code,
	const char *description) {
	replace(answer, status);
	answer->error_type = type;
	put_members(answer, "error", code, "error_description", description);
}

void answer_denied(struct answer *answer, const struct operation *operation, const struct key *key,
	const char *resource) {
	struct text message = {0};
	text_addf(&message, "User: %s is not authorized to perform: %s on resource: %s",
		key->principal, operation->action, resource);
	if (key->because != NULL) {
		text_addf(&message, " %s", key->because);
	}
	if (answer->protocol == QUERY) {
		put_xml(answer, 403, "AccessDenied", text_string(&message));
		text_free(&message);
		return;
	}
	if (key->because == NULL) {
		text_addf(&message, " because no identity-based policy allows the %s action",
			operation->action);
	}
	replace(answer, 400);
	/* This one error spells the member with a capital letter. */
	put_members(answer, "__type", "AccessDeniedException", "Message", text_string(&message));
	text_free(&message);
}
