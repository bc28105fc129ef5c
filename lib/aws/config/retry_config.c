#include "config.h"

#include "aws/config/retry_config.h"

#include "aws/config/setting.h"
#include "base/num.h"

#include <string.h>

enum { STANDARD_ATTEMPTS = 3, LEGACY_ATTEMPTS = 5, MAX_ATTEMPTS = 100 };

int retry_policy_read(const struct profile_set *profiles, struct retry_policy *out, struct err *e) {
	const char *mode = setting_find(profiles, "AWS_RETRY_MODE", "retry_mode").value;
	const char *attempts = setting_find(profiles, "AWS_MAX_ATTEMPTS", "max_attempts").value;
	*out = (struct retry_policy){.max_attempts = STANDARD_ATTEMPTS,
		.throttling_endless = !attempts};
	if (mode && strcmp(mode, "legacy") == 0)
		out->max_attempts = LEGACY_ATTEMPTS;
	else if (mode && strcmp(mode, "standard") != 0 && strcmp(mode, "adaptive") != 0)
		return err_set(e, ERR_CONFIG,
			"AWS_RETRY_MODE (or retry_mode in the profile) must be standard, adaptive or legacy");
	int64_t number = 0;
	if (!attempts)
		return 0;
	if (num_parse_whole(attempts, strlen(attempts), MAX_ATTEMPTS, &number) || number < 1)
		return err_set(e, ERR_CONFIG,
			"AWS_MAX_ATTEMPTS (or max_attempts in the profile) must be a whole number from 1 to %d",
			MAX_ATTEMPTS);
	out->max_attempts = (int)number;
	return 0;
}
