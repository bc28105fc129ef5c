/* --extra-opts: a section's name on the first line, behind it the ini file, read from standard
 * input. One word comes of each of the section's keys, and none of them is anything but an option.
 */
#include "config.h"

#include "fuzz.h"

#include "base/ini.h"
#include "harness/extra_opts.h"

#include <stdlib.h>

struct oracle {
	const char *section;
	const struct arguments *got;
	bool inside;
	size_t keys;
};

static int on_event(void *ctx, enum ini_event event, int line, const char *key, const char *text,
	struct err *e) {
	struct oracle *o = ctx;
	(void)e;
	(void)line;
	if (event == INI_SECTION)
		o->inside = strcmp(text, o->section) == 0;
	if (event != INI_KEY || !o->inside)
		return 0;
	fuzz_must(o->keys < o->got->ini_count, "each key gives a word");
	const char *word = o->got->argv[++o->keys];
	struct buf wanted = fuzz_buf();
	bool letter = key[1] == '\0';
	buf_addf(&wanted, "%s%s%s%s", letter ? "-" : "--", key, letter || !*text ? "" : "=", text);
	fuzz_must(strcmp(word, buf_str(&wanted)) == 0, "the word is the option with its value");
	buf_free(&wanted);
	return 0;
}

static void check(const struct arguments *a, const char *section, const char *text) {
	struct oracle o = {.section = section, .got = a};
	struct err e = {.code = ERR_NONE};
	fuzz_must(ini_read(text, strlen(text), INI_PLUGIN, on_event, &o, &e) == 0,
		"what was taken can be read");
	fuzz_must(o.keys > 0 && o.keys == a->ini_count, "as many words as keys");
	fuzz_must(a->count == a->ini_count + 4 && a->argv[a->count] == NULL, "and the others");
	fuzz_must(strcmp(a->argv[0], "plugin") == 0 && strcmp(a->argv[a->count - 3], "-v") == 0 &&
			strcmp(a->argv[a->count - 1], "--extra-opts=x") == 0,
		"the command line comes last, its options' end is heeded");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	char *section = fuzz_field(&in, '\n');
	char *text = fuzz_rest(&in);
	/* "@" would name another file. */
	if (!strchr(section, '@')) {
		struct buf option = fuzz_buf();
		struct arguments a;
		struct err e = {.code = ERR_NONE};
		buf_addf(&option, "--extra-opts=%s@-", section);
		char words[][sizeof "--extra-opts=x"] = {"plugin", "-v", "--", "--extra-opts=x"};
		char *argv[] = {words[0], option.data, words[1], words[2], words[3], NULL};
		fuzz_stdin(text);
		if (extra_opts_expand(5, argv, "default", &a, &e))
			fuzz_must_explain(&e);
		else
			check(&a, *section ? section : "default", text);
		arguments_free(&a);
		buf_free(&option);
	}
	free(section);
	free(text);
	return 0;
}
