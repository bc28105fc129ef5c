/* Lists of named values: the fields of a form-encoded body, the arguments of an address. */
#ifndef STANDIN_FORM_H
#define STANDIN_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

struct field {
	char *name, *value;
};

/* All zero is an empty form. */
struct form {
	struct field *fields;
	size_t count;
};

/* Read `name=value&...`. Only what a form may hold bare is taken bare: letters, digits, `-_.~` and
 * `+` for a blank; all else must be percent-encoded UTF-8 without zeros. Names may not come twice.
 * False with the reason in `why`, which holds no value; form_free() must follow either way. */
bool form_parse(struct form *form, const struct text *body, struct text *why);
void form_add(struct form *form, const char *name, const char *value);
void form_free(struct form *form);

/* The value of that name; NULL if there is none. */
const char *form_get(const struct form *form, const char *name);

#endif
