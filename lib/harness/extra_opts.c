#include "config.h"

#include "harness/extra_opts.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "base/env.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_INI_BYTES = 1024 * 1024, MAX_PATH_BYTES = 4096 };

static const char option_name[] = "--extra-opts";

static int add_word(struct arguments *a, const char *s, size_t n, struct err *e) {
	char **grown = realloc(a->argv, (a->count + 2) * sizeof *grown);
	if (!grown)
		return err_no_memory(e);
	a->argv = grown;
	a->argv[a->count] = text_dup(s, n);
	if (!a->argv[a->count])
		return err_no_memory(e);
	a->argv[++a->count] = NULL;
	return 0;
}

void arguments_free(struct arguments *a) {
	for (size_t i = 0; i < a->count; i++)
		crypto_free_secret(a->argv[i]);
	for (size_t i = 0; i < a->file_count; i++)
		free(a->files[i]);
	free(a->argv);
	free(a->files);
	free(a->origins);
	*a = (struct arguments){0};
}

struct section_reader {
	const char *wanted;
	bool inside, found;
	struct arguments *out;
};

/* Records the file from which the next words come. */
static int add_file(struct arguments *a, const char *shown, struct err *e) {
	char **grown = realloc(a->files, (a->file_count + 1) * sizeof *grown);
	if (!grown)
		return err_no_memory(e);
	a->files = grown;
	grown[a->file_count] = text_dup(shown, strlen(shown));
	return grown[a->file_count++] ? 0 : err_no_memory(e);
}

/* Records the origin of the next word. */
static int add_origin(struct arguments *a, int line, struct err *e) {
	struct argument_origin *grown = realloc(a->origins, a->count * sizeof *grown);
	if (!grown)
		return err_no_memory(e);
	a->origins = grown;
	grown[a->count - 1] = (struct argument_origin){.file = a->files[a->file_count - 1],
		.line = line};
	return 0;
}

/* "w=5" becomes "-w5": getopt would include the "=" of "-w=5" in the value. An empty value leaves
 * the bare option. */
static int add_option(struct arguments *a, const char *key, const char *value, struct err *e) {
	struct buf word;
	buf_init(&word, MAX_INI_BYTES + 3);
	bool letter = strlen(key) == 1;
	buf_addf(&word, letter ? "-%s" : "--%s", key);
	if (*value)
		buf_addf(&word, letter ? "%s" : "=%s", value);
	int rc = buf_check(&word, "option", e);
	if (rc == 0)
		rc = add_word(a, buf_str(&word), word.len, e);
	buf_wipe(&word);
	return rc;
}

static int on_event(void *ctx, enum ini_event event, int line, const char *key, const char *text,
	struct err *e) {
	struct section_reader *r = ctx;
	if (event == INI_SECTION) {
		r->inside = strcmp(text, r->wanted) == 0;
		return 0;
	}
	if (!r->inside)
		return 0;
	if (event == INI_OTHER)
		return err_set(e, ERR_USAGE,
			"line %d has no '='; write each line of section [%s] as KEY=VALUE", line,
			r->wanted);
	r->found = true;
	if (*key == '-')
		return err_set(e, ERR_USAGE,
			"line %d: the key begins with '-'; write the option's name without dashes",
			line);
	if (text_starts_with("extra-opts", key) && strlen(key) > 1)
		return err_set(e, ERR_USAGE, "line %d: extra-opts is not allowed in an ini file",
			line);
	return add_origin(r->out, line, e) || add_option(r->out, key, text, e) ? -1 : 0;
}

/* The directories that the Monitoring Plugins' lib/parse_ini.c searches, and its file names. */
static const char *const search_directories[] = {"/etc/monitoring-plugins", "/etc/nagios",
	"/usr/local/nagios/etc", "/usr/local/etc/nagios", "/etc/opt/nagios",
	"/usr/local/etc/monitoring-plugins", "/usr/local/etc", "/etc/opt", "/etc"};
static const char *const search_names[] = {"monitoring-plugins.ini", "plugins.ini",
	"nagios-plugins.ini"};

static bool find_in(const char *dir, size_t dir_len, char path[static MAX_PATH_BYTES]) {
	for (size_t i = 0; i < sizeof search_names / sizeof search_names[0]; i++) {
		int n = snprintf(path, MAX_PATH_BYTES, "%.*s/%s", (int)dir_len, dir,
			search_names[i]);
		if (n > 0 && n < MAX_PATH_BYTES && access(path, F_OK) == 0)
			return true;
	}
	return false;
}

