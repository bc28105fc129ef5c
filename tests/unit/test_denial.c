/* Why AWS does not permit a call: its words in the forms of the IAM User Guide ("Troubleshoot
 * access denied error messages") and of what people report, with names as long as AWS allows. */
#include "config.h"

#include "support.h"

#include "aws/call/denial.h"
#include "aws/call/error.h"
#include "aws/call/explain.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* A role's name has up to 64 characters, a path 512, a session 64, a cluster or service 255. */
#define PATH_64  "monitoring-platform-and-reliability-engineering-department-0001/"
#define NAME_64  "check-ecs-bottleneck-monitoring-role-of-the-platform-team-eu-001"
#define NAME_128 NAME_64 NAME_64
#define USER     "arn:aws:iam::123456789012:user/" PATH_64 NAME_64
#define SESSION  "arn:aws:sts::123456789012:assumed-role/" NAME_64 "/" NAME_64
#define PATHED   "arn:aws:sts::123456789012:assumed-role/" PATH_64 PATH_64 NAME_64 "/" NAME_64
#define CLUSTER  "arn:aws:ecs:eu-west-1:123456789012:cluster/" NAME_128 NAME_64
#define SERVICE  "arn:aws:ecs:eu-west-1:123456789012:service/" NAME_128 "/" NAME_128
#define FOREIGN  "arn:aws:ecs:eu-west-1:999999999999:cluster/" NAME_128
#define CHINA    "arn:aws-cn:ecs:cn-north-1:123456789012:cluster/" NAME_128
#define ROLE     "arn:aws:iam::999999999999:role/" PATH_64 PATH_64 NAME_64
#define SCP \
	"arn:aws:organizations::111122223333:policy/o-exampleorgid/service_control_policy/p-examplepolicyid111"
#define LISTS     " is not authorized to perform: ecs:ListServices on resource: "
#define DESCRIBES " is not authorized to perform: ecs:DescribeServices on resource: "
#define METRICS   " is not authorized to perform: cloudwatch:GetMetricData"
#define ASSUMES   " is not authorized to perform: sts:AssumeRole on resource: "

struct denial_case {
	const char *text;
	enum denial_policy policy;
	bool is_explicit;
	const char *kept;   /* AWS's words that a message has to keep */
	const char *advice; /* and what it has to say */
};

static const char add_it[] = "add the IAM action ";
static const char organization[] = "only an administrator of the AWS organization can change that";
static const char no_outweighing[] = "an Allow does not outweigh it";

