#include "config.h"

#include "aws/profile.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/text.h"

#include <ctype.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_FILE_BYTES = 1024 * 1024, MOST_PATH_BYTES = 4096, PASSWD_BYTES = 16384 };

enum kind { KIND_IGNORED, KIND_PROFILE, KIND_PLAIN_DEFAULT, KIND_SSO_SESSION, KIND_SERVICES };

struct entry {
	char *key, *value;
};

struct section {
	enum kind kind;
	enum profile_file file;
	char *name;
	struct entry *entries;
	size_t entry_count;
};

struct profile_set {
	char *name;
	bool is_option;
	char *path[PROFILE_FILES];
	bool exists[PROFILE_FILES];
	struct section *sections;
	size_t section_count;
};

/* --- building --- */

struct parser {
	struct profile_set *set;
	enum profile_file file;
	size_t current;    /* index of the section being filled */
	bool skip_section; /* the section is not one of ours */
	bool skip_key;     /* the key above is not one of ours: its indented lines are not either */
	size_t entry;      /* index of the key that indented lines continue */
	bool nested;       /* the last key was empty: indented lines must be name = value */
};

static bool is_name(const char *s, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr("-_:/%.@+", s[i]))
			return false;
	return n > 0;
}

/* "KEYWORD NAME" in a config file: sets name to NAME, quotes removed (as botocore does). */
static bool split_header(const char *text, const char *keyword, const char **name, size_t *n) {
	size_t k = strlen(keyword);
	if (strncmp(text, keyword, k) != 0 || (text[k] != ' ' && text[k] != '\t'))
		return false;
	*name = text + k;
	*n = strlen(*name);
	text_trim(name, n);
	return true;
}

static enum kind classify(enum profile_file file, const char *text, const char **name, size_t *n) {
	*name = text;
	*n = strlen(text);
	enum kind kind = KIND_IGNORED;
	if (file == PROFILE_CREDENTIALS)
		return is_name(text, *n) ? KIND_PROFILE : KIND_IGNORED;
	if (strcmp(text, "default") == 0)
		return KIND_PLAIN_DEFAULT;
	if (split_header(text, "profile", name, n))
		kind = KIND_PROFILE;
	else if (split_header(text, "sso-session", name, n))
		kind = KIND_SSO_SESSION;
	else if (split_header(text, "services", name, n))
		kind = KIND_SERVICES;
	if (*n >= 2 && (**name == '"' || **name == '\'') && (*name)[*n - 1] == **name) {
		(*name)++;
		*n -= 2;
		return kind;
	}
	return is_name(*name, *n) ? kind : KIND_IGNORED;
}

static struct section *find_section(const struct profile_set *s, enum kind kind,
	enum profile_file file, const char *name, size_t n) {
	for (size_t i = 0; i < s->section_count; i++) {
		struct section *c = &s->sections[i];
		if (c->kind == kind && c->file == file && strlen(c->name) == n &&
			memcmp(c->name, name, n) == 0)
			return c;
	}
	return NULL;
}

static int begin_section(struct parser *p, const char *text, struct err *e) {
	const char *name;
	size_t n;
	enum kind kind = classify(p->file, text, &name, &n);
	p->skip_section = kind == KIND_IGNORED;
	if (p->skip_section)
		return 0;
	struct section *known = find_section(p->set, kind, p->file, name, n);
	if (known) {
		p->current = (size_t)(known - p->set->sections);
		return 0;
	}
	struct section *grown = realloc(p->set->sections,
		(p->set->section_count + 1) * sizeof *grown);
	if (!grown)
		return err_no_memory(e);
	p->set->sections = grown;
	p->current = p->set->section_count;
	grown[p->current] = (struct section){.kind = kind,
		.file = p->file,
		.name = text_dup(name, n)};
	if (!grown[p->current].name)
		return err_no_memory(e);
	p->set->section_count++;
	return 0;
}

static struct entry *find_entry(const struct section *c, const char *key) {
	for (size_t i = 0; c && i < c->entry_count; i++)
		if (strcmp(c->entries[i].key, key) == 0)
			return &c->entries[i];
	return NULL;
}

static int set_entry(struct section *c, const char *key, const char *value, struct err *e) {
	char *copy = text_dup(value, strlen(value));
	struct entry *known = find_entry(c, key);
	if (!copy)
		return err_no_memory(e);
	if (known) {
		crypto_free_secret(known->value);
		known->value = copy;
		return 0;
	}
	char *key_copy = text_dup(key, strlen(key));
	struct entry *grown = realloc(c->entries, (c->entry_count + 1) * sizeof *grown);
	if (grown)
		c->entries = grown;
	if (!key_copy || !grown) {
		free(key_copy);
		crypto_free_secret(copy);
		return err_no_memory(e);
	}
	grown[c->entry_count++] = (struct entry){.key = key_copy, .value = copy};
	return 0;
}

