#define _POSIX_C_SOURCE 200809L
#include "form.h"

#include <stdlib.h>
#include <string.h>

#define BARE "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"

void form_add(struct form *form, const char *name, const char *value) {
	form->fields = must_grow(form->fields, (form->count + 1) * sizeof(*form->fields));
	form->fields[form->count++] = (struct field){must_copy(name), must_copy(value)};
}

void form_free(struct form *form) {
	for (size_t i = 0; i < form->count; i++) {
		free(form->fields[i].name);
		free(form->fields[i].value);
	}
	free(form->fields);
	*form = (struct form){0};
}

const char *form_get(const struct form *form, const char *name) {
	for (size_t i = 0; i < form->count; i++) {
		if (strcmp(form->fields[i].name, name) == 0) {
			return form->fields[i].value;
		}
	}
	return NULL;
}

/* How many bytes the UTF-8 character at `at` has; 0 if it is none. */
static size_t character(const unsigned char *at) {
	size_t more = at[0] < 0x80              ? 0
		: at[0] >= 0xc2 && at[0] < 0xe0 ? 1
		: at[0] >= 0xe0 && at[0] < 0xf0 ? 2
		: at[0] >= 0xf0 && at[0] < 0xf5 ? 3
						: 4;
	for (size_t i = 1; i <= more; i++) {
		if (more == 4 || (at[i] & 0xc0) != 0x80) {
			return 0;
		}
	}
	return more + 1;
}

static bool is_utf8(const char *text) {
	for (const unsigned char *at = (const unsigned char *)text; *at != '\0';) {
		size_t length = character(at);
		if (length == 0) {
			return false;
		}
		at += length;
	}
	return true;
}

static int hex_value(char digit) {
	static const char digits[] = "0123456789abcdef";
	char lower = (char)(digit >= 'A' && digit <= 'F' ? digit - 'A' + 'a' : digit);
	const char *found = lower != '\0' ? strchr(digits, lower) : NULL;
	return found != NULL ? (int)(found - digits) : -1;
}

/* The next byte of an encoded text, of which `left` bytes are left at `at`; 0 if it is not encoded
 * as it must be. */
static char next_byte(const char *at, size_t left, size_t *used) {
	*used = 1;
	if (*at == '+') {
		return ' ';
	}
	if (*at != '%') {
		return (char)(*at != '\0' && strchr(BARE, *at) != NULL ? *at : '\0');
	}
	int high = left > 2 ? hex_value(at[1]) : -1;
	int low = left > 2 ? hex_value(at[2]) : -1;
	*used = 3;
	return (char)(high >= 0 && low >= 0 ? high * 16 + low : 0);
}

/* Decode `length` bytes. The result is the caller's; NULL if they are not encoded as they must be.
 */
static char *decode(const char *bytes, size_t length) {
	struct text out = {0};
	text_add(&out, "");
	for (size_t i = 0; i < length;) {
		size_t used = 0;
		char byte = next_byte(bytes + i, length - i, &used);
		if (byte == '\0') {
			text_free(&out);
			return NULL;
		}
		text_bytes(&out, &byte, 1);
		i += used;
	}
	if (!is_utf8(text_string(&out))) {
		text_free(&out);
	}
	return out.data;
}

static bool parse_field(struct form *form, const char *field, size_t length, struct text *why) {
	const char *equals = memchr(field, '=', length);
	if (equals == NULL) {
		text_add(why, "A field of the form has no '='");
		return false;
	}
	char *name = decode(field, (size_t)(equals - field));
	char *value = decode(equals + 1, length - (size_t)(equals + 1 - field));
	bool valid = true;
	if (name == NULL || value == NULL || name[0] == '\0') {
		text_add(why, "A field of the form is not encoded as it must be");
		valid = false;
	} else if (form_get(form, name) != NULL) {
		text_addf(why, "The field %s comes twice", name);
		valid = false;
	} else {
		form_add(form, name, value);
	}
	free(name);
	free(value);
	return valid;
}

bool form_parse(struct form *form, const struct text *body, struct text *why) {
	const char *at = text_string(body);
	const char *end = at + body->length;
	while (at < end) {
		const char *stop = memchr(at, '&', (size_t)(end - at));
		size_t length = (size_t)((stop != NULL ? stop : end) - at);
		if (!parse_field(form, at, length, why)) {
			return false;
		}
		at += length + 1;
	}
	return true;
}