static const struct denial_case cases[] = {
	/* An identity-based policy, or nothing said. */
	{"User: " USER LISTS CLUSTER
	 " because no identity-based policy allows the ecs:ListServices action",
		DENIAL_IDENTITY, false, "because no identity-based policy allows", add_it},
	{"User: " SESSION LISTS
	 "* because no identity-based policy allows the ecs:ListServices action",
		DENIAL_IDENTITY, false, "because no identity-based policy allows", add_it},
	{"User: " PATHED DESCRIBES SERVICE
	 " because no identity-based policy allows the ecs:DescribeServices action",
		DENIAL_IDENTITY, false, "because no identity-based policy allows", add_it},
	{"User: " SESSION METRICS
	 " because no identity-based policy allows the cloudwatch:GetMetricData action",
		DENIAL_IDENTITY, false, "because no identity-based policy allows", add_it},
	{"User: " USER LISTS CLUSTER, DENIAL_UNNAMED, false, "platform-team-eu-001", add_it},
	{"User: " SESSION METRICS, DENIAL_UNNAMED, false, "cloudwatch:GetMetricData", add_it},
	{"You are not authorized to perform this operation.", DENIAL_UNNAMED, false,
		"not authorized to perform this operation", add_it},
	{"", DENIAL_UNNAMED, false, "", add_it},
	/* An explicit deny. */
	{"User: " USER LISTS CLUSTER " with an explicit deny in an identity-based policy",
		DENIAL_IDENTITY, true, "with an explicit deny in an identity-based policy",
		no_outweighing},
	{"User: " SESSION LISTS CLUSTER
	 " with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/" PATH_64
	 "DenyAllOutsideOfTheOffice",
		DENIAL_IDENTITY, true, "DenyAllOutsideOfTheOffice", no_outweighing},
	{"User: " SESSION LISTS CLUSTER " with an explicit deny", DENIAL_UNNAMED, true,
		"with an explicit deny", no_outweighing},
	{"User: " PATHED METRICS " with an explicit deny in an identity-based policy",
		DENIAL_IDENTITY, true, "with an explicit deny in an identity-based policy",
		no_outweighing},
	/* Service control policies. */
	{"User: " SESSION LISTS CLUSTER " with an explicit deny in a service control policy",
		DENIAL_SERVICE_CONTROL, true, "with an explicit deny in a service control policy",
		organization},
	{"User: " PATHED METRICS " with an explicit deny in a service control policy",
		DENIAL_SERVICE_CONTROL, true, "with an explicit deny in a service control policy",
		organization},
	{"User: " PATHED DESCRIBES SERVICE
	 " with an explicit deny in a service control policy: " SCP,
		DENIAL_SERVICE_CONTROL, true, "service control policy: arn:aws:organizations",
		organization},
	{"User: " USER LISTS CLUSTER
	 " because no service control policy allows the ecs:ListServices action",
		DENIAL_SERVICE_CONTROL, false, "because no service control policy allows",
		organization},
	{"User: " SESSION METRICS
	 " because no service control policy allows the cloudwatch:GetMetricData action",
		DENIAL_SERVICE_CONTROL, false, "because no service control policy allows",
		organization},
	/* Resource control policies. */
	{"User: " SESSION LISTS CLUSTER " with an explicit deny in a resource control policy",
		DENIAL_RESOURCE_CONTROL, true, "with an explicit deny in a resource control policy",
		organization},
	{"User: " SESSION ASSUMES ROLE
	 " because no resource control policy allows the sts:AssumeRole action",
		DENIAL_RESOURCE_CONTROL, false, "because no resource control policy allows",
		organization},
	/* Permissions boundaries. */
	{"User: " USER LISTS CLUSTER
	 " because no permissions boundary allows the ecs:ListServices action",
		DENIAL_BOUNDARY, false, "because no permissions boundary allows",
		"change the boundary"},
	{"User: " SESSION METRICS
	 " because no permissions boundary allows the cloudwatch:GetMetricData action",
		DENIAL_BOUNDARY, false, "because no permissions boundary allows",
		"change the boundary"},
	{"User: " PATHED DESCRIBES SERVICE " with an explicit deny in a permissions boundary",
		DENIAL_BOUNDARY, true, "with an explicit deny in a permissions boundary",
		"the permissions boundary denies"},
	/* Session policies. */
	{"User: " SESSION LISTS CLUSTER
	 " because no session policy allows the ecs:ListServices action",
		DENIAL_SESSION, false, "because no session policy allows",
		"where these keys are issued"},
	{"User: " PATHED METRICS " with an explicit deny in a session policy", DENIAL_SESSION, true,
		"with an explicit deny in a session policy", "where these keys are issued"},
	/* Resource-based policies and trust policies. */
	{"User: " SESSION LISTS CLUSTER
	 " because no resource-based policy allows the ecs:ListServices action",
		DENIAL_RESOURCE, false, "because no resource-based policy allows",
		"the resource's policy does not allow"},
	{"User: " SESSION LISTS CLUSTER " with an explicit deny in a resource-based policy",
		DENIAL_RESOURCE, true, "with an explicit deny in a resource-based policy",
		"the resource's policy denies"},
	{"User: " USER ASSUMES ROLE
	 " because no resource-based policy allows the sts:AssumeRole action",
		DENIAL_RESOURCE, false, "because no resource-based policy allows",
		"the role's trust policy does not allow"},
	{"User: " USER ASSUMES ROLE
	 " because no role trust policy allows the sts:AssumeRole action",
		DENIAL_TRUST, false, "because no role trust policy allows",
		"the role's trust policy does not allow"},
	{"User: " SESSION ASSUMES ROLE " with an explicit deny in the role trust policy",
		DENIAL_TRUST, true, "with an explicit deny in the role trust policy",
		"the role's trust policy denies"},
	{"User: " SESSION ASSUMES ROLE
	 " because no identity-based policy allows the sts:AssumeRole action",
		DENIAL_IDENTITY, false, "because no identity-based policy allows", add_it},
	/* VPC endpoint policies. */
	{"User: " SESSION LISTS CLUSTER
	 " because no VPC endpoint policy allows the ecs:ListServices action",
		DENIAL_VPC_ENDPOINT, false, "because no VPC endpoint policy allows",
		"the policy of the VPC endpoint does not allow"},
	{"User: " PATHED METRICS " with an explicit deny in a VPC endpoint policy",
		DENIAL_VPC_ENDPOINT, true, "with an explicit deny in a VPC endpoint policy",
		"the policy of the VPC endpoint denies"},
	/* Another account: both are named. */
	{"User: " SESSION LISTS FOREIGN
	 " because no resource-based policy allows the ecs:ListServices action",
		DENIAL_RESOURCE, false, "because no resource-based policy allows",
		"is asked for in account 999999999999, but "},
	{"User: " USER LISTS FOREIGN
	 " because no identity-based policy allows the ecs:ListServices action",
		DENIAL_IDENTITY, false, "because no identity-based policy allows",
		"of 123456789012: use keys or a role of 999999999999"},
	{"Identifier is for 999999999999. Your accountId is 123456789012", DENIAL_UNNAMED, false,
		"Your accountId is 123456789012",
		"of 123456789012: use keys or a role of 999999999999"},
	/* An explicit deny remains one there. */
	{"User: " SESSION LISTS FOREIGN " with an explicit deny in a service control policy",
		DENIAL_SERVICE_CONTROL, true, "with an explicit deny in a service control policy",
		organization},
	/* Another partition. */
	{"User: " USER LISTS CHINA
	 " because no resource-based policy allows the ecs:ListServices action",
		DENIAL_RESOURCE, false, "because no resource-based policy allows",
		"is asked for in partition aws-cn, but "},
	/* A kind of policy that does not exist yet, and names that look like AWS's words. */
	{"User: " SESSION LISTS CLUSTER
	 " because no quantum policy allows the ecs:ListServices action",
		DENIAL_UNNAMED, false, "because no quantum policy allows", add_it},
	{"User: arn:aws:iam::123456789012:user/with-an-explicit-deny-in-a-session-policy" LISTS
			CLUSTER
	 " because no identity-based policy allows the ecs:ListServices action",
		DENIAL_IDENTITY, false, "because no identity-based policy allows", add_it},
};