/* Sets *shown if messages must not call the file by its path. */
static int find_file(char path[static MAX_PATH_BYTES], const char **shown, struct err *e) {
	const char *file = env_get("MP_CONFIG_FILE");
	if (file) {
		(void)snprintf(path, MAX_PATH_BYTES, "%s", file);
		if (*file != '/')
			*shown = "the file that MP_CONFIG_FILE names";
		return 0;
	}
	for (const char *dir = env_get("NAGIOS_CONFIG_PATH"); dir && *dir;) {
		size_t n = strcspn(dir, ":");
		if (n > 0 && find_in(dir, n, path))
			return 0;
		dir += n + (dir[n] == ':');
	}
	for (size_t i = 0; i < sizeof search_directories / sizeof search_directories[0]; i++)
		if (find_in(search_directories[i], strlen(search_directories[i]), path))
			return 0;
	return err_set(e, ERR_USAGE,
		"--extra-opts: no plugins.ini in the usual places; name a file with --extra-opts=@FILE");
}

static int read_text(const char *path, const char *shown, struct buf *text, struct err *e) {
	if (strcmp(path, "-") == 0)
		return file_read_fd(STDIN_FILENO, shown, text, e);
	int rc = file_read(path, shown, NULL, text, e);
	if (rc > 0)
		return err_set(e, ERR_USAGE, "%s%s does not exist", shown == path ? "file " : "",
			shown);
	return rc;
}

/* shown: the file's name in messages; NULL: its path. */
static int read_location(const char *path, const char *shown, struct section_reader *r,
	struct err *e) {
	struct buf text;
	buf_init(&text, MAX_INI_BYTES);
	if (!shown)
		shown = strcmp(path, "-") == 0 ? "standard input" : path;
	int rc = read_text(path, shown, &text, e);
	if (rc == 0)
		rc = add_file(r->out, shown, e);
	if (rc == 0) {
		rc = ini_read(buf_str(&text), text.len, INI_PLUGIN, on_event, r, e);
		if (rc)
			err_prefix(e, "%s", shown);
	}
	if (rc == 0 && !r->found)
		rc = err_set(e, ERR_USAGE, "%s has no section [%s] with options", shown, r->wanted);
	if (rc) {
		err_prefix(e, "%s", option_name);
		e->code = e->code == ERR_SYNTAX ? ERR_USAGE : e->code;
	}
	buf_wipe(&text);
	return rc;
}

/* location is "[SECTION][@FILE]". */
static int expand_location(const char *location, const char *default_section, struct arguments *out,
	struct err *e) {
	char path[MAX_PATH_BYTES];
	const char *shown = NULL;
	const char *at = strchr(location, '@');
	size_t n = at ? (size_t)(at - location) : strlen(location);
	if (at && at[1])
		(void)snprintf(path, sizeof path, "%s", at + 1);
	else if (find_file(path, &shown, e))
		return -1;
	char *section = n > 0 ? text_dup(location, n)
			      : text_dup(default_section, strlen(default_section));
	if (!section)
		return err_no_memory(e);
	struct section_reader r = {.wanted = section, .out = out};
	int rc = read_location(path, shown, &r, e);
	free(section);
	return rc;
}

/* Whether argv[i] is --extra-opts. Sets *location, and *words to how many arguments it consumes. */
static bool is_extra_opts(int argc, char *const *argv, int i, const char **location, int *words) {
	size_t n = sizeof option_name - 1;
	*words = 1;
	*location = "";
	if (strncmp(argv[i], option_name, n) != 0)
		return false;
	if (argv[i][n] == '=') {
		*location = argv[i] + n + 1;
		return true;
	}
	if (argv[i][n] != '\0')
		return false;
	if (i + 1 < argc && argv[i + 1][0] != '-') {
		*location = argv[i + 1];
		*words = 2;
	}
	return true;
}

int extra_opts_expand(int argc, char *const *argv, const char *default_section,
	struct arguments *out, struct err *e) {
	*out = (struct arguments){0};
	const char *location;
	int words;
	bool copy = false; /* the second pass copies what the first one does not consume */
	if (add_word(out, argc > 0 ? argv[0] : default_section,
		    strlen(argc > 0 ? argv[0] : default_section), e))
		goto fail;
	for (int pass = 0; pass < 2; pass++, copy = true) {
		bool options_ended = false;
		for (int i = 1; i < argc; i += words) {
			bool extra = is_extra_opts(argc, argv, i, &location, &words) &&
				!options_ended;
			words = extra ? words : 1;
			options_ended = options_ended || strcmp(argv[i], "--") == 0;
			if (extra && !copy && expand_location(location, default_section, out, e))
				goto fail;
			if (!extra && copy && add_word(out, argv[i], strlen(argv[i]), e))
				goto fail;
		}
		if (!copy)
			out->ini_count = out->count - 1;
	}
	return 0;
fail:
	arguments_free(out);
	return -1;
}
