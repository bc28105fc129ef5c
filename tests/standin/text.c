#define _POSIX_C_SOURCE 200809L
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void give_up(void) {
	fputs("standin: out of memory\n", stderr);
	exit(1);
}

void *must_alloc(size_t size) {
	void *memory = calloc(1, size > 0 ? size : 1);
	if (memory == NULL) {
		give_up();
	}
	return memory;
}

void *must_grow(void *old, size_t size) {
	void *memory = realloc(old, size > 0 ? size : 1);
	if (memory == NULL) {
		give_up();
	}
	return memory;
}

char *must_copy(const char *string) {
	return must_slice(string, strlen(string));
}

char *must_slice(const char *bytes, size_t length) {
	char *copy = must_alloc(length + 1);
	memcpy(copy, bytes, length);
	return copy;
}

static void reserve(struct text *text, size_t more) {
	size_t need = text->length + more + 1;
	if (need <= text->size) {
		return;
	}
	size_t size = text->size > 0 ? text->size : 256;
	while (size < need) {
		size *= 2;
	}
	text->data = must_grow(text->data, size);
	text->size = size;
}

void text_bytes(struct text *text, const char *bytes, size_t length) {
	reserve(text, length);
	if (length > 0) {
		memcpy(text->data + text->length, bytes, length);
	}
	text->length += length;
	text->data[text->length] = '\0';
}

void text_add(struct text *text, const char *string) {
	text_bytes(text, string, strlen(string));
}

void text_addf(struct text *text, const char *format, ...) {
	reserve(text, 128);
	size_t space = text->size - text->length;
	va_list arguments;
	va_start(arguments, format);
	va_list again;
	va_copy(again, arguments);
	int length = vsnprintf(text->data + text->length, space, format, arguments);
	if (length >= 0 && (size_t)length >= space) {
		reserve(text, (size_t)length);
		vsnprintf(text->data + text->length, text->size - text->length, format, again);
	}
	va_end(again);
	va_end(arguments);
	if (length > 0) {
		text->length += (size_t)length;
	}
}

void text_json(struct text *text, const char *string) {
	text_add(text, "\"");
	for (const char *at = string; *at != '\0'; at++) {
		unsigned char byte = (unsigned char)*at;
		if (byte == '"' || byte == '\\') {
			text_bytes(text, "\\", 1);
			text_bytes(text, at, 1);
		} else if (byte < 0x20) {
			text_addf(text, "\\u%04x", byte);
		} else {
			text_bytes(text, at, 1);
		}
	}
	text_add(text, "\"");
}

void text_xml(struct text *text, const char *string) {
	for (const char *at = string; *at != '\0'; at++) {
		switch (*at) {
		case '&':
			text_add(text, "&amp;");
			break;
		case '<':
			text_add(text, "&lt;");
			break;
		case '>':
			text_add(text, "&gt;");
			break;
		default:
			text_bytes(text, at, 1);
		}
	}
}

const char *text_string(const struct text *text) {
	return text->data != NULL ? text->data : "";
}

void text_free(struct text *text) {
	free(text->data);
	*text = (struct text){0};
}
