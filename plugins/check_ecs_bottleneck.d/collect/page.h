/* Following the pages of a list. */
#ifndef PAGE_H
#define PAGE_H

#include "base/err.h"

/* Zeroed: the first page. */
struct page_cursor {
	char *token; /* what the page is asked for with; NULL: the first one */
	int pages;   /* followed so far */
};

/* Moves on to the page with this token (copied). 0, or -1 with ERR_SERVICE when the token repeats
 * or there are more pages than any real answer has (following them would never end), or ERR_MEMORY.
 * operation is for the message. */
int page_advance(struct page_cursor *c, const char *token, const char *operation, struct err *e);

/* Back to the first page; takes a zeroed struct. */
void page_free(struct page_cursor *c);

#endif
