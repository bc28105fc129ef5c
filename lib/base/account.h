/* The account that this process runs as. */
#ifndef BASE_ACCOUNT_H
#define BASE_ACCOUNT_H

#include "base/buf.h"

/* Appends the effective user's name by the password entry, cleaned; "with number 1000" when it has
 * none. */
void account_add_name(struct buf *out);

/* Appends the home directory: HOME, else the password entry's; nothing when there is neither. (HOME
 * can be missing where a daemon runs the check.) */
void account_add_home(struct buf *out);

#endif
