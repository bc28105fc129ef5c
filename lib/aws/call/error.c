#include "config.h"

#include "aws/call/error.h"

#include "base/crypto.h"
#include "base/text.h"
#include "base/xml.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Longer than any message of AWS's: they hold ARNs, which have at most 2048 characters. */
enum { MAX_MESSAGE_CHARS = 8192 };

static const char *const throttling[] = {"Throttling", "ThrottlingException", "ThrottledException",
	"RequestThrottledException", "RequestThrottled", "TooManyRequestsException",
	"ProvisionedThroughputExceededException", "TransactionInProgressException",
	"RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "SlowDown",
	"PriorRequestNotComplete", "EC2ThrottledException", NULL};
static const char *const transient[] = {"RequestTimeout", "RequestTimeoutException",
	"IDPCommunicationError", NULL};
static const char *const expired[] = {"ExpiredTokenException", "ExpiredToken",
	"TokenRefreshRequired", NULL};
static const char *const bad_credentials[] = {"UnrecognizedClientException", "InvalidClientTokenId",
	"InvalidAccessKeyId", "InvalidToken", "InvalidSecurity", "MissingAuthenticationToken",
	"MissingAuthenticationTokenException", NULL};
static const char *const not_subscribed[] = {"OptInRequired", "SubscriptionRequiredException",
	NULL};
static const char *const signature[] = {"InvalidSignatureException", "SignatureDoesNotMatch",
	"IncompleteSignature", "IncompleteSignatureException", "RequestExpired",
	"RequestInTheFuture", "RequestTimeTooSkewed", "AuthFailure", NULL};
static const char *const denied[] = {"AccessDeniedException", "AccessDenied",
	"UnauthorizedOperation", "NotAuthorized", "KmsAccessDeniedException", NULL};
static const char *const not_found[] = {"ClusterNotFoundException", "ResourceNotFound",
	"ResourceNotFoundException", NULL};
static const char *const unknown_operation[] = {"UnknownOperationException", "InvalidAction",
	"MissingAction", NULL};
/* Further codes that callers distinguish. */
static const char *const told_apart[] = {"RegionDisabledException", "InvalidIdentityToken",
	"IDPRejectedClaim", NULL};
static const char *const skew[] = {"InvalidSignatureException", "SignatureDoesNotMatch",
	"AuthFailure", "RequestTimeTooSkewed", "AccessDeniedException", NULL};

static const struct {
	const char *const *codes;
	enum aws_error_class class;
} classes[] = {
	{expired, AWS_ERROR_EXPIRED_CREDENTIALS},
	{bad_credentials, AWS_ERROR_BAD_CREDENTIALS},
	{signature, AWS_ERROR_SIGNATURE},
	{denied, AWS_ERROR_DENIED},
	{not_subscribed, AWS_ERROR_NOT_SUBSCRIBED},
	{not_found, AWS_ERROR_NOT_FOUND},
	{unknown_operation, AWS_ERROR_UNKNOWN_OPERATION},
};

static int is_one_of(const char *code, const char *const *list) {
	for (; *list; list++)
		if (strcmp(code, *list) == 0)
			return 1;
	return 0;
}

enum aws_error_class aws_error_classify(const char *code, long status) {
	if (is_one_of(code, throttling))
		return AWS_ERROR_THROTTLING;
	/* With these statuses, any other code is ignored. */
	if (is_one_of(code, transient) || status == 500 || status == 502 || status == 503 ||
		status == 504)
		return AWS_ERROR_TRANSIENT;
	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
		if (is_one_of(code, classes[i].codes))
			return classes[i].class;
	return status == 429 ? AWS_ERROR_THROTTLING : AWS_ERROR_OTHER;
}

bool aws_error_refuses_keys(enum aws_error_class class) {
	return class == AWS_ERROR_EXPIRED_CREDENTIALS || class == AWS_ERROR_BAD_CREDENTIALS ||
		class == AWS_ERROR_SIGNATURE || class == AWS_ERROR_DENIED;
}

int aws_error_may_be_skew(const char *code) {
	return is_one_of(code, skew);
}

/* Whether a rule uses the code. Such a code is never hidden, even if it looks like a password. */
static bool is_known(const char *code) {
	if (is_one_of(code, throttling) || is_one_of(code, transient) ||
		is_one_of(code, told_apart) || is_one_of(code, skew))
		return true;
	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
		if (is_one_of(code, classes[i].codes))
			return true;
	return false;
}

/* An unknown code may repeat anything that was sent. */
static void hide_unknown(char code[static AWS_ERROR_CODE_BYTES]) {
	struct buf shown;
	if (is_known(code))
		return;
	buf_init(&shown, AWS_ERROR_CODE_BYTES - 1);
	text_add_foreign(&shown, code, AWS_ERROR_CODE_BYTES);
	memcpy(code, buf_str(&shown), shown.len + 1);
	buf_free(&shown);
}

