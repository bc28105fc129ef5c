#include "config.h"

#include "aws/config/setting.h"

#include "base/env.h"

struct setting setting_find(const struct profile_set *profiles, const char *variable,
	const char *key) {
	const char *value = variable ? env_get(variable) : NULL;
	if (value)
		return (struct setting){.value = value, .name = variable, .variable = variable};
	return (struct setting){.value = profile_get(profiles, key), .name = key};
}
