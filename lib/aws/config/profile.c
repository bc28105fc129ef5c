#include "config.h"

#include "aws/config/profile_state.h"

#include "base/account.h"
#include "base/buf.h"
#include "base/env.h"
#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_PATH_BYTES = 4096 };

void profile_free(struct profile_set *s) {
	if (!s)
		return;
	if (!s->is_view)
		profile_free_sections(s);
	for (int i = 0; i < PROFILE_FILES && !s->is_view; i++)
		free(s->path[i]);
	free(s->name);
	free(s);
}

static struct profile_set *set_new(const char *name, struct err *e) {
	struct profile_set *s = calloc(1, sizeof *s);
	if (s) {
		s->name = text_dup(name, strlen(name));
		s->by_hash = calloc(PROFILE_HASHES, sizeof(struct section *));
	}
	if (s && s->name && s->by_hash)
		return s;
	profile_free(s);
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
		profile_check_chosen(s, need_profile, false, e)) {
		profile_free(s);
		return NULL;
	}
	return s;
}

struct profile_set *profile_view(const struct profile_set *s, const char *name, struct err *e) {
	struct profile_set *view = calloc(1, sizeof *view);
	char *own_name = text_dup(name, strlen(name));
	if (!view || !own_name) {
		free(view);
		free(own_name);
		(void)err_no_memory(e);
		return NULL;
	}
	*view = *s;
	view->name = own_name;
	view->is_option = false;
	view->is_view = true;
	return view;
}

/* The path of a file, allocated for the caller: from the variable, expanded as the AWS CLI does,
 * else below the home directory, else "". */
static char *find_path(const char *variable, const char *below_home, struct err *e) {
	struct buf path;
	buf_init(&path, MAX_PATH_BYTES);
	const char *given = env_get(variable);
	if (given) {
		account_add_path(&path, given, true);
	} else {
		account_add_home(&path);
		if (path.len > 0)
			buf_adds(&path, below_home);
	}
	char *result = buf_take(&path);
	if (!result && !path.failed)
		result = text_dup("", 0);
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
		profile_check_chosen(s, given != NULL, is_private, e)) {
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