static void the_words_name_the_policy(void **state) {
	(void)state;
	assert_true(LENGTH(cases) >= 30);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct denial d;
		denial_read(cases[i].text, &d);
		expect_whole(d.policy, cases[i].policy, "case %zu: policy", i);
		expect(d.is_explicit == cases[i].is_explicit, "case %zu: explicit", i);
	}
}

static struct http_response answer(const char *code, const char *message) {
	struct http_response r = {.status = 400};
	buf_init(&r.headers, HTTP_MAX_HEADER_BYTES);
	buf_init(&r.body, HTTP_MAX_BODY_BYTES);
	buf_adds(&r.headers, "HTTP/1.1 400 Bad Request\r\n\r\n");
	buf_addf(&r.body, "{\"__type\":\"%s\",\"Message\":\"%s\"}", code, message);
	return r;
}

/* What a person reads about this answer. */
static void explain(const char *action, const char *code, const char *text, struct err *e) {
	static char key[] = "AKIDEXAMPLEMPLE";
	static char host[] = "ecs.eu-west-1.amazonaws.com";
	const struct keys who = {.access_key_id = key, .provider = "the environment"};
	const struct endpoint ep = {.parts = {.host_header = host}};
	struct aws_error error;
	struct http_response r = answer(code, text);
	aws_error_read(&r, &error);
	explain_error("ListServices", action, &ep, "eu-west-1", &who, r.status, &error, e);
	buf_free(&r.headers);
	buf_free(&r.body);
}

static void messages_keep_the_reason(void **state) {
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct denial_case *c = &cases[i];
		struct err e = {.code = ERR_NONE};
		bool identifier = text_starts_with(c->text, "Identifier");
		const char *action = strstr(c->text, "sts:AssumeRole") ? "sts:AssumeRole"
								       : "ecs:ListServices";
		explain(action, identifier ? "InvalidParameterException" : "AccessDeniedException",
			c->text, &e);
		const char *what = e.message;
		expect_whole(e.code, ERR_DENIED, "case %zu: code: %s", i, what);
		expect(strstr(what, c->kept) != NULL, "case %zu: AWS's words: %s", i, what);
		expect(strstr(what, c->advice) != NULL, "case %zu: advice: %s", i, what);
		expect(strstr(what, action) != NULL, "case %zu: action: %s", i, what);
		expect(strstr(what, "AKID...MPLE from the environment") != NULL,
			"case %zu: whose keys: %s", i, what);
		expect(*what && what[strlen(what) - 1] == ')', "case %zu: whole: %s", i, what);
		/* There is room for what is put before: a profile, a role. */
		expect(strlen(what) <= 400, "case %zu: %zu bytes", i, strlen(what));
		expect(text_starts_with(what, "not permitted: "), "case %zu: begins: %s", i, what);
	}
}