/* "a.b#FooError:http://..." -> "FooError". */
void aws_error_set_code(struct aws_error *out, const char *raw) {
	size_t n = strcspn(raw, ":");
	const char *hash = memchr(raw, '#', n);
	if (hash) {
		n -= (size_t)(hash + 1 - raw);
		raw = hash + 1;
	}
	/* A code is a single word; anything else is not shown. */
	size_t word = strspn(raw,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
	if (n > 0 && word >= n && n < sizeof out->code) {
		(void)snprintf(out->code, sizeof out->code, "%.*s", (int)n, raw);
		hide_unknown(out->code);
	}
}

/* "CODE;FAULT" with exactly two parts and a code replaces the modelled one (smithy:
 * aws-query-protocol). */
static void apply_query_error(const struct http_response *response, struct aws_error *out) {
	char value[256];
	if (!http_header(response, "x-amzn-query-error", value, sizeof value))
		return;
	char *semicolon = strchr(value, ';');
	if (!semicolon || semicolon == value || strchr(semicolon + 1, ';'))
		return;
	*semicolon = '\0';
	aws_error_set_code(out, value);
}

/* An answer that repeats what was sent has one of these before the secret. AWS repeats it when a
 * signature does not match; test servers and proxies may do so at any time. */
static const char *const secrets_begin[] = {"authorization:", "signature=", "x-amz-security-token",
	"x-amz-sso_bearer_token", "WebIdentityToken="};

/* The length of the text that may be shown. */
static size_t harmless_length(const char *text) {
	size_t n = strlen(text);
	for (size_t i = 0; i < sizeof secrets_begin / sizeof secrets_begin[0]; i++) {
		const char *found = text_find_nocase(text, secrets_begin[i]);
		if (found && (size_t)(found - text) < n)
			n = (size_t)(found - text);
	}
	return n;
}

static void set_message(struct aws_error *out, const char *text) {
	struct buf clean, shortened;
	size_t n = harmless_length(text);
	char *shown = text_dup(text, n);
	buf_init(&clean, 4 * MAX_MESSAGE_CHARS + sizeof " ...");
	buf_init(&shortened, sizeof out->message - 1);
	denial_read(text, &out->denial);
	if (shown)
		text_add_foreign(&clean, shown, MAX_MESSAGE_CHARS);
	if (text[n])
		buf_adds(&clean, clean.len > 0 ? " ..." : "...");
	crypto_free_secret(shown);
	text_add_shortened(&shortened, buf_str(&clean), AWS_ERROR_MESSAGE_BYTES);
	memcpy(out->message, buf_str(&shortened), shortened.len + 1);
	buf_free(&shortened);
	buf_free(&clean);
}

/* Reads ErrorResponse/Error, if the body has it. */
static void read_xml(const struct http_response *response, struct aws_error *out) {
	struct xml_pick picks[] = {{.path = "ErrorResponse/Error/Code"},
		{.path = "ErrorResponse/Error/Message"}};
	const size_t count = sizeof picks / sizeof picks[0];
	if (xml_read(buf_str(&response->body), response->body.len, picks, count, NULL) == 0) {
		aws_error_set_code(out, buf_str(&picks[0].text));
		set_message(out, buf_str(&picks[1].text));
	}
	xml_free_picks(picks, count);
}

/* Whether the answer is XML, as servers send it that know CloudWatch's older query protocol alone.
 */
static bool is_xml(const struct http_response *response) {
	const char *text = buf_str(&response->body);
	return text[strspn(text, " \t\r\n")] == '<';
}

static void read_json(const struct http_response *response, struct aws_error *out) {
	char header[512];
	json *body = json_parse(buf_str(&response->body), response->body.len, NULL);
	const char *type = json_string(json_member(body, "__type"));
	const char *code = json_string(json_member(body, "code"));
	const char *message = json_string(json_member(body, "message"));
	if (!message)
		message = json_string(json_member(body, "Message"));
	if (http_header(response, "x-amzn-errortype", header, sizeof header))
		aws_error_set_code(out, header);
	if (!out->code[0] && type)
		aws_error_set_code(out, type);
	if (!out->code[0] && code)
		aws_error_set_code(out, code);
	if (message)
		set_message(out, message);
	json_free(body);
}

void aws_error_read(const struct http_response *response, struct aws_error *out) {
	*out = (struct aws_error){0};
	read_json(response, out);
	if (!out->code[0] && is_xml(response))
		read_xml(response, out);
	apply_query_error(response, out);
	out->class = aws_error_classify(out->code, response->status);
}

void aws_error_read_xml(const struct http_response *response, struct aws_error *out) {
	*out = (struct aws_error){0};
	read_xml(response, out);
	out->class = aws_error_classify(out->code, response->status);
}
