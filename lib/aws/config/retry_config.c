#include "config.h"

#include "aws/config/retry_config.h"

#include "aws/config/setting.h"
#include "base/ini.h"
#include "base/num.h"

#include <string.h>

enum { STANDARD_ATTEMPTS = 3, LEGACY_ATTEMPTS = 5, MAX_ATTEMPTS = 100 };

/* A whole number of at least 1, as the AWS CLI takes it, brought below our bound. */
static int read_attempts(const char *text, int *attempts) {
	int64_t number = 0;
	const char *digits = text;
	size_t n = strlen(text);
	ini_trim(&digits, &n);
	if (n > 0 && *digits == '+') {
		digits++;
		n--;
	}
	if (n == 0 || strspn(digits, "0123456789") < n)
		return -1;
	if (num_parse_whole(digits, n, MAX_ATTEMPTS, &number))
		number = MAX_ATTEMPTS;
	*attempts = (int)number;
	return number < 1 ? -1 : 0;
}

int retry_policy_read(const struct profile_set *profiles, struct retry_policy *out, struct err *e) {
	const char *mode = setting_find(profiles, "AWS_RETRY_MODE", "retry_mode").value;
	const char *attempts = setting_find(profiles, "AWS_MAX_ATTEMPTS", "max_attempts").value;
	*out = (struct retry_policy){.max_attempts = STANDARD_ATTEMPTS,
		.throttling_endless = !attempts};
	if (mode && strcmp(mode, "legacy") == 0)
		out->max_attempts = LEGACY_ATTEMPTS;
	else if (mode && strcmp(mode, "standard") != 0 && strcmp(mode, "adaptive") != 0) {
		(void)err_set(e, ERR_CONFIG,
			"AWS_RETRY_MODE (or retry_mode in the profile) must be standard, adaptive or legacy");
		(void)ini_explain(mode, NULL, e);
		return -1;
	}
	if (attempts && read_attempts(attempts, &out->max_attempts)) {
		(void)err_set(e, ERR_CONFIG,
			"%s is not a whole number of at least 1: it says how often a call is tried",
			setting_find(profiles, "AWS_MAX_ATTEMPTS", "max_attempts").variable
				? "AWS_MAX_ATTEMPTS"
				: "max_attempts in the profile");
		(void)ini_explain(attempts, NULL, e);
		return -1;
	}
	return 0;
}
