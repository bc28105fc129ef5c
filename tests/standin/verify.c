#define _POSIX_C_SOURCE 200809L
#include "verify.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define ALGORITHM "AWS4-HMAC-SHA256"
#define DIGEST    32
#define HEX       (2 * DIGEST + 1)

static bool incomplete(struct answer *answer, const char *message) {
	answer_error(answer, 403, "IncompleteSignatureException", "%s", message);
	return false;
}

static bool invalid(struct answer *answer, const char *message, const char *detail) {
	answer_error(answer, 403, "InvalidSignatureException", message, detail);
	return false;
}

/* Cut `text` at the character and return what follows it, NULL if it does not occur. */
static char *cut(char *text, char at) {
	char *end = strchr(text, at);
	if (end != NULL) {
		*end++ = '\0';
	}
	return end;
}

static bool parse_credential(struct claim *claim, char *credential, struct answer *answer) {
	char *parts[5] = {credential};
	size_t count = 1;
	while (count < 5 && (parts[count] = cut(parts[count - 1], '/')) != NULL) {
		count++;
	}
	bool whole = count == 5 && strcmp(parts[4], "aws4_request") == 0;
	for (size_t i = 0; i < count; i++) {
		whole = whole && parts[i][0] != '\0';
	}
	if (!whole) {
		return incomplete(answer,
			"Credential must have exactly 5 slash-delimited elements, "
			"e.g. keyid/date/region/service/aws4_request");
	}
	claim->key_id = parts[0];
	claim->date = parts[1];
	claim->region = parts[2];
	claim->service = parts[3];
	return true;
}

static bool parse_parameter(struct claim *claim, char *parameter, char **credential) {
	char *value = cut(parameter, '=');
	char **field = NULL;
	if (strcmp(parameter, "Credential") == 0) {
		field = credential;
	} else if (strcmp(parameter, "SignedHeaders") == 0) {
		field = &claim->signed_headers;
	} else if (strcmp(parameter, "Signature") == 0) {
		field = &claim->signature;
	}
	if (value == NULL || *value == '\0' || field == NULL || *field != NULL) {
		return false;
	}
	*field = value;
	return true;
}

bool claim_parse(struct claim *claim, const struct request *request, struct answer *answer) {
	*claim = (struct claim){0};
	const char *header = request_header(request, "authorization");
	if (header == NULL) {
		answer_error(answer, 403, "MissingAuthenticationTokenException",
			"Request is missing Authentication Token");
		return false;
	}
	size_t length = strlen(ALGORITHM);
	if (strncmp(header, ALGORITHM " ", length + 1) != 0) {
		return incomplete(answer, "Unsupported AWS 'algorithm', expected " ALGORITHM);
	}
	claim->memory = must_copy(header + length + 1);
	char *credential = NULL;
	char *rest = NULL;
	for (char *parameter = strtok_r(claim->memory, ", ", &rest); parameter != NULL;
		parameter = strtok_r(NULL, ", ", &rest)) {
		if (!parse_parameter(claim, parameter, &credential)) {
			return incomplete(answer,
				"Authorization header holds something other than one "
				"Credential, one SignedHeaders and one Signature");
		}
	}
	if (credential == NULL || claim->signed_headers == NULL || claim->signature == NULL) {
		return incomplete(answer,
			"Authorization header requires 'Credential' parameter. Authorization header requires "
			"'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.");
	}
	return parse_credential(claim, credential, answer);
}

void claim_free(struct claim *claim) {
	free(claim->memory);
	*claim = (struct claim){0};
}

