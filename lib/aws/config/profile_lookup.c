#include "config.h"

#include "aws/config/profile_state.h"

#include "base/file.h"
#include "base/ini.h"
#include "base/text.h"

#include <string.h>

const char *profile_name(const struct profile_set *s) {
	return s->name;
}

bool profile_is_option(const struct profile_set *s) {
	return s->is_option;
}

const char *profile_path(const struct profile_set *s, enum profile_file file) {
	return s->path[file] && *s->path[file] ? file_shown(s->path[file]) : "";
}

bool profile_file_exists(const struct profile_set *s, enum profile_file file) {
	return s->exists[file];
}

const struct section *profile_section(const struct profile_set *s, enum profile_file file,
	const char *name) {
	size_t n = strlen(name);
	const struct section *c = profile_find_section(s, KIND_PROFILE, file, name, n);
	return c ? c : profile_find_section(s, KIND_PLAIN_DEFAULT, file, name, n);
}

bool profile_exists(const struct profile_set *s, const char *name) {
	return profile_section(s, PROFILE_CONFIG, name) ||
		profile_section(s, PROFILE_CREDENTIALS, name);
}

/* A setting of a section of this file; NULL when absent or empty. */
static const char *value_of(const struct profile_set *s, enum profile_file file,
	const struct section *c, const char *key) {
	static const char fallback[] = "DEFAULT";
	const struct entry *found = profile_find_entry(c, key);
	if (c && !found)
		found = profile_find_entry(profile_find_section(s, KIND_FALLBACK, file, fallback,
						   sizeof fallback - 1),
			key);
	return found && *found->value ? found->value : NULL;
}

const char *profile_value_from(const struct profile_set *s, enum profile_file file,
	const char *name, const char *key) {
	return value_of(s, file, profile_section(s, file, name), key);
}

const char *profile_value(const struct profile_set *s, const char *name, const char *key) {
	const char *value = profile_value_from(s, PROFILE_CREDENTIALS, name, key);
	return value ? value : profile_value_from(s, PROFILE_CONFIG, name, key);
}

const char *profile_get_from(const struct profile_set *s, enum profile_file file, const char *key) {
	return profile_value_from(s, file, s->name, key);
}

const char *profile_get(const struct profile_set *s, const char *key) {
	return profile_value(s, s->name, key);
}

const char *profile_get_sso_session(const struct profile_set *s, const char *name, const char *key,
	bool *exists) {
	const struct section *c = profile_find_section(s, KIND_SSO_SESSION, PROFILE_CONFIG, name,
		strlen(name));
	if (exists)
		*exists = c != NULL;
	return value_of(s, PROFILE_CONFIG, c, key);
}

/* Finds "key = value" among the lines of a nested value. */
static const char *find_nested(const char *lines, const char *key, size_t *value_len) {
	for (const char *line = lines; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		size_t line_len = strcspn(line, "\n");
		const char *equals = memchr(line, '=', line_len);
		if (!equals)
			continue;
		const char *name = line;
		size_t name_len = (size_t)(equals - line);
		ini_trim(&name, &name_len);
		const char *value = equals + 1;
		*value_len = line_len - (size_t)(value - line);
		ini_trim(&value, value_len);
		if (name_len == strlen(key) && memcmp(name, key, name_len) == 0 && *value_len > 0)
			return value;
	}
	return NULL;
}

int profile_get_service(const struct profile_set *s, const char *service, const char *key,
	char **value, struct err *e) {
	*value = NULL;
	const char *name = profile_get(s, "services");
	if (!name)
		return 0;
	const struct section *c = profile_find_section(s, KIND_SERVICES, PROFILE_CONFIG, name,
		strlen(name));
	if (!c) {
		(void)err_set(e, ERR_CONFIG,
			"profile '%s': %s has no section [services NAME] with the name that the profile's services key gives",
			s->name, profile_path(s, PROFILE_CONFIG));
		(void)ini_explain(name, NULL, e);
		return -1;
	}
	size_t n = 0;
	const struct entry *nested = profile_find_entry(c, service);
	const char *found = nested ? find_nested(nested->value, key, &n) : NULL;
	if (!found)
		return 0;
	*value = text_dup(found, n);
	return *value ? 0 : err_no_memory(e);
}
