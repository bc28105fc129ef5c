/* Reading the account file: the state between its lines, and the words of a line. */
#ifndef STANDIN_PARSER_H
#define STANDIN_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account.h"

#define PARSER_BLANKS " \t\r"

struct parser {
	struct account *account;
	const char *name, *directory;
	int64_t start;
	size_t line;
	struct cluster *cluster;
	struct service *service;
	bool failed;
};

/* Say on stderr what is wrong with the line, unless an earlier one failed. */
void parser_fail(struct parser *parser, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The next word of the line; NULL at its end or at a comment. */
char *parser_word(char **rest);

/* The same; the line fails without it, and the result is "". */
const char *parser_need(struct parser *parser, char **rest, const char *what);

/* The value of a word `name=value`, NULL if the word has another name. */
const char *parser_value(const char *word, const char *name);

/* A whole number; the line fails if the word is none. */
long parser_count(struct parser *parser, const char *word);

/* A time such as -30d or +90s, counted from the server's start, as seconds since 1970; the line
 * fails if the word is none. */
int64_t parser_age(struct parser *parser, const char *word);

#endif
