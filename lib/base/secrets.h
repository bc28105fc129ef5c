/* The keys, tokens and passwords of this run, so that what others say can be kept from repeating
 * them. One registry for the process, as there is one standard output: text of others enters in a
 * dozen places that share nothing, and one that was not handed the list would leak. */
#ifndef BASE_SECRETS_H
#define BASE_SECRETS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

/* Shorter secrets are not looked for (they would be found in harmless words), nor shorter pieces of
 * longer ones. */
enum { SECRETS_MIN_BYTES = 8 };

/* What stands in the place of a secret. */
#define SECRETS_MASK "***"

/* Keeps a copy of a key, token or password (NULL: nothing) until secrets_wipe. To be called before
 * the secret is sent anywhere. 0, or -1 with ERR_MEMORY. */
int secrets_keep(const char *secret, struct err *e);

/* The same for a login: its password, and both as HTTP's Basic scheme writes them (RFC 7617). The
 * user's name alone is no secret. */
int secrets_keep_login(const char *user, const char *password, struct err *e);

/* Puts SECRETS_MASK in the place of every piece of SECRETS_MIN_BYTES bytes and more that is part of
 * a secret: plain, in base64 (also base64url, also inside a longer text that was encoded), in
 * another case of letters, with blanks in between, and with characters written as in URLs (%2F),
 * JSON
 * (\u002f, \/) or XML (&#47;, &amp;), up to three times over. text is one line as text_add_clean
 * makes it, and stays one. Without memory text is emptied and fails. */
void secrets_hide(struct buf *text);

/* Overwrites and frees all that was kept. */
void secrets_wipe(void);

#endif
