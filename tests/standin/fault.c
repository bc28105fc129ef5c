#define _POSIX_C_SOURCE 200809L
#include "fault.h"

#include <stdlib.h>
#include <string.h>

static const char *const kinds[FAULTS] = {
	[FAULT_HALF] = "half",
	[FAULT_HANG] = "hang",
	[FAULT_RESET] = "reset",
	[FAULT_TRICKLE] = "trickle",
	[FAULT_HUGE] = "huge",
	[FAULT_SLOW] = "slow",
	[FAULT_THROTTLE] = "throttle",
	[FAULT_429] = "429",
	[FAULT_500] = "500",
	[FAULT_502] = "502",
	[FAULT_503] = "503",
	[FAULT_504] = "504",
	[FAULT_GARBAGE] = "garbage",
	[FAULT_SHAPE] = "shape",
	[FAULT_EMPTY] = "empty",
	[FAULT_EXPIRED] = "expired",
	[FAULT_DENIED] = "denied",
	[FAULT_WORDLESS] = "wordless",
	[FAULT_REDIRECT] = "redirect",
	[FAULT_302] = "302",
	[FAULT_307] = "307",
	[FAULT_DEEP] = "deep",
	[FAULT_RST] = "rst",
	[FAULT_RST_HEADERS] = "rst-headers",
	[FAULT_RST_BODY] = "rst-body",
	[FAULT_CUT_HEADERS] = "cut-headers",
	[FAULT_SHORT_LENGTH] = "short-length",
	[FAULT_LONG_LENGTH] = "long-length",
	[FAULT_GONE] = "gone",
	[FAULT_GZIP] = "gzip",
	[FAULT_NULL] = "null",
	[FAULT_TEXT_NUMBERS] = "text-numbers",
	[FAULT_NAN] = "nan",
	[FAULT_SAME_TOKEN] = "same-token",
	[FAULT_ENDLESS_PAGES] = "endless-pages",
	[FAULT_DUPLICATE] = "duplicate",
	[FAULT_FOREIGN] = "foreign",
	[FAULT_LENGTHS] = "lengths",
	[FAULT_DOCTYPE] = "doctype",
	[FAULT_IDP] = "idp",
	[FAULT_DISABLED] = "disabled",
	[FAULT_INTERNAL] = "internal",
	[FAULT_FORBIDDEN] = "forbidden",
};

static const char portal_page[] =
	"<!DOCTYPE html>\n<html><head><title>Guest network</title></head>\n"
	"<body><h1>Welcome</h1><p>Please <a href=\"/login\">sign in</a> to use this network.</p>"
	"</body></html>\n";

static const char unavailable_page[] =
	"<html><body><b>Http/1.1 Service Unavailable</b></body> </html>";

static const char misshapen[] =
	"{\"clusterArns\":\"none\",\"serviceArns\":[[1],{\"arn\":2}],\"services\":{\"api\":true},"
	"\"failures\":7,\"nextToken\":[\"x\"],\"MetricDataResults\":[{\"Id\":5,\"Timestamps\":{},"
	"\"Values\":\"34.4\",\"StatusCode\":false}],\"NextToken\":17,\"Messages\":\"none\"}";

/* The elements are there, but nested wrongly, empty or twice. */
static const char misshapen_xml[] =
	"<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"
	"<AccessKeyId>ASIAEXAMPLE</AccessKeyId><Credentials><SecretAccessKey/><SessionToken><x/>"
	"</SessionToken><Expiration>soon</Expiration></Credentials></AssumeRoleResult>"
	"<GetCallerIdentityResult/></AssumeRoleResponse>";

static const char misshapen_grant[] =
	"{\"roleCredentials\":{\"accessKeyId\":7,\"secretAccessKey\":[],\"sessionToken\":{},"
	"\"expiration\":\"soon\"},\"accessToken\":{\"x\":1},\"expiresIn\":\"soon\","
	"\"refreshToken\":false,\"tokenType\":9}";

