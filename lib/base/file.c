#include "config.h"

#include "base/file.h"

#include "base/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int file_read_fd(int fd, const char *name, struct buf *out, struct err *e) {
	char chunk[4096];
	int rc = 0;
	for (;;) {
		ssize_t n = read(fd, chunk, sizeof chunk);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = err_set(e, ERR_CONFIG, "cannot read %s: %s", name, strerror(errno));
		if (n <= 0)
			break;
		buf_add(out, chunk, (size_t)n);
		if (buf_check(out, name, e)) {
			rc = -1;
			break;
		}
	}
	crypto_wipe(chunk, sizeof chunk);
	return rc;
}

int file_read(const char *path, struct buf *out, struct err *e) {
	/* O_NONBLOCK: a FIFO without a writer must not hold the check until its deadline. Once it
	 * is open, one with a writer is waited for. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 1;
		return err_set(e, ERR_CONFIG, "cannot open %s: %s", path, strerror(errno));
	}
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	struct stat st;
	int rc = -1;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		(void)err_set(e, ERR_CONFIG, "cannot read %s: it is a directory", path);
	else
		rc = file_read_fd(fd, path, out, e);
	(void)close(fd);
	return rc;
}

const char *env_get(const char *name) {
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}
