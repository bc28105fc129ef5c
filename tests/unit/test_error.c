/* Error answers of ECS, CloudWatch and STS: code, message, class. */
#include "config.h"

#include "support.h"

#include "aws/call/error.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static struct http_response make_response(long status, const char *headers, const char *body) {
	struct http_response r = {.status = status};
	buf_init(&r.headers, HTTP_MAX_HEADER_BYTES);
	buf_init(&r.body, HTTP_MAX_BODY_BYTES);
	buf_addf(&r.headers, "HTTP/1.1 %ld Reason\r\n%s\r\n", status, headers);
	buf_adds(&r.body, body);
	return r;
}

static void free_response(struct http_response *r) {
	buf_free(&r->headers);
	buf_free(&r->body);
}

static enum aws_error_class wanted_class(const cJSON *c) {
	static const struct {
		const char *word;
		enum aws_error_class class;
	} words[] = {{"status", AWS_ERROR_TRANSIENT}, {"throttle", AWS_ERROR_THROTTLING},
		{"expired_credentials", AWS_ERROR_EXPIRED_CREDENTIALS},
		{"bad_credentials", AWS_ERROR_BAD_CREDENTIALS}, {"clock_skew", AWS_ERROR_SIGNATURE},
		{"access_denied", AWS_ERROR_DENIED}, {"sts", AWS_ERROR_TRANSIENT},
		/* The same code; STS's words for it are sts.c's. */
		{"web_identity_token_expired", AWS_ERROR_EXPIRED_CREDENTIALS}};
	const char *code = vector_text(c, "code");
	const char *word = vector_text_or_null(c, "retry");
	word = word ? word : vector_text_or_null(c, "category");
	for (size_t i = 0; word && i < LENGTH(words); i++)
		if (strcmp(word, words[i].word) == 0)
			return words[i].class;
	bool not_found = code && strcmp(code, "ClusterNotFoundException") == 0;
	return not_found ? AWS_ERROR_NOT_FOUND : AWS_ERROR_OTHER;
}

static void check_case(const cJSON *c) {
	const char *id = vector_text(c, "id");
	const char *code = vector_text(c, "code");
	struct aws_error error;
	struct buf headers;
	const cJSON *header;
	buf_init(&headers, 10000);
	cJSON_ArrayForEach(header, vector_member(c, "headers"))
		buf_addf(&headers, "%s: %s\r\n", header->string, cJSON_GetStringValue(header));
	struct http_response r = make_response((long)vector_number(c, "status"), buf_str(&headers),
		vector_text(c, "body"));
	if (strcmp(vector_text(c, "service"), "sts") == 0)
		aws_error_read_xml(&r, &error);
	else
		aws_error_read(&r, &error);
	expect_text(error.code, code ? code : "", "%s: code", id);
	expect_text(error.message, vector_text(c, "message"), "%s: message", id);
	/* Without a code the status says it: denied or not, j16 must not be tried again. */
	if (code || vector_text_or_null(c, "retry"))
		expect_whole(error.class, wanted_class(c), "%s: class", id);
	else
		expect(error.class != AWS_ERROR_TRANSIENT && error.class != AWS_ERROR_THROTTLING,
			"%s: not retryable", id);
	free_response(&r);
	buf_free(&headers);
}

static void the_error_cases_hold(void **state) {
	(void)state;
	cJSON *data = vectors_load("responses.json");
	size_t checked = 0;
	const cJSON *c;
	cJSON_ArrayForEach(c, vector_member(data, "errors")) {
		check_case(c);
		checked++;
	}
	assert_int_equal(checked, 35);
	cJSON_Delete(data);
}

static void the_sdks_retry_lists_hold(void **state) {
	(void)state;
	cJSON *data = vectors_load("retry.json");
	const cJSON *standard = vector_member(data, "standard");
	const cJSON *v;
	cJSON_ArrayForEach(v, vector_member(standard, "throttling_error_codes")) {
		const char *code = cJSON_GetStringValue(v);
		/* In both lists. */
		if (strcmp(code, "PriorRequestNotComplete") != 0)
			expect_whole(aws_error_classify(code, 400), AWS_ERROR_THROTTLING, "%s",
				code);
	}
	cJSON_ArrayForEach(v, vector_member(standard, "transient_error_codes")) {
		enum aws_error_class class = aws_error_classify(cJSON_GetStringValue(v), 400);
		expect(class == AWS_ERROR_TRANSIENT || class == AWS_ERROR_THROTTLING, "%s",
			cJSON_GetStringValue(v));
	}
	cJSON_ArrayForEach(v, vector_member(standard, "transient_http_status")) {
		expect_whole(aws_error_classify("", (long)v->valuedouble), AWS_ERROR_TRANSIENT,
			"%g", v->valuedouble);
		expect_whole(aws_error_classify("Whatever", (long)v->valuedouble),
			AWS_ERROR_TRANSIENT, "%g with a code", v->valuedouble);
	}
	const cJSON *skew = vector_member(data, "clock_skew");
	cJSON_ArrayForEach(v, vector_member(skew, "codes_2026"))
		expect(aws_error_may_be_skew(cJSON_GetStringValue(v)), "%s may be skew",
			cJSON_GetStringValue(v));
	static const char *const others[] = {"RequestExpired", "RequestInTheFuture", "",
		"ValidationException", "accessdeniedexception", "AccessDenied"};
	for (size_t i = 0; i < LENGTH(others); i++)
		expect(!aws_error_may_be_skew(others[i]), "'%s' is no skew", others[i]);
	cJSON_Delete(data);
}

