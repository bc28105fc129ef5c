/* Small files, read and replaced whole; the home folder; environment variables with AWS's rule that
 * empty is unset. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"

#include <sys/types.h>

/* Appends the content of a regular file or pipe to out (bounded by out's limit). 0; 1 when the file
 * does not exist; -1 with ERR_CONFIG (path and reason), ERR_LIMIT or ERR_MEMORY. */
int file_read(const char *path, struct buf *out, struct err *e);

/* The same with another name for messages. */
int file_read_named(const char *path, const char *name, struct buf *out, struct err *e);

/* What messages may call a file whose path was read from a file or the environment: an absolute
 * path is one; anything else may as well be the secret that belongs into the file. Borrowed. */
const char *file_shown(const char *path);

/* file_read from an open descriptor, which stays open; name is for messages. */
int file_read_fd(int fd, const char *name, struct buf *out, struct err *e);

/* Replaces the file, or makes it, with n bytes and exactly this mode: whoever opens it sees the old
 * content or the new one, never a part, and after a failure the old one is there and nothing else.
 * Only SIGKILL or a crash of the host can leave a temporary file behind, named as said below. A
 * symbolic link at the path is replaced, not followed. 0; -1 with ERR_CONFIG (path and reason),
 * ERR_MEMORY. */
int file_replace(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e);

/* The same for a name in an open folder. The temporary file is called .NAME.XXXXXXXX.tmp there (X:
 * hex digits). */
int file_replace_at(int folder, const char *name, const void *bytes, size_t n, mode_t mode,
	struct err *e);

/* Appends the home folder: HOME, else the password entry's; nothing when there is neither. (HOME
 * can be missing where a daemon runs the check.) */
void file_add_home(struct buf *out);

/* The variable's value, or NULL when it is unset or empty. Borrowed. */
const char *env_get(const char *name);

#endif
