#include "config.h"

#include "aws/config/profile_state.h"

#include "base/account.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/env.h"
#include "base/file.h"
#include "base/nearest.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_PATH_BYTES = 4096 };

static void section_free(struct section *c) {
	while (c->first) {
		struct entry *gone = c->first;
		c->first = gone->next;
		free(gone->key);
		crypto_free_secret(gone->value);
		free(gone);
	}
	free(c->name);
	free(c);
}

void profile_free(struct profile_set *s) {
	if (!s)
		return;
	while (s->first && !s->is_view) {
		struct section *gone = s->first;
		s->first = gone->next;
		section_free(gone);
	}
	for (int i = 0; i < PROFILE_FILES && !s->is_view; i++)
		free(s->path[i]);
	free(s->name);
	free(s);
}

/* --- choosing --- */

/* For a private name, similar names are not suggested either: they would reveal it. */
static int check_chosen(const struct profile_set *s, bool need_profile, bool is_private,
	struct err *e) {
	const char *config = profile_path(s, PROFILE_CONFIG);
	const char *credentials = profile_path(s, PROFILE_CREDENTIALS);
	if (!need_profile || profile_exists(s, s->name))
		return 0;
	(void)err_set(e, ERR_CONFIG, "profile '%s' is in neither %s nor %s",
		is_private ? "(named in an ini file)" : s->name,
		*config ? config : "the config file",
		*credentials ? credentials : "the credentials file");
	if (is_private)
		return -1;
	struct nearest near;
	nearest_begin(&near, s->name, strlen(s->name));
	for (const struct section *c = s->first; c; c = c->next)
		if (c->kind == KIND_PROFILE || c->kind == KIND_PLAIN_DEFAULT)
			nearest_consider(&near, c->name, strlen(c->name));
	return nearest_explain(&near, "", e);
}

static struct profile_set *set_new(const char *name, struct err *e) {
	struct profile_set *s = calloc(1, sizeof *s);
	if (s)
		s->name = text_dup(name, strlen(name));
	if (s && s->name)
		return s;
	free(s);
	(void)err_no_memory(e);
	return NULL;
}

struct profile_set *profile_parse(const char *config, const char *credentials, const char *name,
	bool need_profile, struct err *e) {
	struct profile_set *s = set_new(name, e);
	if (!s)
		return NULL;
	s->exists[PROFILE_CONFIG] = config != NULL;
	s->exists[PROFILE_CREDENTIALS] = credentials != NULL;
	if ((config && profile_parse_file(s, PROFILE_CONFIG, config, strlen(config), e)) ||
		(credentials &&
			profile_parse_file(s, PROFILE_CREDENTIALS, credentials, strlen(credentials),
				e)) ||
		check_chosen(s, need_profile, false, e)) {
		profile_free(s);
		return NULL;
	}
	return s;
}

struct profile_set *profile_view(const struct profile_set *s, const char *name, struct err *e) {
	struct profile_set *view = set_new(name, e);
	if (!view)
		return NULL;
	char *own_name = view->name;
	*view = *s;
	view->name = own_name;
	view->is_option = false;
	view->is_view = true;
	return view;
}

/* The path of a file, allocated for the caller: from the variable (a leading "~/" is the home
 * directory), else below the home directory, else "". */
static char *find_path(const char *variable, const char *below_home, struct err *e) {
	struct buf path;
	buf_init(&path, MAX_PATH_BYTES);
	const char *given = env_get(variable);
	if (given && !text_starts_with(given, "~/")) {
		buf_adds(&path, given);
	} else {
		account_add_home(&path);
		if (path.len > 0)
			buf_adds(&path, given ? given + 1 : below_home);
	}
	char *result = buf_take(&path);
	buf_free(&path);
	if (!result)
		(void)err_no_memory(e);
	return result;
}

