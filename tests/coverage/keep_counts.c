/* Linked into the programs of make coverage alone, in place of _exit() and _Exit(): these run no
 * exit handlers, so that what the process has counted would be lost with it. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

void __gcov_dump(void);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);
_Noreturn void __wrap__Exit(int status);

_Noreturn void __wrap__exit(int status) {
	__gcov_dump();
	__real__exit(status);
}

_Noreturn void __wrap__Exit(int status) {
	__wrap__exit(status);
}