/* Right in all else, so that only the document type is to be refused. */
static const char doctype_page[] =
	"<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY a \"ASIAENTITY\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
	"<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"
	"<Credentials><AccessKeyId>&b;</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"
	"<SessionToken>&b;</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
	"</AssumeRoleResult></AssumeRoleResponse>";

void faults_init(struct faults *faults) {
	*faults = (struct faults){0};
	pthread_mutex_init(&faults->mutex, NULL);
}

void faults_free(struct faults *faults) {
	free(faults->items);
	pthread_mutex_destroy(&faults->mutex);
}

static bool parse_operation(struct fault *fault, const char *name, size_t length) {
	bool known = false;
	for (size_t i = 0; i < OPERATIONS; i++) {
		const char *candidate = operations[i].name;
		fault->meets[i] = (length == 1 && name[0] == '*') ||
			(strlen(candidate) == length && strncmp(candidate, name, length) == 0);
		known = known || fault->meets[i];
	}
	return known;
}

static bool parse_kind(struct fault *fault, const char *name, size_t length) {
	for (size_t i = FAULT_NONE + 1; i < FAULTS; i++) {
		if (kinds[i] != NULL && strlen(kinds[i]) == length &&
			strncmp(kinds[i], name, length) == 0) {
			fault->kind = (enum fault_kind)i;
			return true;
		}
	}
	return false;
}

static bool makes_sense(enum fault_kind kind, const struct operation *operation) {
	switch (kind) {
	case FAULT_INTERNAL:
	case FAULT_FORBIDDEN:
	case FAULT_LENGTHS:
		return operation->id == GET_METRIC_DATA;
	case FAULT_SAME_TOKEN:
	case FAULT_ENDLESS_PAGES:
		return operation->protocol == AWS_JSON && operation->id != DESCRIBE_SERVICES &&
			operation->id != DESCRIBE_TASK_DEFINITION;
	case FAULT_DUPLICATE:
		return operation->protocol == AWS_JSON && operation->id != DESCRIBE_TASK_DEFINITION;
	case FAULT_FOREIGN:
		return operation->protocol == AWS_JSON;
	case FAULT_NULL:
	case FAULT_TEXT_NUMBERS:
	case FAULT_NAN:
		return operation->protocol != QUERY;
	case FAULT_IDP:
		return operation->id == ASSUME_ROLE_WITH_WEB_IDENTITY;
	case FAULT_DOCTYPE:
	case FAULT_DISABLED:
		return operation->protocol == QUERY && operation->id != GET_METRIC_STATISTICS;
	default:
		return true;
	}
}

/* Take out the operations that the fault cannot meet; false if none is left. */
static bool keep_sensible(struct fault *fault) {
	bool left = false;
	for (size_t i = 0; i < OPERATIONS; i++) {
		fault->meets[i] = fault->meets[i] && makes_sense(fault->kind, &operations[i]);
		left = left || fault->meets[i];
	}
	return left;
}

/* ":COUNT" and ":SKIP", as far as there are any. */
static bool parse_counts(struct fault *fault, const char *text) {
	long *const targets[] = {&fault->left, &fault->skip};
	for (size_t i = 0; i < 2 && *text == ':'; i++) {
		size_t digits = strspn(++text, "0123456789");
		if (digits > 9 || (digits == 0 && (i == 1 || text[0] != ':'))) {
			return false;
		}
		*targets[i] = digits > 0 ? strtol(text, NULL, 10) : *targets[i];
		text += digits;
	}
	return *text == '\0';
}

static bool add(struct faults *faults, struct fault *fault, const char *counts) {
	if (!parse_counts(fault, counts) || !keep_sensible(fault)) {
		return false;
	}
	fault->first = fault->left;
	fault->first_skip = fault->skip;
	faults->items = must_grow(faults->items, (faults->count + 1) * sizeof(*fault));
	faults->items[faults->count++] = *fault;
	return true;
}

bool faults_add(struct faults *faults, const char *text) {
	struct fault fault = {.left = -1};
	size_t name = strcspn(text, ":");
	if (text[name] == '\0' || !parse_operation(&fault, text, name)) {
		return false;
	}
	text += name + 1;
	size_t kind = strcspn(text, ":");
	return parse_kind(&fault, text, kind) && add(faults, &fault, text + kind);
}

