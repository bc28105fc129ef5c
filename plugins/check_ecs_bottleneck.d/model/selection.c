#include "config.h"

#include "model/selection.h"

#include <fnmatch.h>
#include <string.h>

static const char daemon_prefix[] = "daemon:";

bool pattern_is_name(const char *text) {
	return strpbrk(text, "*?[\\") == NULL;
}

bool patterns_are_names(const struct patterns *p) {
	size_t i = 0;
	while (i < p->count && pattern_is_name(p->items[i]))
		i++;
	return p->count > 0 && i == p->count;
}

bool patterns_match(const struct patterns *p, const char *name, bool *matched) {
	bool any = false;
	for (size_t i = 0; i < p->count; i++) {
		bool match = fnmatch(p->items[i], name, 0) == 0;
		if (matched)
			matched[i] = matched[i] || match;
		any = any || match;
	}
	return any;
}

const char *managed_daemon_name(const char *name) {
	const size_t n = sizeof daemon_prefix - 1;
	return strncmp(name, daemon_prefix, n) == 0 ? name + n : NULL;
}
