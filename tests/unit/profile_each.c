#include "config.h"

#include "profile_each.h"

#include "aws/config/profile_state.h"

#include <string.h>

void profile_each(const struct profile_set *s, const char *kind,
	void (*visit)(void *ctx, const char *section, const char *key, const char *value),
	void *ctx) {
	enum section_kind wanted = strcmp(kind, "profile") == 0 ? KIND_PROFILE
		: strcmp(kind, "services") == 0                 ? KIND_SERVICES
								: KIND_SSO_SESSION;
	for (const struct section *c = s->first; c; c = c->next) {
		bool shadowed = c->kind == KIND_PLAIN_DEFAULT &&
			profile_find_section(s, KIND_PROFILE, c->file, "default",
				strlen("default"));
		if (c->kind != wanted &&
			!(wanted == KIND_PROFILE && c->kind == KIND_PLAIN_DEFAULT && !shadowed))
			continue;
		if (!c->first)
			visit(ctx, c->name, NULL, NULL);
		for (const struct entry *x = c->first; x; x = x->next)
			visit(ctx, c->name, x->key, x->value);
	}
}
