/* The AWS config and credentials files (separated by a NUL): every setting that is there can be
 * looked up, and is the same when it was written down and read again. */
#include "config.h"

#include "fuzz.h"
#include "profile_each.h"

#include "aws/config/profile.h"

#include <stdlib.h>

static const char *const kinds[] = {"profile", "sso-session", "services"};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* --- looking up --- */

struct lookup {
	const struct profile_set *set;
	enum profile_file file;
};

static void must_be_found(void *ctx, const char *section, const char *key, const char *value) {
	const struct lookup *l = ctx;
	struct err e = {.code = ERR_NONE};
	fuzz_must(profile_exists(l->set, section), "a profile that is there exists");
	struct profile_set *view = fuzz_have(profile_view(l->set, section, &e));
	if (key) {
		const char *found = profile_get_from(view, l->file, key);
		fuzz_must(*value ? found && strcmp(found, value) == 0 : !found,
			"a setting that is there is found, an empty one is absent");
		found = profile_get(view, key);
		fuzz_must(*value ? found && strcmp(found, value) == 0 : !found,
			"and by both files together");
	}
	profile_free(view);
}

static void session_must_be_found(void *ctx, const char *section, const char *key,
	const char *value) {
	const struct lookup *l = ctx;
	bool exists = false;
	const char *found = profile_get_sso_session(l->set, section, key ? key : "x", &exists);
	fuzz_must(exists, "a session that is there exists");
	fuzz_must(!key || (*value ? found && strcmp(found, value) == 0 : !found),
		"its setting is found");
}

static void look_up_service(const struct profile_set *set) {
	static const char *const services[] = {"ecs", "cloudwatch", "sts"};
	for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
		struct err e = {.code = ERR_NONE};
		char *value = NULL;
		if (profile_get_service(set, services[i], "endpoint_url", &value, &e)) {
			fuzz_must_explain(&e);
			fuzz_must(profile_get(set, "services") != NULL,
				"only a profile that names services lacks them");
		}
		free(value);
	}
}

/* --- writing down --- */

struct writer {
	struct buf text;
	const char *kind;
	enum profile_file file;
};

static void write_setting(void *ctx, const char *section, const char *key, const char *value) {
	struct writer *w = ctx;
	if (w->file == PROFILE_CONFIG) {
		/* A backslash before each character makes it an ordinary one; the quotes keep a
		 * blank at the end. */
		buf_addf(&w->text, "[%s ", w->kind);
		for (const char *c = section; *c; c++)
			buf_addf(&w->text, "\\%c", *c);
		buf_adds(&w->text, "'']\n");
	} else {
		buf_addf(&w->text, "[%s]\n", section);
	}
	if (!key)
		return;
	fuzz_must(!strpbrk(key, " \t\nABCDEFGHIJKLMNOPQRSTUVWXYZ"), "keys are lower case words");
	buf_addf(&w->text, "%s=", key);
	for (; *value; value++)
		buf_adds(&w->text, *value == '\n' ? "\n " : (char[]){*value, '\0'});
	buf_addc(&w->text, '\n');
}

static void write_all(const struct profile_set *set, enum profile_file file, struct buf *out) {
	struct writer w = {.text = fuzz_buf(), .file = file};
	for (size_t i = 0; i < KINDS; i++) {
		w.kind = kinds[i];
		profile_each(set, kinds[i], write_setting, &w);
	}
	*out = w.text;
}

static struct profile_set *parse(enum profile_file file, const char *text) {
	struct err e = {.code = ERR_NONE};
	bool is_config = file == PROFILE_CONFIG;
	struct profile_set *set = profile_parse(is_config ? text : NULL, is_config ? NULL : text,
		"default", false, &e);
	if (!set)
		fuzz_must_explain(&e);
	return set;
}

static void one_file(enum profile_file file, const char *text) {
	struct buf once;
	struct buf twice;
	struct profile_set *set = parse(file, text);
	if (!set)
		return;
	struct lookup l = {.set = set, .file = file};
	profile_each(set, "profile", must_be_found, &l);
	profile_each(set, "sso-session", session_must_be_found, &l);
	look_up_service(set);
	write_all(set, file, &once);
	struct profile_set *again = fuzz_have(parse(file, buf_str(&once)));
	write_all(again, file, &twice);
	fuzz_must(fuzz_same(&once, &twice), "what was written reads as the same");
	buf_free(&once);
	buf_free(&twice);
	profile_free(set);
	profile_free(again);
}

static void both_files(const char *config, const char *credentials) {
	struct err e = {.code = ERR_NONE};
	struct profile_set *set = profile_parse(config, credentials, "default", false, &e);
	if (!set)
		return;
	static const char *const keys[] = {"aws_access_key_id", "region", "services"};
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		const char *secret = profile_get_from(set, PROFILE_CREDENTIALS, keys[i]);
		const char *other = profile_get_from(set, PROFILE_CONFIG, keys[i]);
		const char *chosen = profile_get(set, keys[i]);
		fuzz_must(chosen == (secret ? secret : other), "the credentials file wins");
	}
	look_up_service(set);
	profile_free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	char *config = fuzz_field(&in, '\0');
	char *credentials = fuzz_rest(&in);
	one_file(PROFILE_CONFIG, config);
	one_file(PROFILE_CREDENTIALS, credentials);
	both_files(config, credentials);
	free(config);
	free(credentials);
	return 0;
}
