/* Reading and replacing small files, the home directory, the environment. */
#include "config.h"

#include "support.h"

#include "base/account.h"
#include "base/env.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
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
	assert_int_equal(file_read(scratch_write("large", large, sizeof large), "large", NULL, &b,
				 &e),
		0);
	assert_int_equal(b.len, sizeof large + 6);
	assert_memory_equal(b.data + 6, large, sizeof large);
	buf_free(&b);
	assert_int_equal(file_read(scratch_text("empty", ""), "empty", NULL, &b, &e), 0);
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

static void missing_files_are_told_apart(void **state) {
	(void)state;
	struct buf b;
	struct err e = {.code = ERR_NONE};
	buf_init(&b, 100);
	assert_int_equal(file_read(scratch_path("missing"), "missing", NULL, &b, &e), 1);
	assert_int_equal(file_read("/nonexistent/directory/file", "/nonexistent/directory/file",
				 NULL, &b, &e),
		1);
	buf_free(&b);
}

static void what_cannot_be_read_is_an_error(void **state) {
	(void)state;
	struct buf b;
	struct err e = {.code = ERR_NONE};
	buf_init(&b, 10);
	const char *directory = scratch_path("directory");
	assert_int_equal(mkdir(directory, 0700), 0);
	assert_int_equal(file_read(directory, directory, NULL, &b, &e), -1);
	assert_int_equal(e.code, ERR_CONFIG);
	assert_non_null(strstr(e.message, directory));
	assert_int_equal(file_read(scratch_text("eleven", "01234567890"), "eleven", NULL, &b, &e),
		-1);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_non_null(strstr(e.message, "eleven"));
	buf_free(&b);
	assert_int_equal(file_read("/dev/zero", "/dev/zero", NULL, &b, &e), -1);
	buf_free(&b);
	/* Root may read everything. */
	const char *closed = scratch_text("closed", "x");
	assert_int_equal(chmod(closed, 0), 0);
	if (geteuid() != 0) {
		assert_int_equal(file_read(closed, closed, NULL, &b, &e), -1);
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
	(void)file_read(path, path, NULL, &b, &e);
	(void)alarm(0);
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

/* A writer that holds the pipe open and writes nothing more; the child's id. */
static pid_t silent_writer(const char *path, const char *text) {
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int fd = open(path, O_WRONLY | O_CLOEXEC);
		ssize_t n = write(fd, text, strlen(text));
		(void)pause();
		_exit(n < 0);
	}
	return pid;
}

static void end(pid_t pid) {
	int status;
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void a_writer_is_waited_for_until_the_deadline(void **state) {
	(void)state;
	const struct clock clock = clock_system();
	volatile sig_atomic_t stop = 0;
	struct deadline deadline = {.clock = &clock, .stop = &stop};
	struct buf b;
	struct err e = {.code = ERR_NONE};
	const char *path = scratch_path("held");
	buf_init(&b, 100);
	assert_int_equal(mkfifo(path, 0600), 0);
	/* Held open here as well, so that it is not empty before the writer is there. */
	int fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	pid_t writer = silent_writer(path, "some");
	(void)alarm(20); /* ends the program if it blocks */
	int64_t begun_ms = clock_monotonic_ms(&clock);
	deadline.at_ms = begun_ms + 300;
	expect_whole(file_read(path, path, &deadline, &b, &e), -1, "%s", e.message);
	int64_t taken_ms = clock_monotonic_ms(&clock) - begun_ms;
	expect(taken_ms >= 300 && taken_ms < 5000, "%lld ms", (long long)taken_ms);
	expect_whole(e.code, ERR_DEADLINE, "code");
	expect_holds(e.message, "waiting for&held", "message");
	/* A stop signal ends it long before. */
	stop = 1;
	deadline.at_ms = begun_ms + 3600000;
	expect_whole(file_read(path, path, &deadline, &b, &e), -1, "stopped");
	expect_whole(e.code, ERR_DEADLINE, "stopped");
	(void)alarm(0);
	end(writer);
	assert_int_equal(close(fd), 0);
	buf_free(&b);
}

static void a_slow_writer_is_read_to_its_end(void **state) {
	(void)state;
	const struct clock clock = clock_system();
	const struct deadline deadline = {.clock = &clock,
		.at_ms = clock_monotonic_ms(&clock) + 20000};
	struct buf b;
	struct err e = {.code = ERR_NONE};
	char path[32];
	int fds[2];
	int status;
	buf_init(&b, 100);
	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		for (int i = 0; i < 5; i++) {
			(void)usleep(20000);
			if (write(fds[1], "drop ", 5) != 5)
				_exit(1);
		}
		_exit(0);
	}
	assert_int_equal(close(fds[1]), 0);
	(void)snprintf(path, sizeof path, "/dev/fd/%d", fds[0]);
	expect_whole(file_read(path, path, &deadline, &b, &e), 0, "%s", e.message);
	expect_text(buf_str(&b), "drop drop drop drop drop ", "the text");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(close(fds[0]), 0);
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

/* The number of names in a directory. */
static int count_names(const char *path) {
	DIR *d = opendir(path);
	assert_non_null(d);
	int n = 0;
	for (const struct dirent *x = readdir(d); x; x = readdir(d))
		n += strcmp(x->d_name, ".") != 0 && strcmp(x->d_name, "..") != 0;
	assert_int_equal(closedir(d), 0);
	return n;
}

static void expect_content(const char *path, const char *wanted, const char *what) {
	struct buf b;
	struct err e = {.code = ERR_NONE};
	buf_init(&b, 1000);
	expect_whole(file_read(path, path, NULL, &b, &e), 0, "%s: %s", what, e.message);
	expect_text(buf_str(&b), wanted, "%s", what);
	buf_free(&b);
}

static void files_are_replaced(void **state) {
	(void)state;
	struct err e = {.code = ERR_NONE};
	struct stat st;
	const char *folder = scratch_path("folder");
	const char *path = scratch_path("folder/file");
	const char *other = scratch_text("other", "of somebody else");
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(file_replace(path, "new", 3, 0640, &e), 0);
	expect_content(path, "new", "made");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	ino_t before = st.st_ino;
	assert_int_equal(file_replace(path, "", 0, 0600, &e), 0);
	expect_content(path, "", "emptied");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	expect(st.st_ino != before, "it is another file: who reads the old one goes on with it");
	/* A link is not followed. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(other, path), 0);
	assert_int_equal(file_replace(path, "mine", 4, 0600, &e), 0);
	expect_content(path, "mine", "the link is gone");
	expect_content(other, "of somebody else", "where it led to");
	assert_int_equal(count_names(folder), 1);
	/* Without a directory in its path. */
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(file_replace("here", "x", 1, 0600, &e), 0);
	assert_int_equal(chdir("/"), 0);
	expect_content(scratch_path("folder/here"), "x", "a name alone");
	int fd = open(folder, O_RDONLY | O_DIRECTORY);
	assert_true(fd >= 0);
	assert_int_equal(file_replace_at(fd, "here", "y", 1, 0600, &e), 0);
	assert_int_equal(close(fd), 0);
	expect_content(scratch_path("folder/here"), "y", "in an open folder");
}

static void a_failed_replacement_leaves_nothing(void **state) {
	(void)state;
	struct err e = {.code = ERR_NONE};
	const char *folder = scratch_path("folder");
	assert_int_equal(mkdir(folder, 0700), 0);
	const char *path = scratch_text("folder/file", "old");
	/* No room. */
	static char large[100000];
	struct rlimit before;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	const struct rlimit small = {.rlim_cur = 5000, .rlim_max = before.rlim_max};
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int rc = file_replace(path, large, sizeof large, 0600, &e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(rc, -1);
	assert_int_equal(e.code, ERR_CONFIG);
	expect_holds(e.message, path, "no room");
	expect_content(path, "old", "no room");
	assert_int_equal(count_names(folder), 1);
	/* A directory in the way, no directory, too long a name. */
	assert_int_equal(mkdir(scratch_path("folder/sub"), 0700), 0);
	(void)scratch_text("folder/sub/x", "");
	assert_int_equal(file_replace(scratch_path("folder/sub"), "x", 1, 0600, &e), -1);
	assert_int_equal(count_names(folder), 2);
	e = (struct err){.code = ERR_NONE};
	assert_int_equal(file_replace(scratch_path("missing/file"), "x", 1, 0600, &e), -1);
	expect_holds(e.message, "missing/file", "no folder");
	char name[300];
	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = '\0';
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(file_replace(name, "x", 1, 0600, &e), -1);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(count_names(folder), 2);
}

static void a_full_pipe_tells_what_was_written(void **state) {
	(void)state;
	enum { ROUND_BYTES = 70000, MAX_ROUNDS = 100 };
	static char bytes[ROUND_BYTES], back[ROUND_BYTES * MAX_ROUNDS];
	int ends[2];
	size_t sent = 0, got = 0;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	for (int i = 0; i < MAX_ROUNDS; i++) {
		size_t n = file_write(ends[1], bytes, sizeof bytes);
		sent += n;
		if (n < sizeof bytes)
			break;
	}
	assert_int_equal(errno, EAGAIN);
	(void)close(ends[1]);
	ssize_t n;
	while ((n = read(ends[0], back, sizeof back)) > 0)
		got += (size_t)n;
	assert_int_equal(got, sent);
	(void)close(ends[0]);
	assert_int_equal(file_write(ends[0], bytes, 1), 0);
	assert_int_equal(errno, EBADF);
}

static void the_home_folder_is_found(void **state) {
	(void)state;
	struct buf b;
	buf_init(&b, 1000);
	setenv("HOME", "/home/x", 1);
	account_add_home(&b);
	assert_string_equal(buf_str(&b), "/home/x");
	buf_free(&b);
	/* The password entry's, as the C library reads it. */
	const struct passwd *entry = getpwuid(geteuid());
	const char *wanted = entry && entry->pw_dir ? entry->pw_dir : "";
	unsetenv("HOME");
	account_add_home(&b);
	assert_string_equal(buf_str(&b), wanted);
	buf_free(&b);
	setenv("HOME", "", 1);
	account_add_home(&b);
	assert_string_equal(buf_str(&b), wanted);
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
		UNIT_TEST(a_writer_is_waited_for_until_the_deadline),
		UNIT_TEST(a_slow_writer_is_read_to_its_end),
		UNIT_TEST(descriptors_stay_open),
		UNIT_TEST(files_are_replaced),
		UNIT_TEST(a_failed_replacement_leaves_nothing),
		UNIT_TEST(a_full_pipe_tells_what_was_written),
		UNIT_TEST(the_home_folder_is_found),
		UNIT_TEST(empty_variables_are_unset),
	};
	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