/* Seconds since 1970 of YYYYMMDDTHHMMSSZ; false if the text is not of that form. */
static bool parse_stamp(const char *stamp, int64_t *seconds) {
	static const char form[] = "00000000T000000Z";
	int digits[sizeof(form)] = {0};
	for (size_t i = 0; i < sizeof(form); i++) {
		bool digit = stamp[i] >= '0' && stamp[i] <= '9';
		if (form[i] == '0' ? !digit : stamp[i] != form[i]) {
			return false;
		}
		digits[i] = digit ? stamp[i] - '0' : 0;
	}
	int year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
	int month = digits[4] * 10 + digits[5];
	int day = digits[6] * 10 + digits[7];
	if (month < 1 || month > 12 || day < 1 || day > 31) {
		return false;
	}
	static const int before_month[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	int years = month > 2 ? year : year - 1;
	int64_t days = (int64_t)(year - 1970) * 365 + (years / 4 - years / 100 + years / 400) -
		477 + before_month[month - 1] + day - 1;
	*seconds = days * 86400 + (digits[9] * 10 + digits[10]) * 3600 +
		(digits[11] * 10 + digits[12]) * 60 + digits[13] * 10 + digits[14];
	return true;
}

static void format_stamp(int64_t seconds, char out[17]) {
	time_t moment = (time_t)seconds;
	struct tm utc;
	gmtime_r(&moment, &utc);
	strftime(out, 17, "%Y%m%dT%H%M%SZ", &utc);
}

static bool check_time(const struct claim *claim, const char *stamp, int64_t now,
	struct answer *answer) {
	int64_t signed_at = 0;
	if (stamp == NULL || !parse_stamp(stamp, &signed_at)) {
		return incomplete(answer,
			"Authorization header requires existence of a 'X-Amz-Date' header in the form "
			"YYYYMMDDTHHMMSSZ");
	}
	if (strlen(claim->date) != 8 || strncmp(claim->date, stamp, 8) != 0) {
		return invalid(answer,
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
			"HTTP: '%s'",
			claim->date);
	}
	/* The tolerances that the services tell in their messages: STS and ECS are of the older
	 * ones, CloudWatch of the newer. */
	bool older = answer->protocol == QUERY || strcmp(claim->service, "ecs") == 0;
	int minutes = older ? 15 : 5;
	int64_t tolerance = (int64_t)minutes * 60;
	char bound[17];
	char present[17];
	format_stamp(now, present);
	if (signed_at < now - tolerance) {
		format_stamp(now - tolerance, bound);
		answer_error(answer, 403, "InvalidSignatureException",
			"Signature expired: %s is now earlier than %s (%s - %d min.)", stamp, bound,
			present, minutes);
		return false;
	}
	if (signed_at > now + tolerance) {
		format_stamp(now + tolerance, bound);
		answer_error(answer, 403, "InvalidSignatureException",
			"Signature not yet current: %s is still later than %s (%s + %d min.)",
			stamp, bound, present, minutes);
		return false;
	}
	return true;
}

static bool is_signed(const struct claim *claim, const char *name) {
	size_t length = strlen(name);
	for (const char *at = claim->signed_headers; *at != '\0';) {
		size_t item = strcspn(at, ";");
		if (item == length && strncasecmp(at, name, length) == 0) {
			return true;
		}
		at += item + (at[item] == ';');
	}
	return false;
}

static bool check_signed_headers(const struct claim *claim, const struct request *request,
	struct answer *answer) {
	static const char *const always[] = {"host", "x-amz-date", "content-type"};
	static const char message[] = "'%s' must be a 'SignedHeader' in the AWS Authorization.";
	for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++) {
		if (!is_signed(claim, always[i])) {
			return invalid(answer, message, always[i]);
		}
	}
	for (size_t i = 0; i < request->header_count; i++) {
		const char *name = request->headers[i].name;
		if (strncasecmp(name, "x-amz-", 6) == 0 && !is_signed(claim, name)) {
			return invalid(answer, message, name);
		}
	}
	return true;
}

static bool check_token(const struct key *key, const struct request *request,
	struct answer *answer) {
	const char *token = request_header(request, "x-amz-security-token");
	bool fits = key != NULL && (token == NULL) == (key->token == NULL) &&
		(token == NULL || strcmp(token, key->token) == 0);
	if (!fits) {
		answer_error(answer, 400, "UnrecognizedClientException",
			"The security token included in the request is invalid.");
	}
	return fits;
}

static bool check_expiry(const struct key *key, int64_t now, struct answer *answer) {
	if (key->expires == 0 || now < key->expires) {
		return true;
	}
	answer_error(answer, 400, "ExpiredTokenException",
		"The security token included in the request is expired");
	return false;
}

static void to_hex(const unsigned char digest[DIGEST], char hex[HEX]) {
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < DIGEST; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[2 * DIGEST] = '\0';
}

static void hash(const struct text *text, char hex[HEX]) {
	unsigned char digest[DIGEST];
	EVP_Digest(text_string(text), text->length, digest, NULL, EVP_sha256(), NULL);
	to_hex(digest, hex);
}

static void hmac(unsigned char key[DIGEST], const char *data) {
	unsigned char digest[DIGEST];
	HMAC(EVP_sha256(), key, DIGEST, (const unsigned char *)data, strlen(data), digest, NULL);
	memcpy(key, digest, DIGEST);
}

