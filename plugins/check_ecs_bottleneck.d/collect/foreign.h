/* Words for what an answer holds though AWS would not have sent it. */
#ifndef FOREIGN_H
#define FOREIGN_H

#include "base/err.h"

/* Sets e to ERR_SYNTAX, "WHAT: 'TEXT'", the text cleaned and shortened; returns -1. */
int foreign_arn(struct err *e, const char *what, const char *text);

#endif
