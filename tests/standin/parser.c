#define _POSIX_C_SOURCE 200809L
#include "parser.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void parser_fail(struct parser *parser, const char *format, ...) {
	if (parser->failed) {
		return;
	}
	parser->failed = true;
	fprintf(stderr, "standin: %s:%zu: ", parser->name, parser->line);
	va_list arguments;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

char *parser_word(char **rest) {
	char *word = strtok_r(NULL, PARSER_BLANKS, rest);
	if (word != NULL && word[0] == '#') {
		*rest = word + strlen(word);
		return NULL;
	}
	return word;
}

const char *parser_need(struct parser *parser, char **rest, const char *what) {
	const char *word = parser_word(rest);
	if (word == NULL) {
		parser_fail(parser, "%s is missing", what);
		return "";
	}
	return word;
}

const char *parser_value(const char *word, const char *name) {
	size_t length = strlen(name);
	return strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

long parser_count(struct parser *parser, const char *word) {
	char *end = NULL;
	size_t digits = strspn(word, "0123456789");
	long number = digits > 0 && digits < 10 ? strtol(word, &end, 10) : -1;
	if (end == NULL || *end != '\0' || number > INT_MAX) {
		parser_fail(parser, "'%s' is not a whole number", word);
		return 0;
	}
	return number;
}

int64_t parser_age(struct parser *parser, const char *word) {
	static const char units[] = "smhd";
	static const int64_t seconds[] = {1, 60, 3600, 86400};
	bool is_signed = word[0] == '-' || word[0] == '+';
	size_t digits = is_signed ? strspn(word + 1, "0123456789") : 0;
	const char *unit = digits > 0 && digits < 10 ? strchr(units, word[digits + 1]) : NULL;
	if (unit == NULL || *unit == '\0' || word[digits + 2] != '\0') {
		parser_fail(parser, "'%s' is not an age such as -30d, -2h, -5m or -90s", word);
		return 0;
	}
	int64_t distance = strtol(word + 1, NULL, 10) * seconds[unit - units];
	return word[0] == '-' ? parser->start - distance : parser->start + distance;
}