static int load_file(struct profile_set *s, enum profile_file file, const char *variable,
	const char *below_home, const struct deadline *deadline, struct err *e) {
	s->path[file] = find_path(variable, below_home, e);
	if (!s->path[file])
		return -1;
	if (!*s->path[file])
		return 0;
	struct buf text;
	buf_init(&text, PROFILE_MAX_FILE_BYTES);
	int rc = file_read(s->path[file], profile_path(s, file), deadline, &text, e);
	s->exists[file] = rc == 0;
	if (rc == 0) {
		rc = profile_parse_file(s, file, buf_str(&text), text.len, e);
		if (rc) {
			err_prefix(e, "%s", profile_path(s, file));
			e->code = e->code == ERR_SYNTAX ? ERR_CONFIG : e->code;
		}
	}
	buf_wipe(&text);
	return rc < 0 ? -1 : 0;
}

static struct profile_set *load(const char *option, bool is_private,
	const struct deadline *deadline, struct err *e) {
	const char *given = option ? option : env_get("AWS_PROFILE");
	if (!given)
		given = env_get("AWS_DEFAULT_PROFILE");
	struct profile_set *s = set_new(given ? given : "default", e);
	if (!s)
		return NULL;
	s->is_option = option != NULL;
	if (load_file(s, PROFILE_CONFIG, "AWS_CONFIG_FILE", "/.aws/config", deadline, e) ||
		load_file(s, PROFILE_CREDENTIALS, "AWS_SHARED_CREDENTIALS_FILE",
			"/.aws/credentials", deadline, e) ||
		check_chosen(s, given != NULL, is_private, e)) {
		profile_free(s);
		return NULL;
	}
	return s;
}

struct profile_set *profile_load(const char *option, const struct deadline *deadline,
	struct err *e) {
	return load(option, false, deadline, e);
}

struct profile_set *profile_load_private(const char *option, const struct deadline *deadline,
	struct err *e) {
	return load(option, true, deadline, e);
}

/* --- looking up --- */

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

/* [profile default] takes precedence over [default], whatever their order. */
static const struct section *profile_section(const struct profile_set *s, enum profile_file file,
	const char *name) {
	size_t n = strlen(name);
	const struct section *c = profile_find_section(s, KIND_PROFILE, file, name, n);
	return c ? c : profile_find_section(s, KIND_PLAIN_DEFAULT, file, name, n);
}

bool profile_exists(const struct profile_set *s, const char *name) {
	return profile_section(s, PROFILE_CONFIG, name) ||
		profile_section(s, PROFILE_CREDENTIALS, name);
}

const char *profile_get_from(const struct profile_set *s, enum profile_file file, const char *key) {
	const struct entry *found = profile_find_entry(profile_section(s, file, s->name), key);
	return found && *found->value ? found->value : NULL;
}

const char *profile_get(const struct profile_set *s, const char *key) {
	const char *value = profile_get_from(s, PROFILE_CREDENTIALS, key);
	return value ? value : profile_get_from(s, PROFILE_CONFIG, key);
}

const char *profile_get_sso_session(const struct profile_set *s, const char *name, const char *key,
	bool *exists) {
	const struct section *c = profile_find_section(s, KIND_SSO_SESSION, PROFILE_CONFIG, name,
		strlen(name));
	const struct entry *found = profile_find_entry(c, key);
	if (exists)
		*exists = c != NULL;
	return found && *found->value ? found->value : NULL;
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
		text_trim(&name, &name_len);
		const char *value = equals + 1;
		*value_len = line_len - (size_t)(value - line);
		text_trim(&value, value_len);
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
	if (!c)
		return err_set(e, ERR_CONFIG,
			"profile '%s': %s has no section [services NAME] with the name that its services gives",
			s->name, profile_path(s, PROFILE_CONFIG));
	size_t n = 0;
	const struct entry *nested = profile_find_entry(c, service);
	const char *found = nested ? find_nested(nested->value, key, &n) : NULL;
	if (!found)
		return 0;
	*value = text_dup(found, n);
	return *value ? 0 : err_no_memory(e);
}
