#define _POSIX_C_SOURCE 200809L
#include "sts_form.h"

#include <stdlib.h>
#include <string.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"
#define WORD    LETTERS DIGITS "_"

/* `member` is the name in messages; `letters` NULL allows all; `lists` marks the beginning of the
 * names of a list's items. */
struct rule {
	const char *name, *member;
	size_t shortest, longest;
	const char *letters;
	bool required, lists, is_secret;
};

static const struct rule assume_role[] = {
	{"RoleArn", "roleArn", 20, 2048, NULL, true, false, false},
	{"RoleSessionName", "roleSessionName", 2, 64, WORD "+=,.@-", true, false, false},
	{"ExternalId", "externalId", 2, 1224, WORD "+=,.@:/-", false, false, false},
	{"DurationSeconds", "durationSeconds", 1, 9, DIGITS, false, false, false},
	{"SerialNumber", "serialNumber", 9, 256, WORD "+=/:,.@-", false, false, false},
	{"TokenCode", "tokenCode", 6, 6, DIGITS, false, false, true},
	{"SourceIdentity", "sourceIdentity", 2, 64, WORD "+=,.@-", false, false, false},
	{"Policy", "policy", 1, 2048, NULL, false, false, false},
	{"PolicyArns", "policyArns", 0, 2048, NULL, false, true, false},
	{"Tags", "tags", 0, 256, NULL, false, true, false},
	{"TransitiveTagKeys", "transitiveTagKeys", 0, 128, NULL, false, true, false},
	{NULL, NULL, 0, 0, NULL, false, false, false},
};

static const struct rule assume_role_with_web_identity[] = {
	{"RoleArn", "roleArn", 20, 2048, NULL, true, false, false},
	{"RoleSessionName", "roleSessionName", 2, 64, WORD "+=,.@-", true, false, false},
	{"WebIdentityToken", "webIdentityToken", 4, 20000, NULL, true, false, true},
	{"ProviderId", "providerId", 4, 2048, NULL, false, false, false},
	{"DurationSeconds", "durationSeconds", 1, 9, DIGITS, false, false, false},
	{"Policy", "policy", 1, 2048, NULL, false, false, false},
	{"PolicyArns", "policyArns", 0, 2048, NULL, false, true, false},
	{NULL, NULL, 0, 0, NULL, false, false, false},
};

static const struct rule no_rules[] = {{NULL, NULL, 0, 0, NULL, false, false, false}};

static const struct rule *rules_of(enum operation_id operation) {
	switch (operation) {
	case ASSUME_ROLE:
		return assume_role;
	case ASSUME_ROLE_WITH_WEB_IDENTITY:
		return assume_role_with_web_identity;
	default:
		return no_rules;
	}
}

static bool refuse(struct call *call, const struct rule *rule, const char *value,
	const char *constraint) {
	struct text shown = {0};
	if (value == NULL) {
		text_add(&shown, " null");
	} else if (!rule->is_secret) {
		text_addf(&shown, " '%s'", value);
	}
	answer_query_error(&call->answer, 400, "ValidationError",
		"1 validation error detected: Value%s at '%s' failed to satisfy constraint: %s",
		text_string(&shown), rule->member, constraint);
	text_free(&shown);
	return false;
}

static bool check_value(struct call *call, const struct rule *rule, const char *value) {
	size_t length = strlen(value);
	struct text constraint = {0};
	if (length < rule->shortest) {
		text_addf(&constraint, "Member must have length greater than or equal to %zu",
			rule->shortest);
	} else if (length > rule->longest) {
		text_addf(&constraint, "Member must have length less than or equal to %zu",
			rule->longest);
	} else if (rule->letters != NULL && strspn(value, rule->letters) != length) {
		text_add(&constraint, "Member must satisfy regular expression pattern");
	} else if (strcmp(rule->name, "DurationSeconds") == 0 &&
		strtol(value, NULL, 10) < STS_DURATION_MIN) {
		text_addf(&constraint, "Member must have value greater than or equal to %d",
			STS_DURATION_MIN);
	} else if (strcmp(rule->name, "DurationSeconds") == 0 &&
		strtol(value, NULL, 10) > STS_DURATION_MAX) {
		text_addf(&constraint, "Member must have value less than or equal to %d",
			STS_DURATION_MAX);
	}
	bool good = constraint.length == 0 || refuse(call, rule, value, text_string(&constraint));
	text_free(&constraint);
	return good;
}

static bool is_for(const struct rule *rule, const char *name) {
	size_t length = strlen(rule->name);
	return strncmp(rule->name, name, length) == 0 &&
		(rule->lists ? name[length] == '.' || name[length] == '\0' : name[length] == '\0');
}

static bool check_field(struct call *call, const struct rule *rules, const struct field *field) {
	if (strcmp(field->name, "Action") == 0 || strcmp(field->name, "Version") == 0) {
		return true;
	}
	for (const struct rule *rule = rules; rule->name != NULL; rule++) {
		if (is_for(rule, field->name)) {
			return check_value(call, rule, field->value);
		}
	}
	answer_query_error(&call->answer, 400, "ValidationError", "Unknown parameter %s",
		field->name);
	return false;
}

bool sts_check_form(struct call *call) {
	const struct rule *rules = rules_of(call->operation->id);
	for (size_t i = 0; i < call->form.count; i++) {
		if (!check_field(call, rules, &call->form.fields[i])) {
			return false;
		}
	}
	for (const struct rule *rule = rules; rule->name != NULL; rule++) {
		if (rule->required && form_get(&call->form, rule->name) == NULL) {
			return refuse(call, rule, NULL, "Member must not be null");
		}
	}
	return true;
}

long sts_duration(const struct call *call) {
	const char *duration = form_get(&call->form, "DurationSeconds");
	return duration != NULL ? strtol(duration, NULL, 10) : STS_DURATION_DEFAULT;
}
