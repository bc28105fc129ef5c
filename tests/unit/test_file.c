/* Reading small files, and the environment. */
#include "config.h"

#include "support.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void files_are_read_whole(void **state) {
	(void)state;
	struct buf b;
	struct err e = {.code = ERR_NONE};
	static char large[100000];
	memset(large, 'x', sizeof large);
	large[50000] = '\0';
	buf_init(&b, sizeof large + 6);
	buf_adds(&b, "kept: ");
	assert_int_equal(file_read(scratch_write("large", large, sizeof large), &b, &e), 0);
	assert_int_equal(b.len, sizeof large + 6);
	assert_memory_equal(b.data + 6, large, sizeof large);
	buf_free(&b);
	assert_int_equal(file_read(scratch_text("empty", ""), &b, &e), 0);
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

static void missing_files_are_told_apart(void **state) {
	(void)state;
	struct buf b;
	struct err e = {.code = ERR_NONE};
	buf_init(&b, 100);
	assert_int_equal(file_read(scratch_path("missing"), &b, &e), 1);
	assert_int_equal(file_read("/nonexistent/directory/file", &b, &e), 1);
	buf_free(&b);
}

static void what_cannot_be_read_is_an_error(void **state) {
	(void)state;
	struct buf b;
	struct err e = {.code = ERR_NONE};
	buf_init(&b, 10);
	const char *directory = scratch_path("directory");
	assert_int_equal(mkdir(directory, 0700), 0);
	assert_int_equal(file_read(directory, &b, &e), -1);
	assert_int_equal(e.code, ERR_CONFIG);
	assert_non_null(strstr(e.message, directory));
	assert_int_equal(file_read(scratch_text("eleven", "01234567890"), &b, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_non_null(strstr(e.message, "eleven"));
	buf_free(&b);
	assert_int_equal(file_read("/dev/zero", &b, &e), -1);
	buf_free(&b);
	/* Root may read everything. */
	const char *closed = scratch_text("closed", "x");
	assert_int_equal(chmod(closed, 0), 0);
	if (geteuid() != 0) {
		assert_int_equal(file_read(closed, &b, &e), -1);
		assert_int_equal(e.code, ERR_CONFIG);
		assert_non_null(strstr(e.message, closed));
	}
	buf_free(&b);
}

static void a_pipe_without_writer_does_not_block(void **state) {
	(void)state;
	struct buf b;
	struct err e = {.code = ERR_NONE};
	const char *path = scratch_path("fifo");
	buf_init(&b, 100);
	assert_int_equal(mkfifo(path, 0600), 0);
	(void)alarm(10); /* ends the program if it does */
	(void)file_read(path, &b, &e);
	(void)alarm(0);
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

static void descriptors_stay_open(void **state) {
	(void)state;
	struct buf b;
	struct err e = {.code = ERR_NONE};
	int fds[2];
	buf_init(&b, 100);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "from a pipe", 11), 11);
	assert_int_equal(close(fds[1]), 0);
	assert_int_equal(file_read_fd(fds[0], "the pipe", &b, &e), 0);
	assert_string_equal(buf_str(&b), "from a pipe");
	assert_int_equal(close(fds[0]), 0);
	assert_int_equal(file_read_fd(fds[0], "the pipe", &b, &e), -1);
	assert_int_equal(e.code, ERR_CONFIG);
	assert_non_null(strstr(e.message, "the pipe"));
	buf_free(&b);
}

static void empty_variables_are_unset(void **state) {
	(void)state;
	unsetenv("AWS_TEST");
	assert_null(env_get("AWS_TEST"));
	setenv("AWS_TEST", "", 1);
	assert_null(env_get("AWS_TEST"));
	setenv("AWS_TEST", " ", 1);
	assert_string_equal(env_get("AWS_TEST"), " ");
	setenv("AWS_TEST", "value", 1);
	assert_string_equal(env_get("AWS_TEST"), "value");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(files_are_read_whole),
		UNIT_TEST(missing_files_are_told_apart),
		UNIT_TEST(what_cannot_be_read_is_an_error),
		UNIT_TEST(a_pipe_without_writer_does_not_block),
		UNIT_TEST(descriptors_stay_open),
		UNIT_TEST(empty_variables_are_unset),
	};
	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
