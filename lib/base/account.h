/* The account this process runs as. */
#ifndef BASE_ACCOUNT_H
#define BASE_ACCOUNT_H

#include "base/buf.h"

/* Appends the effective user's name from the password entry, cleaned, or "with number 1000" when it
 * has none. */
void account_add_name(struct buf *out);

/* Appends the home directory: HOME, else the one in the password entry, else nothing. (HOME can be
 * missing when a daemon runs the check.) */
void account_add_home(struct buf *out);

#endif
