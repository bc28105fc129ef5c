/* Asking the services that issue keys, over real sockets: what is sent, when it is tried again,
 * what a refusal says. Unsigned calls, retries and deadlines are in the end-to-end tests. */
#include "config.h"

#include "support.h"

#include "aws/call/token_service.h"
#include "aws/identity/sts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOW_S = 1767225600 /* 2026-01-01T00:00:00Z */, MAX_REQUEST_BYTES = 100000 };

#define ROLE "arn:aws:iam::123456789012:role/RoleA"

/* --- a server that gives the answers in turn --- */

struct server {
	pid_t pid;
	int requests; /* what was asked, as it came, each with a NUL behind it */
	struct buf text;
};

static void serve_one(int connection, const char *answer, int log) {
	char text[16384];
	size_t n = 0, length = 0;
	const char *body = NULL;
	while (n < sizeof text - 1) {
		ssize_t got = read(connection, text + n, sizeof text - 1 - n);
		if (got <= 0)
			break;
		n += (size_t)got;
		text[n] = '\0';
		const char *field = strstr(text, "Content-Length: ");
		length = field ? strtoul(field + strlen("Content-Length: "), NULL, 10) : 0;
		body = strstr(text, "\r\n\r\n");
		if (body && strlen(body + 4) >= length)
			break;
	}
	bool written = write(log, text, n + 1) == (ssize_t)(n + 1) &&
		write(connection, answer, strlen(answer)) == (ssize_t)strlen(answer);
	_exit(written && close(connection) == 0 ? 0 : 1);
}

static void serve(int listener, const char *const *answers, size_t count, int log) {
	(void)alarm(30);
	for (size_t i = 0;; i++) {
		int connection = accept(listener, NULL, NULL);
		int status;
		if (connection < 0)
			_exit(1);
		pid_t pid = fork();
		if (pid == 0)
			serve_one(connection, answers[i < count ? i : count - 1], log);
		(void)waitpid(pid, &status, 0);
		(void)close(connection);
	}
}

static void start(struct server *s, const char *const *answers, size_t count) {
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof address;
	char url[64];
	int ends[2];
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(listener, 8), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	assert_int_equal(pipe(ends), 0);
	s->pid = fork();
	assert_true(s->pid >= 0);
	if (s->pid == 0)
		serve(listener, answers, count, ends[1]);
	(void)close(listener);
	(void)close(ends[1]);
	s->requests = ends[0];
	buf_init(&s->text, MAX_REQUEST_BYTES);
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%d/base/", ntohs(address.sin_port));
	setenv("AWS_ENDPOINT_URL_STS", url, 1);
	setenv("no_proxy", "127.0.0.1", 1);
}

/* Ends the server; returns how many requests it got. */
static size_t stop_server(struct server *s) {
	char chunk[4096];
	ssize_t n;
	size_t requests = 0;
	assert_int_equal(kill(s->pid, SIGKILL), 0);
	(void)waitpid(s->pid, NULL, 0);
	while ((n = read(s->requests, chunk, sizeof chunk)) > 0)
		buf_add(&s->text, chunk, (size_t)n);
	(void)close(s->requests);
	for (size_t i = 0; i < s->text.len; i++)
		requests += s->text.data[i] == '\0';
	return requests;
}

static const char *request_of(const struct server *s, size_t index) {
	const char *text = buf_str(&s->text);
	while (index-- > 0)
		text += strlen(text) + 1;
	return text;
}

/* --- a call --- */

#define ANSWER(status, headers, body) \
	"HTTP/1.1 " status " Said\r\nConnection: close\r\n" headers "\r\n" body
#define DATE(time) "Date: Thu, 01 Jan 2026 " time " GMT\r\n"
#define REFUSAL(code)                       \
	"<ErrorResponse><Error><Code>" code \
	"</Code><Message>words.</Message></Error></ErrorResponse>"
