/* Runs a target once over each file of its corpus (tests/fuzz/corpus/NAME for a program fuzz_NAME),
 * or over the files named on the command line, without libFuzzer. Speaks TAP. */
#include "config.h"

#include "fuzz.h"

#include "base/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_PATH_BYTES = 4096, MAX_FILE_BYTES = 1024 * 1024 };

static int fail(const char *what, const char *path) {
	(void)fprintf(stderr, "%s: %s\n", path, what);
	return -1;
}

static int run_file(const char *path) {
	FILE *in = fopen(path, "rb");
	if (!in)
		return fail("cannot be opened", path);
	char *bytes = fuzz_have(malloc(MAX_FILE_BYTES));
	size_t n = fread(bytes, 1, MAX_FILE_BYTES, in);
	int rc = ferror(in) || n == MAX_FILE_BYTES ? fail("cannot be read", path) : 0;
	(void)fclose(in);
	/* The target gets a block of exactly that size. */
	char *data = fuzz_bytes(bytes, n);
	free(bytes);
	if (rc == 0)
		rc = LLVMFuzzerTestOneInput((const uint8_t *)data, n);
	free(data);
	return rc;
}

/* Flushed at once: a target that aborts must not take the lines before it along. */
static int report(int number, const char *name, const char *path) {
	int rc = run_file(path);
	(void)printf("%s %d - %s\n", rc ? "not ok" : "ok", number, name);
	(void)fflush(stdout);
	return rc;
}

static int by_name(const void *a, const void *b) {
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a directory, sorted; *count of them. The caller frees names and list. NULL: none. */
static char **list_folder(const char *folder, int *count) {
	DIR *d = opendir(folder);
	char **names = NULL;
	*count = 0;
	for (struct dirent *entry = d ? readdir(d) : NULL; entry; entry = readdir(d)) {
		if (entry->d_name[0] == '.')
			continue;
		size_t n = (size_t)*count + 1;
		names = fuzz_have(realloc(names, n * sizeof *names));
		names[n - 1] = fuzz_have(text_dup(entry->d_name, strlen(entry->d_name)));
		*count += 1;
	}
	if (d)
		(void)closedir(d);
	if (names)
		qsort(names, (size_t)*count, sizeof *names, by_name);
	return names;
}

static int run_corpus(const char *target) {
	char folder[MAX_PATH_BYTES];
	char path[2 * MAX_PATH_BYTES];
	int failed = 0;
	int count;
	const char *top = getenv("CHECK_ECS_SRCDIR");
	(void)snprintf(folder, sizeof folder, "%s/tests/fuzz/corpus/%s", top ? top : ".", target);
	char **names = list_folder(folder, &count);
	if (count == 0)
		return fail("no corpus is there", folder);
	(void)printf("1..%d\n", count);
	(void)fflush(stdout);
	for (int i = 0; i < count; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		failed |= report(i + 1, names[i], path);
		free(names[i]);
	}
	free(names);
	return failed;
}

int main(int argc, char **argv) {
	static const char prefix[] = "fuzz_";
	int failed = 0;
	if (argc > 1) {
		(void)printf("1..%d\n", argc - 1);
		for (int i = 1; i < argc; i++)
			failed |= report(i, argv[i], argv[i]);
		return failed ? 1 : 0;
	}
	const char *slash = strrchr(argv[0], '/');
	const char *name = slash ? slash + 1 : argv[0];
	return run_corpus(text_starts_with(name, prefix) ? name + strlen(prefix) : name) ? 1 : 0;
}