static int begin_key(struct parser *p, const char *key, const char *value, struct err *e) {
	/* A key with blanks in it is not one of AWS's: the SDKs pass over it. */
	p->skip_key = strpbrk(key, " \t") != NULL;
	if (p->skip_key)
		return 0;
	char *lower = text_dup(key, strlen(key));
	if (!lower)
		return err_no_memory(e);
	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	p->nested = *value == '\0';
	struct section *c = &p->set->sections[p->current];
	int rc = set_entry(c, lower, value, e);
	if (rc == 0)
		p->entry = (size_t)(find_entry(c, lower) - c->entries);
	free(lower);
	return rc;
}

static int continue_key(struct parser *p, const char *text, struct err *e) {
	if (p->nested && (!strchr(text, '=') || *text == '='))
		return err_set(e, ERR_SYNTAX, "indented line that is not name = value");
	struct section *c = &p->set->sections[p->current];
	struct entry *last = &c->entries[p->entry];
	struct buf joined;
	buf_init(&joined, MOST_FILE_BYTES);
	buf_addf(&joined, "%s\n%s", last->value, text);
	int rc = buf_check(&joined, "value", e);
	if (rc == 0) {
		crypto_free_secret(last->value);
		last->value = buf_take(&joined);
	}
	buf_wipe(&joined);
	return rc;
}

static int on_event(void *ctx, enum ini_event event, const char *key, const char *text,
	struct err *e) {
	struct parser *p = ctx;
	if (event == INI_SECTION)
		return begin_section(p, text, e);
	if (p->skip_section)
		return 0;
	if (event == INI_KEY)
		return begin_key(p, key, text, e);
	return p->skip_key ? 0 : continue_key(p, text, e);
}

static int parse_file(struct profile_set *s, enum profile_file file, const char *text, size_t n,
	struct err *e) {
	struct parser p = {
		.set = s,
		.file = file,
	};
	return ini_read(text, n, INI_AWS, on_event, &p, e);
}

void profile_free(struct profile_set *s) {
	if (!s)
		return;
	for (size_t i = 0; i < s->section_count; i++) {
		struct section *c = &s->sections[i];
		for (size_t k = 0; k < c->entry_count; k++) {
			free(c->entries[k].key);
			crypto_free_secret(c->entries[k].value);
		}
		free(c->entries);
		free(c->name);
	}
	free(s->sections);
	free(s->path[PROFILE_CONFIG]);
	free(s->path[PROFILE_CREDENTIALS]);
	free(s->name);
	free(s);
}

/* --- choosing --- */

static int check_chosen(const struct profile_set *s, bool need_profile, struct err *e) {
	if (!need_profile || profile_exists(s, s->name))
		return 0;
	return err_set(e, ERR_CONFIG, "profile '%s' is in neither %s nor %s", s->name,
		s->path[PROFILE_CONFIG] && *s->path[PROFILE_CONFIG] ? s->path[PROFILE_CONFIG]
								    : "the config file",
		s->path[PROFILE_CREDENTIALS] && *s->path[PROFILE_CREDENTIALS]
			? s->path[PROFILE_CREDENTIALS]
			: "the credentials file");
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
	if ((config && parse_file(s, PROFILE_CONFIG, config, strlen(config), e)) ||
		(credentials &&
			parse_file(s, PROFILE_CREDENTIALS, credentials, strlen(credentials), e)) ||
		check_chosen(s, need_profile, e)) {
		profile_free(s);
		return NULL;
	}
	return s;
}

/* The home folder, appended to out; nothing when there is none. */
static void add_home(struct buf *out) {
	const char *home = env_get("HOME");
	if (home) {
		buf_adds(out, home);
		return;
	}
	struct passwd entry, *found = NULL;
	char *text = malloc(PASSWD_BYTES);
	if (text && getpwuid_r(geteuid(), &entry, text, PASSWD_BYTES, &found) == 0 && found &&
		found->pw_dir)
		buf_adds(out, found->pw_dir);
	free(text);
}

/* The path of a file, for the caller to free: from the variable (a leading "~/" is the home
 * folder), else below the home folder, else "". */
