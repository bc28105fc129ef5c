/* The keys, tokens and passwords of this run, to be removed from text that others send. One
 * registry for the process, as there is one standard output: such text arrives in a dozen unrelated
 * places, and one without the list would leak. */
#ifndef BASE_SECRETS_H
#define BASE_SECRETS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

/* Shorter secrets are not searched for (they occur in harmless words), nor are shorter pieces of
 * longer ones. */
enum { SECRETS_MIN_BYTES = 8 };

/* The replacement for a secret. */
#define SECRETS_MASK "***"

/* Keeps a copy of a key, token or password (NULL: nothing) until secrets_wipe. Call it before the
 * secret is sent anywhere. 0, or -1 with ERR_MEMORY. */
int secrets_keep(const char *secret, struct err *e);

/* The same for a login: its password, and both as encoded by HTTP's Basic scheme (RFC 7617). The
 * user's name alone is not secret. */
int secrets_keep_login(const char *user, const char *password, struct err *e);

/* Replaces with SECRETS_MASK every piece of at least SECRETS_MIN_BYTES bytes that is part of a
 * secret: plain, in base64 (also base64url, also within a longer encoded text), in another case,
 * with blanks in between, and with characters escaped as in URLs (%2F), JSON (\u002f, \/) or XML
 * (&#47;, &amp;), up to three times over. text is one line from text_add_clean, and stays one. When
 * out of memory, text is emptied and fails. */
void secrets_hide(struct buf *text);

/* Overwrites and frees all kept secrets. */
void secrets_wipe(void);

#endif
