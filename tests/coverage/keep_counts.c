/* Linked into the programs of make coverage alone, in place of _exit() and _Exit(): these run no
 * exit handlers, so that what the process has counted would be lost with it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

void __gcov_dump(void);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);
_Noreturn void __wrap__Exit(int status);

/* tests/torture/fail_alloc.c, where it is preloaded, must not refuse what gcov allocates. */
static void stop_faults(void) {
	void (*stop)(void);
	*(void **)&stop = dlsym(RTLD_DEFAULT, "torture_stop");
	if (stop)
		stop();
}

__attribute__((constructor)) static void begin(void) {
	(void)atexit(stop_faults);
}

_Noreturn void __wrap__exit(int status) {
	stop_faults();
	__gcov_dump();
	__real__exit(status);
}

_Noreturn void __wrap__Exit(int status) {
	__wrap__exit(status);
}