#define KEYS(expiration)                                                                        \
	"<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIANEW</AccessKeyId>" \
	"<SecretAccessKey>NEWSECRET</SecretAccessKey><SessionToken>NEWTOKEN</SessionToken>"     \
	"<Expiration>" expiration                                                               \
	"</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"

static double no_jitter(void *ctx) {
	(void)ctx;
	return 0;
}

/* What a call needs, and what comes of it. */
struct scene {
	struct profile_set *profiles;
	struct region region;
	struct clock clock;
	struct skew skew;
	struct provider_context context;
	struct keys by, out;
	struct err e;
	struct buf journal;
};

static const volatile sig_atomic_t never;

static void set_scene(struct scene *x) {
	*x = (struct scene){.clock = clock_standing_at(NOW_S)};
	x->profiles = profile_parse(NULL, NULL, "default", false, &x->e);
	assert_non_null(x->profiles);
	assert_int_equal(region_set(&x->region, "eu-west-1", "test", &x->e), 0);
	assert_int_equal(keys_set(&x->by, "AKIDSOURCEKEY", "SOURCESECRET", "SOURCETOKEN", &x->e),
		0);
	x->by.provider = "the source";
	buf_init(&x->journal, 10000);
	x->context = (struct provider_context){.profiles = x->profiles,
		.settings = x->profiles,
		.region = &x->region,
		.run = {.deadline = {.clock = &x->clock,
				.at_ms = clock_monotonic_ms(&x->clock) + 60000,
				.stop = &never},
			.skew = &x->skew,
			.random_unit = no_jitter,
			.retry = {.max_attempts = 1},
			.user_agent = "test",
			.journal = &x->journal}};
}

static void clear_scene(struct scene *x) {
	keys_free(&x->by);
	keys_free(&x->out);
	buf_free(&x->journal);
	profile_free(x->profiles);
}

static int assume_role(struct scene *x) {
	const struct sts_role role = {.role_arn = ROLE, .external_id = "a:b"};
	return sts_assume_role(&x->context, &role, &x->by, &x->out, &x->e);
}

static void a_signed_call_is_whole(void **state) {
	(void)state;
	struct scene x;
	struct server s;
	static const char *const answers[] = {ANSWER("200", "", KEYS("2026-01-01T01:00:00Z"))};
	set_scene(&x);
	start(&s, answers, LENGTH(answers));
	expect_whole(assume_role(&x), 0, "%s", x.e.message);
	expect_whole((int64_t)stop_server(&s), 1, "requests");
	expect_holds(request_of(&s, 0),
		"POST /base/ HTTP/1.1\r\n&X-Amz-Date: 20260101T000000Z\r\n"
		"&X-Amz-Security-Token: SOURCETOKEN\r\n"
		"&Authorization: AWS4-HMAC-SHA256 Credential=AKIDSOURCEKEY/20260101/eu-west-1/sts/aws4_request"
		"&x-amz-security-token&Action=AssumeRole",
		"the request");
	expect_text(x.out.access_key_id, "ASIANEW", "key");
	expect_text(x.out.secret_access_key, "NEWSECRET", "secret");
	expect_text(x.out.session_token, "NEWTOKEN", "token");
	expect_whole(x.out.expires_s, NOW_S + 3600, "expiry");
	expect(strstr(buf_str(&x.journal), "AssumeRole POST") != NULL, "it is in the journal");
	expect(strstr(buf_str(&x.journal), "SECRET") == NULL, "no secret is");
	expect(strstr(buf_str(&x.journal), "TOKEN") == NULL, "no token is");
	buf_free(&s.text);
	clear_scene(&x);
}