/* Codes that say that the account, the region or the partition is the matter. */
static void other_refusals_name_region_and_account(void **state) {
	(void)state;
	static const struct {
		const char *code, *text;
		const char *says[3];
	} refusals[] = {
		{"UnrecognizedClientException",
			"The security token included in the request is invalid.",
			{"eu-west-1", "partition", "switched on"}},
		{"InvalidClientTokenId", "The security token included in the request is invalid.",
			{"eu-west-1", "session token", "switched on"}},
		{"OptInRequired",
			"You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe.",
			{"switch region eu-west-1 on", "the account of access key AKID...MPLE",
				"ecs.eu-west-1.amazonaws.com"}},
		{"OptInRequired", "The AWS Access Key Id needs a subscription for the service",
			{"switch region eu-west-1 on", "registration", "account"}},
		{"SubscriptionRequiredException",
			"The AWS Access Key Id needs a subscription for the service",
			{"switch region eu-west-1 on", "registration", "account"}},
	};
	for (size_t i = 0; i < LENGTH(refusals); i++) {
		struct err e = {.code = ERR_NONE};
		explain("ecs:ListServices", refusals[i].code, refusals[i].text, &e);
		expect_whole(e.code, ERR_CREDENTIALS, "%s: code", refusals[i].code);
		for (size_t w = 0; w < LENGTH(refusals[i].says); w++)
			expect(strstr(e.message, refusals[i].says[w]) != NULL, "%s: '%s' in: %s",
				refusals[i].code, refusals[i].says[w], e.message);
		expect(strstr(e.message, refusals[i].code) != NULL, "%s: AWS's words",
			refusals[i].code);
	}
}

/* Where the text is hostile, nothing of it becomes an account or a partition. */
static void odd_arns_name_no_owner(void **state) {
	(void)state;
	static const char *const texts[] = {"User: arn:aws:iam::12345678901:user/x" LISTS
					    "arn:aws:ecs:eu-west-1:9999999999999:cluster/x",
		"User: arn", "User: arn:aws", "User: arn:aws:iam::", "on resource: arn:::::",
		"User: arn:AWS:iam::x" LISTS "arn:aws|cn:ecs::y:z",
		"Identifier is for x. Your accountId is y", "Identifier is for 1"};
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct denial d;
		denial_read(texts[i], &d);
		expect(!*d.caller.account && !*d.resource.account, "case %zu: no account", i);
		expect(!denial_is_other_account(&d) && !denial_is_other_partition(&d),
			"case %zu: nothing differs", i);
	}
}

static void the_middle_is_left_out(void **state) {
	(void)state;
	static const struct {
		const char *text;
		size_t max_bytes;
		const char *wanted;
	} texts[] = {
		{"abc", 10, "abc"},
		{"0123456789", 10, "0123456789"},
		{"0123456789abcdefghij", 14, "012 ... efghij"},
		{"0123456789", 3, "012"},
		{"", 10, ""},
		/* Single blanks. */
		{"01 3456789abcd fghij", 14, "01 ... fghij"},
		/* Whole characters. */
		{"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 12,
			"\xc3\xa4 ... \xc3\xa4\xc3\xa4"},
	};
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct buf out;
		buf_init(&out, 100);
		text_add_shortened(&out, texts[i].text, texts[i].max_bytes);
		expect_text(buf_str(&out), texts[i].wanted, "case %zu", i);
		buf_free(&out);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(the_words_name_the_policy),
		UNIT_TEST(messages_keep_the_reason),
		UNIT_TEST(other_refusals_name_region_and_account),
		UNIT_TEST(odd_arns_name_no_owner),
		UNIT_TEST(the_middle_is_left_out),
	};
	return cmocka_run_group_tests_name("denial", tests, NULL, NULL);
}
