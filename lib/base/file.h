/* Small files, read and replaced whole. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"
#include "base/deadline.h"

#include <sys/types.h>

/* Appends the content of a regular file, pipe or terminal to out (bounded by out's limit). The
 * writer of a pipe or terminal is waited for until the deadline (NULL: without end). A FIFO that
 * nobody has open to write into is empty. 0; 1 when the file does not exist; -1 with ERR_CONFIG
 * (path and reason), ERR_LIMIT or ERR_MEMORY; -1 with ERR_DEADLINE: the message goes on after
 * "timed out, ". */
int file_read(const char *path, const struct deadline *deadline, struct buf *out, struct err *e);

/* The same with another name for messages. */
int file_read_named(const char *path, const char *name, const struct deadline *deadline,
	struct buf *out, struct err *e);

/* What messages may call a file whose path was read from a file or the environment: an absolute
 * path is one; anything else may as well be the secret that belongs into the file. Borrowed. */
const char *file_shown(const char *path);

/* file_read without a deadline from an open descriptor, which stays open; name is for messages. */
int file_read_fd(int fd, const char *name, struct buf *out, struct err *e);

/* Writes n bytes to an open descriptor, going on after signals and after parts. Returns how many
 * were written: fewer than n with the reason in errno, EAGAIN where a descriptor that does not
 * block is full. */
size_t file_write(int fd, const void *bytes, size_t n);

/* Replaces the file, or makes it, with n bytes and exactly this mode: whoever opens it sees the old
 * content or the new one, never a part, and after a failure the old one is there and nothing else.
 * Only SIGKILL or a crash of the host can leave a temporary file behind, named as said below. A
 * symbolic link at the path is replaced, not followed. 0; -1 with ERR_CONFIG (path and reason),
 * ERR_MEMORY. */
int file_replace(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e);

/* The same for a name in an open directory. The temporary file is called .NAME.XXXXXXXX.tmp there
 * (X: hex digits). */
int file_replace_at(int folder, const char *name, const void *bytes, size_t n, mode_t mode,
	struct err *e);

/* Appends path, below the working directory if it is a relative one. Without a working directory
 * out fails. */
void file_add_absolute(struct buf *out, const char *path);

#endif
