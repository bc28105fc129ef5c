/* Prints the completion of the plugin's command line for a shell, bash or zsh: a template in which
 * the rows of the plugin's own table of options take the place of the line @OPTIONS@.
 *
 *	completion TEMPLATE
 */
#include "config.h"

#include "options/table.h"

#include <stdio.h>
#include <string.h>

/* NAME LETTER ARGUMENT WORDS, separated by tabs; a dash where there is none. */
static void print_rows(void) {
	for (size_t i = 0; i < option_count; i++) {
		const struct option_spec *o = &option_table[i];
		char letter[] = {'-', o->letter, '\0'};
		printf("--%s\t%s\t%s\t%s\n", o->name, letter, o->argument ? o->argument : "-",
			o->words ? o->words : "-");
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
