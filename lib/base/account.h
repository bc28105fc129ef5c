/* The account this process runs as. */
#ifndef BASE_ACCOUNT_H
#define BASE_ACCOUNT_H

#include "base/buf.h"

#include <stdbool.h>

/* Appends the effective user's name from the password entry, cleaned, or "with number 1000" when it
 * has none. */
void account_add_name(struct buf *out);

/* Appends the home directory: HOME, else the one in the password entry, else nothing. (HOME can be
 * missing when a daemon runs the check.) */
void account_add_home(struct buf *out);

/* Appends a path as Python's os.path.expanduser gives it: "~" and "~/..." are the home directory,
 * "~NAME" is the one of that account. With variables, $NAME and ${NAME} are replaced first
 * (os.path.expandvars). What is not known stays as it is. */
void account_add_path(struct buf *out, const char *path, bool variables);

#endif