static char *find_path(const char *variable, const char *below_home, struct err *e) {
	struct buf path;
	buf_init(&path, MOST_PATH_BYTES);
	const char *given = env_get(variable);
	if (given && !text_starts_with(given, "~/")) {
		buf_adds(&path, given);
	} else {
		add_home(&path);
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
	const char *below_home, struct err *e) {
	s->path[file] = find_path(variable, below_home, e);
	if (!s->path[file])
		return -1;
	if (!*s->path[file])
		return 0;
	struct buf text;
	buf_init(&text, MOST_FILE_BYTES);
	int rc = file_read(s->path[file], &text, e);
	s->exists[file] = rc == 0;
	if (rc == 0) {
		rc = parse_file(s, file, buf_str(&text), text.len, e);
		if (rc) {
			err_prefix(e, "%s", s->path[file]);
			e->code = e->code == ERR_SYNTAX ? ERR_CONFIG : e->code;
		}
	}
	buf_wipe(&text);
	return rc < 0 ? -1 : 0;
}

struct profile_set *profile_load(const char *option, struct err *e) {
	const char *given = option ? option : env_get("AWS_PROFILE");
	if (!given)
		given = env_get("AWS_DEFAULT_PROFILE");
	struct profile_set *s = set_new(given ? given : "default", e);
	if (!s)
		return NULL;
	s->is_option = option != NULL;
	if (load_file(s, PROFILE_CONFIG, "AWS_CONFIG_FILE", "/.aws/config", e) ||
		load_file(s, PROFILE_CREDENTIALS, "AWS_SHARED_CREDENTIALS_FILE",
			"/.aws/credentials", e) ||
		check_chosen(s, given != NULL, e)) {
		profile_free(s);
		return NULL;
	}
	return s;
}

/* --- looking up --- */

const char *profile_name(const struct profile_set *s) {
	return s->name;
}

bool profile_is_option(const struct profile_set *s) {
	return s->is_option;
}

const char *profile_path(const struct profile_set *s, enum profile_file file) {
	return s->path[file] ? s->path[file] : "";
}

bool profile_file_exists(const struct profile_set *s, enum profile_file file) {
	return s->exists[file];
}

/* [profile default] beats [default] wherever it stands. */
static const struct section *profile_section(const struct profile_set *s, enum profile_file file,
	const char *name) {
	size_t n = strlen(name);
	const struct section *c = find_section(s, KIND_PROFILE, file, name, n);
	return c ? c : find_section(s, KIND_PLAIN_DEFAULT, file, name, n);
}

bool profile_exists(const struct profile_set *s, const char *name) {
	return profile_section(s, PROFILE_CONFIG, name) ||
		profile_section(s, PROFILE_CREDENTIALS, name);
}

const char *profile_get_from(const struct profile_set *s, enum profile_file file, const char *key) {
	const struct entry *found = find_entry(profile_section(s, file, s->name), key);
	return found && *found->value ? found->value : NULL;
}

const char *profile_get(const struct profile_set *s, const char *key) {
	const char *value = profile_get_from(s, PROFILE_CREDENTIALS, key);
	return value ? value : profile_get_from(s, PROFILE_CONFIG, key);
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
	const struct section *c = find_section(s, KIND_SERVICES, PROFILE_CONFIG, name,
		strlen(name));
	if (!c)
		return err_set(e, ERR_CONFIG,
			"profile '%s' names services = %s, but %s has no section [services %s]",
			s->name, name, profile_path(s, PROFILE_CONFIG), name);
	size_t n = 0;
	const struct entry *nested = find_entry(c, service);
	const char *found = nested ? find_nested(nested->value, key, &n) : NULL;
	if (!found)
		return 0;
	*value = text_dup(found, n);
	return *value ? 0 : err_no_memory(e);
}

void profile_each(const struct profile_set *s, const char *kind,
	void (*visit)(void *ctx, const char *section, const char *key, const char *value),
	void *ctx) {
	enum kind wanted = strcmp(kind, "profile") == 0 ? KIND_PROFILE
		: strcmp(kind, "services") == 0         ? KIND_SERVICES
							: KIND_SSO_SESSION;
	for (size_t i = 0; i < s->section_count; i++) {
		const struct section *c = &s->sections[i];
		bool shadowed = c->kind == KIND_PLAIN_DEFAULT &&
			find_section(s, KIND_PROFILE, c->file, "default", strlen("default"));
		if (c->kind != wanted &&
			!(wanted == KIND_PROFILE && c->kind == KIND_PLAIN_DEFAULT && !shadowed))
			continue;
		if (c->entry_count == 0)
			visit(ctx, c->name, NULL, NULL);
		for (size_t k = 0; k < c->entry_count; k++)
			visit(ctx, c->name, c->entries[k].key, c->entries[k].value);
	}
}