static void a_wrong_clock_is_corrected_once(void **state) {
	(void)state;
	static const struct {
		const char *answers[2];
		int rc;
		size_t requests;
		int64_t offset_s;
		const char *date; /* of the last request */
	} cases[] = {
		/* Ten minutes slow. */
		{{ANSWER("403", DATE("00:10:00"), REFUSAL("SignatureDoesNotMatch")),
			 ANSWER("200", DATE("00:10:01"), KEYS("2026-01-01T01:00:00Z"))},
			0, 2, 600, "X-Amz-Date: 20260101T001000Z"},
		/* The correction did not help. */
		{{ANSWER("403", DATE("00:10:00"), REFUSAL("SignatureDoesNotMatch")),
			 ANSWER("403", DATE("00:20:00"), REFUSAL("SignatureDoesNotMatch"))},
			-1, 2, 600, "X-Amz-Date: 20260101T001000Z"},
		/* Four minutes are tolerated; without a time nothing is known. */
		{{ANSWER("403", DATE("00:04:00"), REFUSAL("SignatureDoesNotMatch")), NULL}, -1, 1,
			0, "X-Amz-Date: 20260101T000000Z"},
		{{ANSWER("403", "", REFUSAL("SignatureDoesNotMatch")), NULL}, -1, 1, 0,
			"X-Amz-Date: 20260101T000000Z"},
		/* Another matter. */
		{{ANSWER("403", DATE("00:10:00"), REFUSAL("AccessDenied")), NULL}, -1, 1, 0,
			"X-Amz-Date: 20260101T000000Z"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene x;
		struct server s;
		set_scene(&x);
		start(&s, cases[i].answers, cases[i].answers[1] ? 2 : 1);
		expect_whole(assume_role(&x), cases[i].rc, "case %zu: %s", i, x.e.message);
		size_t requests = stop_server(&s);
		expect_whole((int64_t)requests, (int64_t)cases[i].requests, "case %zu", i);
		expect_whole(x.skew.signing_offset_s, cases[i].offset_s, "case %zu: offset", i);
		if (requests > 0)
			expect_holds(request_of(&s, requests - 1), cases[i].date, "case %zu", i);
		buf_free(&s.text);
		clear_scene(&x);
	}
}

static void expiry_goes_by_the_services_clock(void **state) {
	(void)state;
	static const struct {
		const char *answer;
		int rc;
	} cases[] = {
		{ANSWER("200", DATE("00:00:00"), KEYS("2026-01-01T01:00:00Z")), 0},
		{ANSWER("200", DATE("00:14:00"), KEYS("2026-01-01T00:10:00Z")), -1},
		{ANSWER("200", "", KEYS("2025-12-31T23:59:59Z")), -1},
		{ANSWER("200", "", KEYS("2026-01-01T00:00:00Z")), -1},
		{ANSWER("200", "Date: Wed, 31 Dec 2025 23:50:00 GMT\r\n",
			 KEYS("2025-12-31T23:55:00Z")),
			0},
		/* No service that is two hours ahead accepts the signature. */
		{ANSWER("200", DATE("02:00:00"), KEYS("2026-01-01T01:00:00Z")), 0},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene x;
		struct server s;
		set_scene(&x);
		start(&s, &cases[i].answer, 1);
		expect_whole(assume_role(&x), cases[i].rc, "case %zu: %s", i, x.e.message);
		(void)stop_server(&s);
		if (cases[i].rc)
			expect_holds(x.e.message, "AssumeRole&expired at", "case %zu", i);
		expect(cases[i].rc == 0 || !x.out.access_key_id, "case %zu: no keys", i);
		buf_free(&s.text);
		clear_scene(&x);
	}
}

static void refusals_say_what_to_do(void **state) {
	(void)state;
	static const struct {
		const char *answer;
		enum err_code code;
		const char *words;
	} cases[] = {
		{ANSWER("403", "", REFUSAL("AccessDenied")), ERR_DENIED,
			"sts:AssumeRole on " ROLE "&AKID...EKEY from the source&trust policy&"
			"AccessDenied: words."},
		{ANSWER("403", "", REFUSAL("ExpiredToken")), ERR_EXPIRED,
			"AssumeRole&credentials from the source have expired"},
		{ANSWER("403", "", REFUSAL("InvalidClientTokenId")), ERR_CREDENTIALS,
			"does not accept access key AKID...EKEY from the source"},
		{ANSWER("403", "", REFUSAL("SignatureDoesNotMatch")), ERR_CREDENTIALS,
			"wrong signature for access key AKID...EKEY"},
		{ANSWER("403", "", REFUSAL("RegionDisabledException")), ERR_CREDENTIALS,
			"disabled for eu-west-1&account settings"},
		{ANSWER("400", "", REFUSAL("ValidationError")), ERR_SERVICE,
			"answered with ValidationError: words."},
		{ANSWER("302", "Location: http://127.0.0.1:1/\r\n", ""), ERR_SERVICE, "status 302"},
		{ANSWER("200", "", "<html/>"), ERR_SERVICE, "not AWS's"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene x;
		struct server s;
		set_scene(&x);
		start(&s, &cases[i].answer, 1);
		expect_whole(assume_role(&x), -1, "case %zu", i);
		expect_whole((int64_t)stop_server(&s), 1, "case %zu: requests", i);
		expect_whole(x.e.code, cases[i].code, "case %zu: %s", i, x.e.message);
		expect_holds(x.e.message, cases[i].words, "case %zu", i);
		expect(strstr(x.e.message, "AKIDSOURCEKEY") == NULL, "case %zu: whole id", i);
		buf_free(&s.text);
		clear_scene(&x);
	}
}

/* As IAM Identity Center is asked. */
static void an_unsigned_get_goes_to_its_path(void **state) {
	(void)state;
	static const char *const codes[] = {"AccessDeniedException", "InvalidClientTokenId",
		"InvalidSignatureException", "ExpiredToken", "Throttling"};
	for (size_t i = 0; i < LENGTH(codes); i++) {
		struct scene x;
		struct server s;
		struct endpoint endpoint;
		struct buf body, answer;
		set_scene(&x);
		buf_init(&answer, 1000);
		buf_addf(&answer, ANSWER("403", DATE("00:10:00"), "{\"__type\":\"%s\"}"), codes[i]);
		const char *text = buf_str(&answer);
		start(&s, &text, 1);
		assert_int_equal(endpoint_resolve(ENDPOINT_STS, &x.region, NULL, x.profiles,
					 &endpoint, &x.e),
			0);
		const struct token_service_call call = {.name = "GetRoleCredentials",
			.iam_action = "sso:GetRoleCredentials",
			.endpoint = &endpoint,
			.method = HTTP_GET,
			.path_and_query = "/federation/credentials?role_name=HIDDEN",
			.header = "x-amz-sso_bearer_token: BEARER",
			.read_error = aws_error_read};
		buf_init(&body, TOKEN_SERVICE_MAX_BODY_BYTES);
		expect_whole(token_service_ask(&x.context.run, &call, &body, &x.e), -1, "%s",
			codes[i]);
		/* A clock cannot be the reason. */
		expect_whole((int64_t)stop_server(&s), 1, "%s: requests", codes[i]);
		expect_holds(request_of(&s, 0),
			"GET /base/federation/credentials?role_name=HIDDEN HTTP/1.1\r\n&"
			"x-amz-sso_bearer_token: BEARER\r\n",
			"%s", codes[i]);
		expect(strstr(request_of(&s, 0), "Authorization") == NULL, "%s", codes[i]);
		expect_holds(x.e.message, codes[i], "its words");
		expect(strstr(x.e.message, "HIDDEN") == NULL &&
				strstr(buf_str(&x.journal), "HIDDEN") == NULL &&
				strstr(buf_str(&x.journal), "BEARER") == NULL,
			"%s: path and header are not shown", codes[i]);
		endpoint_free(&endpoint);
		buf_free(&body);
		buf_free(&answer);
		buf_free(&s.text);
		clear_scene(&x);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_signed_call_is_whole),
		UNIT_TEST(a_wrong_clock_is_corrected_once),
		UNIT_TEST(expiry_goes_by_the_services_clock),
		UNIT_TEST(refusals_say_what_to_do),
		UNIT_TEST(an_unsigned_get_goes_to_its_path),
	};
	return cmocka_run_group_tests_name("issuer", tests, NULL, NULL);
}
