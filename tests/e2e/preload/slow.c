/* Preloaded into the plugin by kept.t and kept_cells.t: a host that becomes slow. From the moment
 * that the first byte of the file SLOW_FLAG is not zero, each allocation and sorting takes its
 * time. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { BOOTSTRAP_BYTES = 16384 };

static const volatile char *flag;
static struct timespec each = {.tv_nsec = 5000000};
static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static void (*next_free)(void *);
static void (*next_qsort)(void *, size_t, size_t, int (*)(const void *, const void *));
static char bootstrap[BOOTSTRAP_BYTES];
static size_t bootstrap_used;

static void dawdle(void) {
	int before = errno;
	if (flag && *flag)
		(void)nanosleep(&each, NULL);
	errno = before;
}

/* dlsym() itself may allocate. */
static void *from_bootstrap(size_t n) {
	n = (n + 15) & ~(size_t)15;
	if (n > sizeof bootstrap - bootstrap_used)
		abort();
	void *p = bootstrap + bootstrap_used;
	bootstrap_used += n;
	return p;
}

static int resolve(void) {
	static int busy;
	if (busy)
		return 0;
	busy = 1;
	*(void **)&next_free = dlsym(RTLD_NEXT, "free");
	*(void **)&next_realloc = dlsym(RTLD_NEXT, "realloc");
	*(void **)&next_calloc = dlsym(RTLD_NEXT, "calloc");
	*(void **)&next_qsort = dlsym(RTLD_NEXT, "qsort");
	*(void **)&next_malloc = dlsym(RTLD_NEXT, "malloc");
	busy = 0;
	return 1;
}

void *malloc(size_t n) {
	if (!next_malloc && !resolve())
		return from_bootstrap(n);
	dawdle();
	return next_malloc(n);
}

void *calloc(size_t count, size_t n) {
	if (!next_malloc && !resolve())
		return from_bootstrap(count * n);
	dawdle();
	return next_calloc(count, n);
}

void *realloc(void *p, size_t n) {
	if (!next_malloc && !resolve())
		abort();
	dawdle();
	return next_realloc(p, n);
}

void free(void *p) {
	if (p && ((char *)p < bootstrap || (char *)p >= bootstrap + sizeof bootstrap) && next_free)
		next_free(p);
}

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *)) {
	if (!next_qsort && !resolve())
		abort();
	dawdle();
	next_qsort(base, count, size, compare);
}

__attribute__((constructor)) static void begin(void) {
	const char *path = getenv("SLOW_FLAG");
	const char *ms = getenv("SLOW_EACH_MS");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *map = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return;
	(void)close(fd);
	if (ms) {
		long n = strtol(ms, NULL, 10);
		each = (struct timespec){.tv_sec = n / 1000, .tv_nsec = n % 1000 * 1000000};
	}
	flag = map;
}