/* Append a header value with every run of blanks as one blank. */
static void add_value(struct text *canonical, const char *value) {
	value += strspn(value, " \t");
	while (*value != '\0') {
		size_t length = strcspn(value, " \t");
		text_bytes(canonical, value, length);
		value += length;
		value += strspn(value, " \t");
		if (*value != '\0') {
			text_add(canonical, " ");
		}
	}
}

/* Append one signed header with the values of all received headers of that name. False if none was
 * received. */
static bool add_header(struct text *canonical, const struct request *request, const char *name,
	size_t length) {
	size_t found = 0;
	text_bytes(canonical, name, length);
	text_add(canonical, ":");
	for (size_t i = 0; i < request->header_count; i++) {
		const struct header *header = &request->headers[i];
		if (strlen(header->name) == length &&
			strncasecmp(header->name, name, length) == 0) {
			text_add(canonical, found++ > 0 ? "," : "");
			add_value(canonical, header->value);
		}
	}
	text_add(canonical, "\n");
	return found > 0;
}

/* The canonical request. False if the list of signed headers is not lower case, sorted and free of
 * repetitions, or names a header that was not received. */
static bool canonical_request(const struct claim *claim, const struct request *request,
	struct text *canonical) {
	text_addf(canonical, "%s\n/\n\n", request->method);
	const char *previous = "";
	size_t previous_length = 0;
	for (const char *at = claim->signed_headers; *at != '\0';) {
		size_t length = strcspn(at, ";");
		size_t common = length < previous_length ? length : previous_length;
		int order = strncmp(previous, at, common);
		bool sorted = order < 0 || (order == 0 && previous_length < length);
		bool lower = strcspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") >= length;
		if (!sorted || !lower || !add_header(canonical, request, at, length)) {
			return false;
		}
		previous = at;
		previous_length = length;
		at += length + (at[length] == ';');
	}
	char body[HEX];
	hash(&request->body, body);
	text_addf(canonical, "\n%s\n%s", claim->signed_headers, body);
	return true;
}

static void sign(const struct claim *claim, const char *secret, const char *string_to_sign,
	char hex[HEX]) {
	struct text start = {0};
	text_addf(&start, "AWS4%s", secret);
	unsigned char key[DIGEST];
	HMAC(EVP_sha256(), text_string(&start), (int)start.length,
		(const unsigned char *)claim->date, strlen(claim->date), key, NULL);
	text_free(&start);
	hmac(key, claim->region);
	hmac(key, claim->service);
	hmac(key, "aws4_request");
	hmac(key, string_to_sign);
	to_hex(key, hex);
}

static bool check_signature(const struct claim *claim, const struct request *request,
	const struct key *key, struct answer *answer) {
	struct text canonical = {0};
	struct text string_to_sign = {0};
	char expected[HEX];
	bool fits = canonical_request(claim, request, &canonical);
	hash(&canonical, expected);
	text_addf(&string_to_sign, ALGORITHM "\n%s\n%s/%s/%s/aws4_request\n%s",
		request_header(request, "x-amz-date"), claim->date, claim->region, claim->service,
		expected);
	sign(claim, key->secret, text_string(&string_to_sign), expected);
	fits = fits && strcmp(expected, claim->signature) == 0;
	if (!fits) {
		answer_error(answer, 403, "InvalidSignatureException",
			"The request signature we calculated does not match the signature you provided. Check "
			"your AWS Secret Access Key and signing method. Consult the service documentation for "
			"details.\n\nThe Canonical String for this request should have been\n'%s'\n\nThe "
			"String-to-Sign should have been\n'%s'\n",
			text_string(&canonical), text_string(&string_to_sign));
	}
	text_free(&canonical);
	text_free(&string_to_sign);
	return fits;
}

bool claim_verify(const struct claim *claim, const struct request *request, const struct key *key,
	const struct operation *operation, int64_t now, struct answer *answer) {
	if (strcmp(claim->service, operation->service) != 0) {
		return invalid(answer, "Credential should be scoped to correct service: '%s'.",
			operation->service);
	}
	return check_token(key, request, answer) &&
		check_time(claim, request_header(request, "x-amz-date"), now, answer) &&
		check_signed_headers(claim, request, answer) &&
		check_signature(claim, request, key, answer) && check_expiry(key, now, answer);
}