static void codes_have_classes(void **state) {
	(void)state;
	static const struct {
		const char *code;
		long status;
		enum aws_error_class class;
	} cases[] = {
		{"", 429, AWS_ERROR_THROTTLING},
		{"Whatever", 429, AWS_ERROR_THROTTLING},
		{"ServerException", 500, AWS_ERROR_TRANSIENT},
		{"ServiceUnavailable", 503, AWS_ERROR_TRANSIENT},
		{"InternalFailure", 500, AWS_ERROR_TRANSIENT},
		/* These statuses are transient whatever the body says, throttling aside. */
		{"AccessDeniedException", 500, AWS_ERROR_TRANSIENT},
		{"ClusterNotFoundException", 502, AWS_ERROR_TRANSIENT},
		{"UnrecognizedClientException", 503, AWS_ERROR_TRANSIENT},
		{"ExpiredTokenException", 504, AWS_ERROR_TRANSIENT},
		{"ThrottlingException", 503, AWS_ERROR_THROTTLING},
		{"UnknownOperationException", 501, AWS_ERROR_UNKNOWN_OPERATION},
		{"ExpiredTokenException", 400, AWS_ERROR_EXPIRED_CREDENTIALS},
		{"ExpiredTokenException", 403, AWS_ERROR_EXPIRED_CREDENTIALS},
		{"ExpiredToken", 403, AWS_ERROR_EXPIRED_CREDENTIALS},
		{"UnrecognizedClientException", 400, AWS_ERROR_BAD_CREDENTIALS},
		{"InvalidClientTokenId", 403, AWS_ERROR_BAD_CREDENTIALS},
		{"MissingAuthenticationTokenException", 403, AWS_ERROR_BAD_CREDENTIALS},
		{"InvalidSignatureException", 403, AWS_ERROR_SIGNATURE},
		{"SignatureDoesNotMatch", 403, AWS_ERROR_SIGNATURE},
		{"AccessDeniedException", 400, AWS_ERROR_DENIED},
		{"AccessDenied", 403, AWS_ERROR_DENIED},
		{"UnauthorizedOperation", 403, AWS_ERROR_DENIED},
		{"OptInRequired", 401, AWS_ERROR_NOT_SUBSCRIBED},
		{"OptInRequired", 403, AWS_ERROR_NOT_SUBSCRIBED},
		{"SubscriptionRequiredException", 400, AWS_ERROR_NOT_SUBSCRIBED},
		{"ClusterNotFoundException", 400, AWS_ERROR_NOT_FOUND},
		{"UnknownOperationException", 400, AWS_ERROR_UNKNOWN_OPERATION},
		{"InvalidAction", 400, AWS_ERROR_UNKNOWN_OPERATION},
		{"MissingAction", 400, AWS_ERROR_UNKNOWN_OPERATION},
		{"InvalidParameterException", 400, AWS_ERROR_OTHER},
		{"ClientException", 400, AWS_ERROR_OTHER},
		{"InvalidNextToken", 400, AWS_ERROR_OTHER},
		{"ValidationError", 400, AWS_ERROR_OTHER},
		{"throttlingexceptionx", 400, AWS_ERROR_OTHER},
		{"", 400, AWS_ERROR_OTHER},
		{"", 302, AWS_ERROR_OTHER},
		{"", 0, AWS_ERROR_OTHER},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		expect_whole(aws_error_classify(cases[i].code, cases[i].status), cases[i].class,
			"'%s' with %ld", cases[i].code, cases[i].status);
}

static void hostile_answers_are_cleaned(void **state) {
	(void)state;
	static char huge[20000];
	static char body[sizeof huge * 2 + 100];
	struct aws_error error;
	struct http_response r = make_response(400, "",
		"{\"__type\":\"Evil|Code\\n\\u001b[31m\",\"message\":\"a|b\\nc\\u001b[2J\\u202ed\"}");
	aws_error_read(&r, &error);
	assert_null(strpbrk(error.code, "|\n\033"));
	assert_string_equal(error.message, "a/b cd");
	free_response(&r);
	memset(huge, 'x', sizeof huge - 1);
	(void)snprintf(body, sizeof body, "{\"__type\":\"%s\",\"message\":\"%s\"}", huge, huge);
	r = make_response(400, "", body);
	aws_error_read(&r, &error);
	assert_true(strlen(error.code) < sizeof error.code);
	assert_true(strlen(error.message) <= AWS_ERROR_MESSAGE_BYTES);
	free_response(&r);
	/* One part where two belong: the header is ignored. */
	r = make_response(400, "x-amzn-query-error: Throttling\r\n", "{\"__type\":\"a#B\"}");
	aws_error_read(&r, &error);
	assert_string_equal(error.code, "B");
	free_response(&r);
	/* Nothing at all, and bytes that are no text. */
	r = (struct http_response){.status = 400};
	aws_error_read(&r, &error);
	assert_string_equal(error.code, "");
	assert_string_equal(error.message, "");
	r = make_response(502, "x-amzn-errortype: \xff\xfe\r\n", "\xff\xfe{\"__type\":\"X\"}");
	aws_error_read(&r, &error);
	assert_true(text_is_utf8(error.code, strlen(error.code)));
	assert_int_equal(error.class, AWS_ERROR_TRANSIENT);
	free_response(&r);
}

/* Where JSON was asked for, the query protocol's XML counts if the answer has no other code. */
static void xml_is_read_where_json_was_asked_for(void **state) {
	(void)state;
#define XML(code, message)                                                                                                 \
	"<ErrorResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\">\n<Error><Type>Sender</Type><Code>" code \
	"</Code><Message>" message "</Message></Error></ErrorResponse>"
	static const struct {
		long status;
		const char *headers, *body, *code, *message;
		enum aws_error_class class;
	} cases[] = {
		{400, "", XML("Throttling", "Rate exceeded"), "Throttling", "Rate exceeded",
			AWS_ERROR_THROTTLING},
		{400, "", "\n " XML("InvalidAction", "m"), "InvalidAction", "m",
			AWS_ERROR_UNKNOWN_OPERATION},
		{403, "", XML("AccessDenied", "m"), "AccessDenied", "m", AWS_ERROR_DENIED},
		{503, "", XML("ServiceUnavailable", "m"), "ServiceUnavailable", "m",
			AWS_ERROR_TRANSIENT},
		{400, "x-amzn-query-error: Throttling;Sender\r\n", XML("Other", "m"), "Throttling",
			"m", AWS_ERROR_THROTTLING},
		{400, "x-amzn-errortype: FooError\r\n", XML("Throttling", "m"), "FooError", "",
			AWS_ERROR_OTHER},
		/* Pages, and XML of another shape. */
		{404, "", "<!DOCTYPE html><html><title>Code</title></html>", "", "",
			AWS_ERROR_OTHER},
		{400, "", "<Error><Code>Throttling</Code></Error>", "", "", AWS_ERROR_OTHER},
		{400, "", "<ErrorResponse><Error><Code>Throttling</Code>", "", "", AWS_ERROR_OTHER},
		{400, "", "", "", "", AWS_ERROR_OTHER},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct aws_error error;
		struct http_response r = make_response(cases[i].status, cases[i].headers,
			cases[i].body);
		aws_error_read(&r, &error);
		expect_text(error.code, cases[i].code, "case %zu: code", i);
		expect_text(error.message, cases[i].message, "case %zu: message", i);
		expect_whole(error.class, cases[i].class, "case %zu: class", i);
		free_response(&r);
	}
#undef XML
}

static void hostile_xml_is_cleaned(void **state) {
	(void)state;
	static const struct {
		const char *code, *message, *wanted_code, *wanted_message;
	} cases[] = {
		{"Evil|Code", "a|b\nc&#x202e;d", "", "a/b cd"},
		{"Evil Code&#10;x", "m", "", "m"},
		{"a.b#AccessDenied:http://x", "", "AccessDenied", ""},
		{"AccessDenied</Code><Code>Throttling", "m", "", ""},
		{"<b>AccessDenied</b>", "m", "", ""},
		{"", "m", "", "m"},
		/* What repeats the request is not shown. */
		{"E", "should be POST / X-Amz-Security-Token: t", "E", "should be POST / ..."},
		{"E", "sent Authorization: AWS4, Signature=s", "E", "sent ..."},
		{"E", "WebIdentityToken=w", "E", "..."},
		{"E", "the security token is invalid", "E", "the security token is invalid"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct aws_error error;
		struct buf body;
		buf_init(&body, 10000);
		buf_addf(&body,
			"<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>",
			cases[i].code, cases[i].message);
		struct http_response r = make_response(400, "", buf_str(&body));
		aws_error_read_xml(&r, &error);
		expect_text(error.code, cases[i].wanted_code, "case %zu: code", i);
		expect_text(error.message, cases[i].wanted_message, "case %zu: message", i);
		free_response(&r);
		buf_free(&body);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(the_error_cases_hold),
		UNIT_TEST(the_sdks_retry_lists_hold),
		UNIT_TEST(codes_have_classes),
		UNIT_TEST(hostile_answers_are_cleaned),
		UNIT_TEST(xml_is_read_where_json_was_asked_for),
		UNIT_TEST(hostile_xml_is_cleaned),
	};
	return cmocka_run_group_tests_name("aws_error", tests, NULL, NULL);
}
