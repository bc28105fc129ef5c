/* Preloaded into the plugin by backstop.t and matrix.t: makes one libc function block for ten
 * seconds, whatever signal comes, or fail. */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <time.h>

#ifndef FAIL_RESOLVER
static void block(void) {
	struct timespec left = {.tv_sec = 10};
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
	block();
	return EAI_AGAIN;
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
int poll(struct pollfd *fds, nfds_t n, int timeout_ms) {
	(void)fds;
	(void)n;
	(void)timeout_ms;
	block();
	return 0;
}

/* What fortified callers use. */
int __poll_chk(struct pollfd *fds, nfds_t n, int timeout_ms, size_t size);
int __poll_chk(struct pollfd *fds, nfds_t n, int timeout_ms, size_t size) {
	(void)size;
	return poll(fds, n, timeout_ms);
}
#endif
