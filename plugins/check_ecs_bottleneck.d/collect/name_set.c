#include "config.h"

#include "collect/name_set.h"

#include "base/text.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

static int compare_strings(const void *a, const void *b) {
	return strcmp(a, b);
}

int name_set_add(struct name_set *set, const char *name) {
	char *copy = text_dup(name, strlen(name));
	char **found = copy ? tsearch(copy, &set->root, compare_strings) : NULL;
	if (found && *found == copy)
		return 1;
	free(copy);
	return found ? 0 : -1;
}

void name_set_free(struct name_set *set) {
	while (set->root) {
		char *name = *(char **)set->root;
		(void)tdelete(name, &set->root, compare_strings);
		free(name);
	}
}
