/* Prints the completion of the plugin's command line for a shell, bash or zsh: a template in which
 * the rows of the plugin's own table of options take the place of the line @OPTIONS@.
 *
 *	completion TEMPLATE
 */
#include "config.h"

#include "aws/config/region.h"
#include "options/table.h"

#include <stdio.h>
#include <string.h>

/* What the option may be followed by; NULL: nothing that is known beforehand. */
static const char *words_of(const struct option_spec *o) {
	return strcmp(o->name, "region") == 0 ? region_names : o->words;
}

/* NAME LETTER ARGUMENT WORDS GROUP, separated by tabs; a dash where there is none. An argument that
 * can only stand behind '=' begins with "[=". */
static void print_rows(void) {
	for (size_t i = 0; i < option_count; i++) {
		const struct option_spec *o = &option_table[i];
		char letter[] = {'-', o->letter, '\0'};
		const char *words = words_of(o);
		bool behind_equals = o->kind == OPTION_HELP || o->kind == OPTION_OPTIONAL;
		printf("--%s\t%s\t%s%s%s\t%s\t%s\n", o->name, letter, behind_equals ? "[=" : "",
			o->argument ? o->argument : "-", behind_equals ? "]" : "",
			words ? words : "-", option_group_titles[o->group]);
	}
}

int main(int argc, char **argv) {
	FILE *template = argc == 2 ? fopen(argv[1], "r") : NULL;
	char line[512];
	if (!template) {
		fputs("completion: the argument has to be a template that can be read\n", stderr);
		return 1;
	}
	while (fgets(line, sizeof line, template)) {
		if (strcmp(line, "@OPTIONS@\n") == 0)
			print_rows();
		else
			fputs(line, stdout);
	}
	(void)fclose(template);
	return fflush(stdout) == 0 ? 0 : 1;
}
