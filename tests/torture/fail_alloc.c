/* Preloaded into the plugin by the scripts beside it: counts the allocations of one kind of caller,
 * from the first instruction of main() on, and makes one of them fail. What happened is left in a
 * file that both map, so that it survives any end of the process. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_MODULES = 96, MAX_FRAMES = 32, BOOTSTRAP_BYTES = 16384, TRACE_BYTES = 4000 };

/* Scenario.pm reads this. */
struct state {
	_Atomic uint64_t count;  /* allocations of the kind so far */
	_Atomic uint64_t failed; /* how many were refused */
	char trace[TRACE_BYTES]; /* of the allocation refused, or of the crash after it */
};

enum kind { KIND_OWN, KIND_JSON, KIND_CURL, KIND_OPENSSL, KIND_LIBC, KIND_SELF, KIND_OTHER };

static const struct {
	const char *name;
	enum kind kind;
} libraries[] = {
	{"/libcjson", KIND_JSON},
	{"/libcurl", KIND_CURL},
	{"/libssl", KIND_OPENSSL},
	{"/libcrypto", KIND_OPENSSL},
	{"/libc.so", KIND_LIBC},
	{"/ld-linux", KIND_LIBC},
	{"/libm.so", KIND_LIBC},
	{"/libgcc_s", KIND_LIBC},
	{"fail_alloc", KIND_SELF},
};

struct module {
	uintptr_t begin, end;
	enum kind kind;
	char name[48];
};

static struct module modules[MAX_MODULES];
static size_t module_count;
static struct state *state;
static bool counting;
static bool wanted[KIND_OTHER + 1];
static uint64_t fail_at, fail_until;
static const volatile char *flag; /* counting begins when it is set; NULL: at once */

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static void (*next_free)(void *);
static char bootstrap[BOOTSTRAP_BYTES];
static size_t bootstrap_used;

/* --- who calls --- */

static enum kind kind_of_name(const char *path) {
	if (!*path)
		return KIND_OWN;
	for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++)
		if (strstr(path, libraries[i].name))
			return libraries[i].kind;
	return KIND_OTHER;
}

static int note_module(struct dl_phdr_info *info, size_t size, void *ctx) {
	(void)size;
	(void)ctx;
	struct module m = {.begin = UINTPTR_MAX, .kind = kind_of_name(info->dlpi_name)};
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		if (p->p_type != PT_LOAD)
			continue;
		uintptr_t begin = info->dlpi_addr + p->p_vaddr;
		m.begin = begin < m.begin ? begin : m.begin;
		m.end = begin + p->p_memsz > m.end ? begin + p->p_memsz : m.end;
	}
	const char *slash = strrchr(info->dlpi_name, '/');
	(void)snprintf(m.name, sizeof m.name, "%s",
		*info->dlpi_name ? (slash ? slash + 1 : info->dlpi_name) : "plugin");
	if (module_count < MAX_MODULES && m.end > 0)
		modules[module_count++] = m;
	return 0;
}

static const struct module *module_at(const void *address) {
	for (size_t i = 0; i < module_count; i++)
		if ((uintptr_t)address >= modules[i].begin && (uintptr_t)address < modules[i].end)
			return &modules[i];
	return NULL;
}

static enum kind kind_at(const void *address) {
	const struct module *m = module_at(address);
	return m ? m->kind : KIND_OTHER;
}

/* What libc allocates on somebody's behalf (strdup, opendir) counts as that caller's. */
static enum kind kind_of_caller(const void *caller) {
	enum kind kind = kind_at(caller);
	if (kind != KIND_LIBC)
		return kind;
	void *frames[MAX_FRAMES];
	int n = backtrace(frames, MAX_FRAMES);
	for (int i = 0; i < n; i++) {
		kind = kind_at(frames[i]);
		if (kind == KIND_OWN || kind == KIND_JSON || kind == KIND_CURL)
			return kind;
		if (kind == KIND_OPENSSL || kind == KIND_OTHER)
			return KIND_LIBC;
	}
	return KIND_LIBC;
}

static void write_trace(const char *what) {
	void *frames[MAX_FRAMES];
	int n = backtrace(frames, MAX_FRAMES);
	size_t used = (size_t)snprintf(state->trace, sizeof state->trace, "%s\n", what);
	for (int i = 0; i < n && used < sizeof state->trace - 80; i++) {
		const struct module *m = module_at(frames[i]);
		if (m && m->kind == KIND_SELF)
			continue;
		used += (size_t)snprintf(state->trace + used, sizeof state->trace - used,
			"%s+0x%llx\n", m ? m->name : "?",
			(unsigned long long)((uintptr_t)frames[i] - (m ? m->begin : 0)));
	}
}

/* Returns whether this one is to fail. */
static bool strike(const void *caller) {
	static _Thread_local bool busy;
	if (!counting || busy || (flag && !*flag))
		return false;
	busy = true;
	bool fails = false;
	if (wanted[kind_of_caller(caller)]) {
		uint64_t number = atomic_fetch_add(&state->count, 1) + 1;
		fails = fail_at > 0 && number >= fail_at && number <= fail_until;
		if (fails && atomic_fetch_add(&state->failed, 1) == 0)
			write_trace("refused");
	}
	busy = false;
	if (fails)
		errno = ENOMEM;
	return fails;
}

