/* Small files, read and replaced as a whole. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"
#include "base/deadline.h"

#include <sys/types.h>

/* Appends the content of a regular file, pipe or terminal to out (up to out's bound). Waits for the
 * writer of a pipe or terminal until the deadline (NULL: indefinitely). A FIFO that nobody has open
 * for writing is empty. name stands for the path in messages. 0; 1 when the file does not exist; -1
 * with ERR_CONFIG (name and reason), ERR_LIMIT or ERR_MEMORY; -1 with ERR_DEADLINE: the message
 * continues "timed out, ". */
int file_read(const char *path, const char *name, const struct deadline *deadline, struct buf *out,
	struct err *e);

/* The name in messages for a file whose path comes from a file or the environment. An absolute path
 * is shown; anything else may be the very secret that belongs in the file. Borrowed. */
const char *file_shown(const char *path);

/* As file_read without a deadline, from an open descriptor, which stays open; name is for
 * messages. */
int file_read_fd(int fd, const char *name, struct buf *out, struct err *e);

/* Writes n bytes to an open descriptor, continuing after signals and partial writes. Returns the
 * number of bytes written: fewer than n with the reason in errno, EAGAIN when a non-blocking
 * descriptor is full. */
size_t file_write(int fd, const void *bytes, size_t n);

/* Creates or replaces the file with n bytes and exactly this mode. A reader sees the old content or
 * the new, never a part. After a failure the old file is unchanged and nothing else is left. Only
 * SIGKILL or a crash of the host can leave a temporary file, named as below. A symbolic link at the
 * path is replaced, not followed. 0; -1 with ERR_CONFIG (path and reason), ERR_MEMORY. */
int file_replace(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e);

/* As file_replace, for a name in an open directory. The temporary file there is called
 * .NAME.XXXXXXXX.tmp (X: hex digits). */
int file_replace_at(int directory, const char *name, const void *bytes, size_t n, mode_t mode,
	struct err *e);

/* Appends path, made absolute with the working directory. out fails if there is none. */
void file_add_absolute(struct buf *out, const char *path);

#endif
