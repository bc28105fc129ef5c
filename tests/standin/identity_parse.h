/* The lines of the account file that say who may call. */
#ifndef STANDIN_IDENTITY_PARSE_H
#define STANDIN_IDENTITY_PARSE_H

#include "parser.h"

/* Read the rest of a line that begins with `word`. False if the word begins no such line. */
bool identity_parse_line(struct parser *parser, const char *word, char **rest);

/* Complete what depends on the whole file. */
void identity_parse_end(struct parser *parser);

#endif