/* --- the functions that are replaced --- */

static void *from_bootstrap(size_t n) {
	n = (n + 15) & ~(size_t)15;
	if (n > sizeof bootstrap - bootstrap_used)
		abort();
	void *p = bootstrap + bootstrap_used;
	bootstrap_used += n;
	return p;
}

static bool is_bootstrap(const void *p) {
	return (const char *)p >= bootstrap && (const char *)p < bootstrap + sizeof bootstrap;
}

/* Libraries allocate in their constructors, which run before ours; dlsym() may do so itself. */
static bool resolve(void) {
	static bool busy;
	if (busy)
		return false;
	busy = true;
	*(void **)&next_free = dlsym(RTLD_NEXT, "free");
	*(void **)&next_realloc = dlsym(RTLD_NEXT, "realloc");
	*(void **)&next_calloc = dlsym(RTLD_NEXT, "calloc");
	*(void **)&next_malloc = dlsym(RTLD_NEXT, "malloc");
	busy = false;
	return true;
}

void *malloc(size_t n) {
	if (!next_malloc && !resolve())
		return from_bootstrap(n);
	return strike(__builtin_return_address(0)) ? NULL : next_malloc(n);
}

void *calloc(size_t count, size_t n) {
	if (!next_malloc && !resolve())
		return from_bootstrap(count * n);
	return strike(__builtin_return_address(0)) ? NULL : next_calloc(count, n);
}

void *realloc(void *p, size_t n) {
	if ((!next_malloc && !resolve()) || is_bootstrap(p))
		abort();
	return strike(__builtin_return_address(0)) ? NULL : next_realloc(p, n);
}

void free(void *p) {
	if (p && !is_bootstrap(p))
		next_free(p);
}

/* Without jitter there are no pauses between attempts, and so no hours of waiting. */
int RAND_bytes(unsigned char *bytes, int n);
int RAND_bytes(unsigned char *bytes, int n) {
	if (getenv("TORTURE_NO_PAUSE")) {
		memset(bytes, 0, (size_t)n);
		return 1;
	}
	int (*next)(unsigned char *, int);
	*(void **)&next = dlsym(RTLD_NEXT, "RAND_bytes");
	return next(bytes, n);
}

/* --- before main --- */

static void on_crash(int signal_number) {
	char what[40];
	counting = false;
	(void)snprintf(what, sizeof what, "signal %d", signal_number);
	write_trace(what);
	(void)raise(signal_number); /* the handler is gone: the process dies of it */
}

static void catch_crashes(void) {
	static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
	const struct sigaction action = {.sa_handler = on_crash,
		.sa_flags = SA_RESETHAND | SA_NODEFER};
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		(void)sigaction(signals[i], &action, NULL);
}

static void read_orders(void) {
	static const char *const names[] = {"own", "json", "curl", "openssl", "libc", "", "other"};
	const char *kinds = getenv("TORTURE_KINDS");
	const char *at = getenv("TORTURE_AT");
	for (int i = 0; i <= KIND_OTHER; i++)
		wanted[i] = kinds && *names[i] && strstr(kinds, names[i]);
	fail_at = at ? strtoull(at, NULL, 10) : 0;
	fail_until = getenv("TORTURE_AND_ALL_AFTER") ? UINT64_MAX : fail_at;
}

/* The file TORTURE_FLAG, whose first byte a test sets during the run. */
static void read_flag(void) {
	const char *path = getenv("TORTURE_FLAG");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	void *map = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		abort();
	(void)close(fd);
	flag = map;
}

__attribute__((constructor)) static void begin(void) {
	void *frames[2];
	(void)backtrace(frames, 2); /* loads what it needs now */
	const char *path = getenv("TORTURE_STATE");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *map = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		abort();
	(void)close(fd);
	state = map;
	read_orders();
	read_flag();
}

/* For make coverage: gcov's own allocations at the end are none of the run's. */
void torture_stop(void);
void torture_stop(void) {
	counting = false;
}

static int (*real_main)(int, char **, char **);

/* A wrapper such as valgrind may begin as a shell script, whose allocations are none of the run's.
 */
static bool is_plugin(void) {
	const char *name = getenv("TORTURE_PROGRAM");
	return !name || strcmp(name, program_invocation_short_name) == 0;
}

static int counted_main(int argc, char **argv, char **envp) {
	if (!is_plugin())
		return real_main(argc, argv, envp);
	(void)dl_iterate_phdr(note_module, NULL);
	catch_crashes();
	(void)access("/torture/main-begins", F_OK); /* a mark in the list of system calls: io.pl */
	counting = true;
	return real_main(argc, argv, envp);
}

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
	void (*fini)(void), void (*rtld_fini)(void), void *stack_end);
int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
	void (*fini)(void), void (*rtld_fini)(void), void *stack_end) {
	int (*next)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
		void (*)(void), void *);
	*(void **)&next = dlsym(RTLD_NEXT, "__libc_start_main");
	real_main = main;
	return next(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}
