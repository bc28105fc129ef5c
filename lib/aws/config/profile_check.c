#include "config.h"

#include "aws/config/profile_state.h"

#include "base/buf.h"
#include "base/ini.h"
#include "base/nearest.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { MAX_NAME_CHARS = 120, MAX_TEXT_BYTES = 1024 };

/* The path of a file, or what stands for it. */
static const char *path_of(const struct profile_set *s, enum profile_file file) {
	const char *path = profile_path(s, file);
	return *path ? path : file == PROFILE_CONFIG ? "the config file" : "the credentials file";
}

/* --- what can be read --- */

/* NULL is not spoilt. whose: for the message. */
static int check_section(const struct profile_set *s, const struct section *c, const char *whose,
	struct err *e) {
	if (!c || !c->bad_reason)
		return 0;
	return err_set(e, ERR_CONFIG, "%s: line %d: %s; correct it to use %s", path_of(s, c->file),
		c->bad_line, c->bad_reason, whose);
}

static const struct section *find_stray(const struct profile_set *s, enum profile_file file) {
	return profile_find_section(s, KIND_STRAY, file, "", 0);
}

/* The sections of one file that make the profile. Text before the first section belongs to the
 * default profile: whoever forgets [default] means that one. */
static int check_file(const struct profile_set *s, enum profile_file file, const char *name,
	const char *whose, struct err *e) {
	const struct section *c = profile_section(s, file, name);
	const struct section *fallback = profile_find_section(s, KIND_FALLBACK, file, "DEFAULT",
		strlen("DEFAULT"));
	if (check_section(s, c, whose, e) || (c && check_section(s, fallback, whose, e)))
		return -1;
	return strcmp(name, "default") == 0 ? check_section(s, find_stray(s, file), whose, e) : 0;
}

/* The section of the config file that a key of the profile names. */
static int check_named(const struct profile_set *s, enum section_kind kind, const char *profile,
	const char *key, const char *whose, struct err *e) {
	const char *name = profile_value(s, profile, key);
	return name ? check_section(s,
			      profile_find_section(s, kind, PROFILE_CONFIG, name, strlen(name)),
			      whose, e)
		    : 0;
}

static int check_profile(const struct profile_set *s, const char *name, bool is_private,
	struct err *e) {
	struct buf whose;
	buf_init(&whose, MAX_TEXT_BYTES);
	buf_adds(&whose, "profile '");
	text_add_clean(&whose, is_private ? "(named in an ini file)" : name, MAX_NAME_CHARS);
	buf_adds(&whose, "'");
	const char *shown = buf_str(&whose);
	int rc = check_file(s, PROFILE_CONFIG, name, shown, e) ||
			check_file(s, PROFILE_CREDENTIALS, name, shown, e) ||
			check_named(s, KIND_SSO_SESSION, name, "sso_session", shown, e) ||
			check_named(s, KIND_SERVICES, name, "services", shown, e)
		? -1
		: 0;
	buf_free(&whose);
	return rc;
}

int profile_check(const struct profile_set *s, const char *name, struct err *e) {
	return check_profile(s, name, false, e);
}

/* --- what is not there --- */

/* Appends where the profile is after all, but under a heading that the file does not allow. */
static bool explain_heading(const struct profile_set *s, struct err *e) {
	static const struct {
		enum profile_file file;
		enum section_kind kind;
		const char *keyword, *right; /* the keyword that is there, the right heading */
	} headings[] = {
		{PROFILE_CONFIG, KIND_OTHER, "", "[profile NAME]"},
		{PROFILE_CONFIG, KIND_OTHER, "profile ", "[profile 'NAME'], in quotes"},
		{PROFILE_CONFIG, KIND_OTHER, "Profile ", "[profile NAME], in small letters"},
		{PROFILE_CREDENTIALS, KIND_PROFILE, "profile ", "[NAME]"},
	};
	for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++) {
		struct buf text;
		buf_init(&text, MAX_TEXT_BYTES);
		buf_addf(&text, "%s%s", headings[i].keyword, s->name);
		const struct section *c = profile_find_section(s, headings[i].kind,
			headings[i].file, buf_str(&text), text.len);
		buf_free(&text);
		if (!c)
			continue;
		err_suffix(e, "; %s: line %d: write %s there", path_of(s, c->file), c->line,
			headings[i].right);
		return true;
	}
	return false;
}

void profile_explain_heading(const struct profile_set *s, struct err *e) {
	if (!profile_section(s, PROFILE_CONFIG, s->name))
		(void)explain_heading(s, e);
}

static int explain_missing(const struct profile_set *s, struct err *e) {
	for (int file = 0; file < PROFILE_FILES; file++) {
		const struct section *stray = find_stray(s, (enum profile_file)file);
		if (stray)
			err_suffix(e, "; %s: line %d: %s", path_of(s, stray->file), stray->bad_line,
				stray->bad_reason);
	}
	if (explain_heading(s, e))
		return -1;
	struct nearest near;
	nearest_begin(&near, s->name, strlen(s->name));
	for (const struct section *c = s->first; c; c = c->next)
		if (c->kind == KIND_PROFILE || c->kind == KIND_PLAIN_DEFAULT)
			nearest_consider(&near, c->name, strlen(c->name));
	return nearest_explain(&near, "", e);
}

int profile_check_chosen(const struct profile_set *s, bool need, bool is_private, struct err *e) {
	if (!need || profile_exists(s, s->name))
		return check_profile(s, s->name, is_private, e);
	(void)err_set(e, ERR_CONFIG, "profile '%s' is in neither %s nor %s",
		is_private ? "(named in an ini file)" : s->name, path_of(s, PROFILE_CONFIG),
		path_of(s, PROFILE_CREDENTIALS));
	if (ini_explain(s->name, NULL, e) || is_private)
		return -1;
	return explain_missing(s, e);
}