bool faults_add_hold(struct faults *holds, const char *text) {
	struct fault fault = {.left = -1, .kind = FAULT_HOLD};
	size_t name = strcspn(text, ":");
	return parse_operation(&fault, text, name) && add(holds, &fault, text + name);
}

void faults_rearm(struct faults *faults) {
	pthread_mutex_lock(&faults->mutex);
	for (size_t i = 0; i < faults->count; i++) {
		faults->items[i].left = faults->items[i].first;
		faults->items[i].skip = faults->items[i].first_skip;
	}
	pthread_mutex_unlock(&faults->mutex);
}

enum fault_kind faults_take(struct faults *faults, enum operation_id operation) {
	enum fault_kind kind = FAULT_NONE;
	pthread_mutex_lock(&faults->mutex);
	for (size_t i = 0; i < faults->count && kind == FAULT_NONE; i++) {
		struct fault *fault = &faults->items[i];
		if (fault->meets[operation] && fault->left != 0) {
			bool spared = fault->skip > 0;
			fault->skip -= spared;
			fault->left -= !spared && fault->left > 0;
			kind = spared ? FAULT_NONE : fault->kind;
		}
	}
	pthread_mutex_unlock(&faults->mutex);
	return kind;
}

static void answer_throttled(struct answer *answer, const struct operation *operation) {
	if (operation->protocol == PORTAL || operation->protocol == OAUTH) {
		answer_error(answer, 429, "TooManyRequestsException", "Too many requests");
		return;
	}
	answer_error(answer, 400, "ThrottlingException", "Rate exceeded");
	answer->query_error = operation->id == GET_METRIC_DATA ? "Throttling;Sender" : NULL;
}

static void answer_broken(struct answer *answer, const struct operation *operation) {
	if (operation->protocol == OAUTH) {
		answer_oauth_error(answer, 500, "InternalServerException", "server_error",
			"Internal server error");
		return;
	}
	const char *type = operation->protocol == PORTAL ? "InternalServerException"
		: operation->id == GET_METRIC_DATA
		? "com.amazonaws.cloudwatch.v2010_08_01#InternalServiceFault"
		: "ServerException";
	answer_error(answer, 500, type, "Service Unavailable. Please try again later.");
}

static void answer_expired(struct answer *answer, const struct operation *operation) {
	if (operation->protocol == OAUTH) {
		answer_oauth_error(answer, 400, "ExpiredTokenException", "expired_token",
			"Token is expired");
	} else if (operation->protocol == PORTAL) {
		answer_error(answer, 401, "UnauthorizedException",
			"Session token not found or invalid");
	} else if (operation->id == ASSUME_ROLE_WITH_WEB_IDENTITY) {
		answer_query_error(answer, 400, "ExpiredTokenException",
			"Token expired: current date/time must be before the expiration date/time");
	} else {
		answer_error(answer, 400, "ExpiredTokenException",
			"The security token included in the request is expired");
	}
}

/* AWS may leave out the message. */
static void answer_wordless(struct answer *answer, const struct operation *operation) {
	const char *const type = operation->content_type;
	switch (operation->protocol) {
	case QUERY:
		answer_plain(answer, 400, "text/xml",
			"<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>"
			"<Type>Sender</Type><Code>ValidationError</Code></Error></ErrorResponse>");
		break;
	case PORTAL:
	case OAUTH:
		answer_plain(answer, 400, type, "{\"__type\":\"InvalidRequestException\"}");
		break;
	default:
		answer_plain(answer, operation->id == GET_METRIC_DATA ? 404 : 400, type,
			operation->id == GET_METRIC_DATA
				? "{\"__type\":\"com.amazonaws.cloudwatch.v2010_08_01#ResourceNotFound\"}"
				: "{\"__type\":\"InvalidParameterException\"}");
	}
}

