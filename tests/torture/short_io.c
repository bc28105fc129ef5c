/* Preloaded into the plugin by short_io.pl: what it reads and writes goes in pieces of a few bytes,
 * and every so many calls are told to come again. How often is left in a file that both map. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* short_io.pl reads this. */
struct state {
	_Atomic uint64_t calls;
	_Atomic uint64_t cut; /* calls that were given fewer bytes than they asked for */
	_Atomic uint64_t interrupted;
	_Atomic uint64_t deferred;
};

static struct state *state;
static size_t max_bytes;
static uint64_t refuse_every;

__attribute__((constructor)) static void begin(void) {
	const char *path = getenv("SHORT_IO_STATE");
	const char *bytes = getenv("SHORT_IO_BYTES");
	const char *every = getenv("SHORT_IO_EVERY");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *map = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED || !bytes || !every)
		abort();
	(void)close(fd);
	max_bytes = strtoul(bytes, NULL, 10);
	refuse_every = strtoull(every, NULL, 10);
	state = map;
}

/* Datagrams and the counters of eventfd(2) have no part that could come alone. */
static bool is_stream(int fd, bool *is_file) {
	struct stat st;
	int type = 0;
	socklen_t size = sizeof type;
	if (fstat(fd, &st) != 0)
		return false;
	*is_file = S_ISREG(st.st_mode);
	if (S_ISSOCK(st.st_mode))
		return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
			type == SOCK_STREAM;
	return *is_file || S_ISFIFO(st.st_mode);
}

/* Returns whether the call is to fail with the errno set; else *n is what it may take. */
static bool strike(int fd, size_t *n) {
	bool is_file = false;
	if (!state || *n == 0 || !is_stream(fd, &is_file))
		return false;
	uint64_t number = atomic_fetch_add(&state->calls, 1) + 1;
	if (refuse_every > 0 && number % refuse_every == 0) {
		bool waits = !(fcntl(fd, F_GETFL) & O_NONBLOCK);
		if (waits || !is_file) {
			(void)atomic_fetch_add(waits ? &state->interrupted : &state->deferred, 1);
			errno = waits ? EINTR : EAGAIN;
			return true;
		}
	}
	if (*n > max_bytes) {
		*n = max_bytes;
		(void)atomic_fetch_add(&state->cut, 1);
	}
	return false;
}

ssize_t read(int fd, void *bytes, size_t n) {
	ssize_t (*next)(int, void *, size_t);
	*(void **)&next = dlsym(RTLD_NEXT, "read");
	return strike(fd, &n) ? -1 : next(fd, bytes, n);
}

ssize_t write(int fd, const void *bytes, size_t n) {
	ssize_t (*next)(int, const void *, size_t);
	*(void **)&next = dlsym(RTLD_NEXT, "write");
	return strike(fd, &n) ? -1 : next(fd, bytes, n);
}

ssize_t recvfrom(int fd, void *bytes, size_t n, int flags, struct sockaddr *from, socklen_t *size) {
	ssize_t (*next)(int, void *, size_t, int, struct sockaddr *, socklen_t *);
	*(void **)&next = dlsym(RTLD_NEXT, "recvfrom");
	return !(flags & MSG_PEEK) && strike(fd, &n) ? -1 : next(fd, bytes, n, flags, from, size);
}

ssize_t recv(int fd, void *bytes, size_t n, int flags) {
	return recvfrom(fd, bytes, n, flags, NULL, NULL);
}

ssize_t sendto(int fd, const void *bytes, size_t n, int flags, const struct sockaddr *to,
	socklen_t size) {
	ssize_t (*next)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
	*(void **)&next = dlsym(RTLD_NEXT, "sendto");
	return strike(fd, &n) ? -1 : next(fd, bytes, n, flags, to, size);
}

ssize_t send(int fd, const void *bytes, size_t n, int flags) {
	return sendto(fd, bytes, n, flags, NULL, 0);
}

/* With FORTIFY_SOURCE the plugin and the libraries may call these instead. */
ssize_t __read_chk(int fd, void *bytes, size_t n, size_t room);
ssize_t __read_chk(int fd, void *bytes, size_t n, size_t room) {
	if (n > room)
		abort();
	return read(fd, bytes, n);
}

ssize_t __recv_chk(int fd, void *bytes, size_t n, size_t room, int flags);
ssize_t __recv_chk(int fd, void *bytes, size_t n, size_t room, int flags);
ssize_t __recv_chk(int fd, void *bytes, size_t n, size_t room, int flags) {
	if (n > room)
		abort();
	return recv(fd, bytes, n, flags);
}
