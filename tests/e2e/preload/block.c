/* Preloaded into the plugin by backstop.t, matrix.t, picker.t and progress.t: makes one libc
 * function block for ten seconds, whatever signal comes, or fail, or write late. */
#define _GNU_SOURCE
#if defined BLOCK_POLL_STDIN || defined BLOCK_POLL_AFTER_MS || defined BLOCK_POLL_UNTIL_MS || \
	defined BLOCK_POLL_FLAG
#define BLOCK_POLL
#endif
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { TEN_SECONDS_MS = 10000, LATE_MS = 400 };

#ifndef FAIL_RESOLVER
static void block(long ms) {
	struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		continue;
}
#endif

#ifdef BLOCK_RESOLVER
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
	struct addrinfo **result) {
	(void)node;
	(void)service;
	(void)hints;
	*result = NULL;
	block(TEN_SECONDS_MS);
	return EAI_AGAIN;
}
#endif

#ifdef BLOCK_WRITE
/* The result takes its time to go out. */
ssize_t write(int fd, const void *bytes, size_t count) {
	if (fd == STDOUT_FILENO)
		block(LATE_MS);
	return (ssize_t)syscall(SYS_write, fd, bytes, count);
}
#endif

#ifdef FAIL_RESOLVER
/* Knows no name; libcurl reads numeric addresses without it. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
	struct addrinfo **result) {
	(void)node;
	(void)service;
	(void)hints;
	*result = NULL;
	return EAI_NONAME;
}
#endif

#ifdef BLOCK_POLL
#ifdef BLOCK_POLL_UNTIL_MS
/* One call lasts until so long after the process began, near enough. */
static int spared(const struct pollfd *fds, nfds_t n) {
	static int blocked;
	(void)fds;
	(void)n;
	if (!blocked++)
		block(BLOCK_POLL_UNTIL_MS);
	return 1;
}
#elif defined BLOCK_POLL_STDIN
/* Only who waits for keys is blocked. */
static int spared(const struct pollfd *fds, nfds_t n) {
	return n == 0 || fds[0].fd != 0;
}
#elif defined BLOCK_POLL_FLAG
/* Nobody is, until the first byte of the file BLOCK_FLAG is not zero; then at once, amid a call. */
static const volatile char *flag;

__attribute__((constructor)) static void map_flag(void) {
	const char *path = getenv("BLOCK_FLAG");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *map = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
	flag = map == MAP_FAILED ? NULL : map;
}
#elif defined BLOCK_POLL_AFTER_MS
/* Nobody is, until so long after the first call. */
static int spared(const struct pollfd *fds, nfds_t n) {
	static struct timespec first;
	struct timespec now;
	(void)fds;
	(void)n;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (first.tv_sec == 0)
		first = now;
	return (now.tv_sec - first.tv_sec) * 1000 + (now.tv_nsec - first.tv_nsec) / 1000000 <
		BLOCK_POLL_AFTER_MS;
}
#endif

#ifdef BLOCK_POLL_FLAG
int poll(struct pollfd *fds, nfds_t n, int timeout_ms) {
	enum { LOOK_MS = 20 };
	for (int left = timeout_ms; flag && !*flag; left -= LOOK_MS) {
		int ms = left >= 0 && left < LOOK_MS ? left : LOOK_MS;
		const struct timespec look = {.tv_nsec = ms * 1000000L};
		int ready = ppoll(fds, n, &look, NULL);
		if (ready != 0 || (timeout_ms >= 0 && left <= LOOK_MS))
			return ready;
	}
	block(TEN_SECONDS_MS);
	return 0;
}
#else
int poll(struct pollfd *fds, nfds_t n, int timeout_ms) {
#if defined BLOCK_POLL_STDIN || defined BLOCK_POLL_AFTER_MS || defined BLOCK_POLL_UNTIL_MS
	if (spared(fds, n)) {
		const struct timespec timeout = {.tv_sec = timeout_ms / 1000,
			.tv_nsec = timeout_ms % 1000 * 1000000L};
		return ppoll(fds, n, timeout_ms < 0 ? NULL : &timeout, NULL);
	}
#endif
	(void)fds;
	(void)n;
	(void)timeout_ms;
	block(TEN_SECONDS_MS);
	return 0;
}
#endif

/* What fortified callers use. */
int __poll_chk(struct pollfd *fds, nfds_t n, int timeout_ms, size_t size);
int __poll_chk(struct pollfd *fds, nfds_t n, int timeout_ms, size_t size) {
	(void)size;
	return poll(fds, n, timeout_ms);
}
#endif
