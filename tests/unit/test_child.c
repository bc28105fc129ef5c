/* Programs that are run: which descriptors they inherit, by what the system says of open ones. */
#include "config.h"

#include "support.h"

#include "base/child.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEFT_OPEN = 9 /* the largest number that each sh takes in a redirection */ };

/* What stands in for /dev/fd: NULL is the system's own, "" none. */
static const char *descriptors;

DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);

DIR *__wrap_opendir(const char *path) {
	if (!descriptors || strcmp(path, "/dev/fd") != 0)
		return __real_opendir(path);
	return *descriptors ? __real_opendir(descriptors) : NULL;
}

/* "open" or "closed": whether a program gets a descriptor that this process has open. */
static void expect_closed(const char *what) {
	char script[] = "if (: >&9) 2>/dev/null; then printf open; else printf closed; fi";
	char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, script, NULL};
	static struct clock clock;
	struct buf out;
	struct buf log;
	clock = clock_standing_at(0);
	const struct child_limits limits = {
		.deadline = {.clock = &clock, .at_ms = clock_monotonic_ms(&clock) + 60000}};
	int fd = open("/dev/null", O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(dup2(fd, LEFT_OPEN), LEFT_OPEN);
	buf_init(&out, 100);
	buf_init(&log, 100);
	struct child_result result = child_run(argv, &limits, &out, &log);
	expect_whole(result.end, CHILD_EXITED, "%s: the end", what);
	expect_text(buf_str(&out), "closed", "%s: descriptor %d", what, LEFT_OPEN);
	buf_free(&out);
	buf_free(&log);
	(void)close(LEFT_OPEN);
	(void)close(fd);
}

static void no_descriptor_is_inherited(void **state) {
	(void)state;
	expect_closed("the system's list");
}

/* FreeBSD's /dev/fd without fdescfs. */
static void a_list_of_three_is_not_believed(void **state) {
	(void)state;
	assert_int_equal(mkdir(scratch_path("fd"), 0700), 0);
	(void)scratch_text("fd/0", "");
	(void)scratch_text("fd/1", "");
	(void)scratch_text("fd/2", "");
	descriptors = scratch_path("fd");
	expect_closed("a list of 0, 1 and 2");
	descriptors = NULL;
}

static void without_a_list_all_are_closed(void **state) {
	(void)state;
	descriptors = "";
	expect_closed("no list");
	descriptors = NULL;
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(no_descriptor_is_inherited),
		UNIT_TEST(a_list_of_three_is_not_believed),
		UNIT_TEST(without_a_list_all_are_closed),
	};
	return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
