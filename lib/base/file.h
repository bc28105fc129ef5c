/* Reading small files whole, and environment variables with AWS's rule that empty is unset. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"

/* Appends the content of a regular file or pipe to out (bounded by out's limit). 0; 1 when the file
 * does not exist; -1 with ERR_CONFIG (path and reason), ERR_LIMIT or ERR_MEMORY. */
int file_read(const char *path, struct buf *out, struct err *e);

/* The same from an open descriptor, which stays open; name is for messages. */
int file_read_fd(int fd, const char *name, struct buf *out, struct err *e);

/* The variable's value, or NULL when it is unset or empty. Borrowed. */
const char *env_get(const char *name);

#endif
