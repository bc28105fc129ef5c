#include "config.h"

#include "base/file.h"

#include "base/crypto.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MAX_NAME_BYTES = 255,
	MAX_PATH_BYTES = 4096,
	TEMPORARY_TRIES = 16,
	MAX_WAIT_MS = 100 /* the delay until a stop signal is noticed */
};

/* The kernel stops a process that reads from a terminal of another job, and a stopped process meets
 * no deadline. */
static bool is_terminal_of_another_job(int fd) {
	return isatty(fd) && tcgetpgrp(fd) >= 0 && tcgetpgrp(fd) != getpgrp();
}

static int time_is_over(const char *name, struct err *e) {
	return err_set(e, ERR_DEADLINE, "waiting for input from %s", name);
}

/* Waits until there is something to read. */
static int await_writer(int fd, const char *name, const struct deadline *d, struct err *e) {
	struct pollfd in = {.fd = fd, .events = POLLIN};
	for (;;) {
		if (deadline_is_over(d))
			return time_is_over(name, e);
		int n = poll(&in, 1, deadline_slice_ms(d, MAX_WAIT_MS));
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return err_set(e, ERR_CONFIG, "cannot wait for %s: %s", name,
				strerror(errno));
	}
}

static int read_all(int fd, const char *name, const struct deadline *d, struct buf *out,
	struct err *e) {
	static const struct deadline none;
	char chunk[4096];
	int rc = 0;
	if (is_terminal_of_another_job(fd))
		return err_set(e, ERR_CONFIG,
			"cannot read %s: it is a terminal that another job is using", name);
	while (rc == 0) {
		ssize_t n = read(fd, chunk, sizeof chunk);
		if (n == 0)
			break;
		if (n > 0) {
			buf_add(out, chunk, (size_t)n);
			rc = buf_check(out, name, e);
		} else if (errno == EAGAIN) {
			rc = await_writer(fd, name, d ? d : &none, e);
		} else if (errno != EINTR) {
			rc = err_set(e, ERR_CONFIG, "cannot read %s: %s", name, strerror(errno));
		}
	}
	crypto_wipe(chunk, sizeof chunk);
	return rc;
}

int file_read_fd(int fd, const char *name, struct buf *out, struct err *e) {
	return read_all(fd, name, NULL, out, e);
}

const char *file_shown(const char *path) {
	return *path == '/' ? path : "(a relative path)";
}

int file_read(const char *path, const char *name, const struct deadline *deadline, struct buf *out,
	struct err *e) {
	/* O_NONBLOCK: a FIFO without a writer, or with one that writes nothing, must not block the
	 * check. O_NOCTTY: a terminal must not become the controlling terminal of a daemon's
	 * check. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 1;
		return err_set(e, ERR_CONFIG, "cannot open %s: %s", name, strerror(errno));
	}
	struct stat st;
	int rc = -1;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		(void)err_set(e, ERR_CONFIG, "cannot read %s: it is a directory", name);
	else
		rc = read_all(fd, name, deadline, out, e);
	(void)close(fd);
	return rc;
}

size_t file_write(int fd, const void *bytes, size_t n) {
	size_t done = 0;
	while (done < n) {
		ssize_t written = write(fd, (const char *)bytes + done, n - done);
		if (written == 0)
			errno = EIO;
		if (written > 0)
			done += (size_t)written;
		else if (errno != EINTR)
			break;
	}
	return done;
}

/* --- replacing --- */

/* Creates a file under an unused name; -1 with errno. */
static int open_temporary(int directory, const char *name,
	char temporary[static MAX_NAME_BYTES + 1]) {
	for (int i = 0; i < TEMPORARY_TRIES; i++) {
		uint32_t bits = (uint32_t)(crypto_random_unit(NULL) * 4294967296.0) + (uint32_t)i;
		int n = snprintf(temporary, MAX_NAME_BYTES + 1, ".%s.%08lx.tmp", name,
			(unsigned long)bits);
		if (n < 0 || n > MAX_NAME_BYTES) {
			errno = ENAMETOOLONG;
			return -1;
		}
		int fd = openat(directory, temporary,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

/* -1 with errno. A full disk may not be reported until close. */
static int fill_file(int fd, const void *bytes, size_t n, mode_t mode) {
	int reason = 0;
	if (file_write(fd, bytes, n) < n || fchmod(fd, mode) || fsync(fd))
		reason = errno;
	if (close(fd) && reason == 0)
		reason = errno;
	errno = reason;
	return reason == 0 ? 0 : -1;
}

/* -1 with errno. */
static int replace(int directory, const char *name, const void *bytes, size_t n, mode_t mode) {
	char temporary[MAX_NAME_BYTES + 1];
	int fd = open_temporary(directory, name, temporary);
	if (fd < 0)
		return -1;
	if (fill_file(fd, bytes, n, mode) == 0 &&
		renameat(directory, temporary, directory, name) == 0)
		return 0;
	int reason = errno;
	(void)unlinkat(directory, temporary, 0);
	errno = reason;
	return -1;
}

int file_replace_at(int directory, const char *name, const void *bytes, size_t n, mode_t mode,
	struct err *e) {
	return replace(directory, name, bytes, n, mode) == 0
		? 0
		: err_set(e, ERR_CONFIG, "cannot write %s: %s", name, strerror(errno));
}

int file_replace(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e) {
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char *above = slash ? text_dup(path, slash == path ? 1 : (size_t)(slash - path))
			    : text_dup(".", 1);
	if (!above)
		return err_no_memory(e);
	int directory = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(above);
	int rc = directory >= 0 ? replace(directory, name, bytes, n, mode) : -1;
	if (rc)
		(void)err_set(e, ERR_CONFIG, "cannot write %s: %s", path, strerror(errno));
	if (directory >= 0)
		(void)close(directory);
	return rc;
}

/* --- paths --- */

void file_add_absolute(struct buf *out, const char *path) {
	char above[MAX_PATH_BYTES];
	if (*path != '/') {
		if (!getcwd(above, sizeof above)) {
			out->failed = true;
			return;
		}
		buf_addf(out, "%s/", above);
	}
	buf_adds(out, path);
}