/* Refusals of the operations that no key signs; the others refuse by their permissions. */
static bool answer_forbidden(struct answer *answer, const struct operation *operation) {
	if (operation->protocol == PORTAL) {
		answer_error(answer, 403, "ForbiddenException", "No access");
	} else if (operation->protocol == OAUTH) {
		answer_oauth_error(answer, 400, "AccessDeniedException", "access_denied",
			"Access denied");
	} else if (operation->id == ASSUME_ROLE_WITH_WEB_IDENTITY) {
		answer_query_error(answer, 403, "AccessDenied",
			"Not authorized to perform sts:AssumeRoleWithWebIdentity");
	} else {
		return false;
	}
	return true;
}

/* The members that are looked for, each the outermost of 200 levels. */
static void answer_deep(struct answer *answer, const struct operation *operation) {
	static const char *const members[] = {"clusterArns", "serviceArns", "services",
		"MetricDataResults", "roleCredentials", "accessToken"};
	const int levels = 200;
	bool xml = operation->protocol == QUERY;
	answer_plain(answer, 200, operation->content_type, "");
	for (size_t i = 0; !xml && i < sizeof(members) / sizeof(*members); i++) {
		text_addf(&answer->body, "%s\"%s\":", i > 0 ? "," : "{", members[i]);
		for (int level = 0; level < 2 * levels; level++)
			text_add(&answer->body, level < levels ? "[" : "]");
	}
	for (int level = 0; xml && level < 2 * levels; level++)
		text_add(&answer->body, level < levels ? "<a>" : "</a>");
	text_add(&answer->body, xml ? "" : "}");
}

static const char *shape_of(enum protocol protocol) {
	switch (protocol) {
	case QUERY:
		return misshapen_xml;
	case PORTAL:
	case OAUTH:
		return misshapen_grant;
	default:
		return misshapen;
	}
}

static bool replace_sts(enum fault_kind kind, struct answer *answer) {
	if (kind == FAULT_DOCTYPE) {
		answer_plain(answer, 200, "text/xml", doctype_page);
	} else if (kind == FAULT_IDP) {
		answer_query_error(answer, 400, "IDPCommunicationError",
			"Couldn't retrieve verification key from your identity provider");
	} else {
		answer_query_error(answer, 403, "RegionDisabledException",
			"STS is not activated in this region for account");
	}
	return true;
}

bool fault_replaces(enum fault_kind kind, const struct operation *operation,
	struct answer *answer) {
	const char *type = operation->content_type;
	switch (kind) {
	case FAULT_THROTTLE:
		answer_throttled(answer, operation);
		return true;
	case FAULT_429:
		answer_plain(answer, 429, type, "");
		return true;
	case FAULT_500:
		answer_broken(answer, operation);
		return true;
	case FAULT_502:
		answer_plain(answer, 502, type, "");
		return true;
	case FAULT_503:
		answer_plain(answer, 503, "text/html", unavailable_page);
		return true;
	case FAULT_504:
		answer_plain(answer, 504, type, "");
		return true;
	case FAULT_GARBAGE:
		answer_plain(answer, 200, "text/html; charset=utf-8", portal_page);
		return true;
	case FAULT_SHAPE:
		answer_plain(answer, 200, type, shape_of(operation->protocol));
		return true;
	case FAULT_EMPTY:
		answer_plain(answer, 200, type, "");
		return true;
	case FAULT_EXPIRED:
		answer_expired(answer, operation);
		return true;
	case FAULT_DENIED:
		return answer_forbidden(answer, operation);
	case FAULT_WORDLESS:
		answer_wordless(answer, operation);
		return true;
	case FAULT_REDIRECT:
	case FAULT_302:
	case FAULT_307:
		answer_plain(answer,
			kind == FAULT_302           ? 302
				: kind == FAULT_307 ? 307
						    : 301,
			"text/html", "");
		answer->location = "https://127.0.0.1:1/";
		return true;
	case FAULT_DEEP:
		answer_deep(answer, operation);
		return true;
	case FAULT_DOCTYPE:
	case FAULT_IDP:
	case FAULT_DISABLED:
		return replace_sts(kind, answer);
	default:
		return false;
	}
}
