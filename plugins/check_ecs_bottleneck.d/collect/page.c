#include "config.h"

#include "collect/page.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* The largest real lists have 200 pages, GetMetricData's largest answers 350; the rest is for short
 * and empty pages. */
enum { MOST_PAGES = 2000 };

int page_advance(struct page_cursor *c, const char *token, const char *operation, struct err *e) {
	if (c->token && strcmp(c->token, token) == 0)
		return err_set(e, ERR_SERVICE, "%s answers with the same page again and again",
			operation);
	if (++c->pages > MOST_PAGES)
		return err_set(e, ERR_SERVICE, "%s answers with more than %d pages", operation,
			MOST_PAGES);
	free(c->token);
	c->token = text_dup(token, strlen(token));
	return c->token ? 0 : err_no_memory(e);
}

void page_free(struct page_cursor *c) {
	free(c->token);
	*c = (struct page_cursor){0};
}
