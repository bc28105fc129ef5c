/* Who this process runs as. */
#ifndef BASE_USER_H
#define BASE_USER_H

#include "base/buf.h"

/* Appends the effective user's name by the password entry, cleaned; "with number 1000" when it has
 * none. */
void user_add_name(struct buf *out);

#endif
