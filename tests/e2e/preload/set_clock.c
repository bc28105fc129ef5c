/* Preloaded into the plugin by clock.t: once a request for GetMetricData goes out, the host's clock
 * is set by SET_CLOCK_S seconds. The monotonic clock goes on. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

static int is_set;

int clock_gettime(clockid_t id, struct timespec *t) {
	int (*real)(clockid_t, struct timespec *) = (int (*)(clockid_t,
		struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	int rc = real(id, t);
	if (rc == 0 && id == CLOCK_REALTIME && is_set)
		t->tv_sec += SET_CLOCK_S;
	return rc;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone) {
	struct timespec now;
	(void)zone;
	int rc = clock_gettime(CLOCK_REALTIME, &now);
	t->tv_sec = now.tv_sec;
	t->tv_usec = now.tv_nsec / 1000;
	return rc;
}

time_t time(time_t *out) {
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (out)
		*out = now.tv_sec;
	return now.tv_sec;
}

ssize_t send(int fd, const void *bytes, size_t n, int flags) {
	ssize_t (*real)(int, const void *, size_t,
		int) = (ssize_t(*)(int, const void *, size_t, int))dlsym(RTLD_NEXT, "send");
	ssize_t sent = real(fd, bytes, n, flags);
	if (memmem(bytes, n, "GetMetricData", strlen("GetMetricData")))
		is_set = 1;
	return sent;
}
