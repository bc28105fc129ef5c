/* Keys kept on disk: which directories and files are used, and what becomes of the others. */
#include "config.h"

#include "cache_stage.h"

#include "base/file.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- odd files --- */

/* The entry is in the way or not as we write it: AWS is asked, and all goes well. */
static void expect_unused(const char *what) {
	struct source aws = {.id = "ASIANEW", .lives_s = HOUR_S};
	(void)alarm(20); /* ends the program if a FIFO blocks it */
	expect_whole(calls_for(&aws, "ASIANEW", what), 1, "%s: AWS is asked", what);
	(void)alarm(0);
}

static void other_texts_are_as_if_absent(void **state) {
	(void)state;
	static const struct {
		const char *version, *identity, *id;
		int64_t made_s, expires_s;
	} cases[] = {
		{"1", JSON_IDENTITY, "ASIAOLD", NOW_S, NOW_S + HOUR_S},
		{"3", JSON_IDENTITY, "ASIAOLD", NOW_S, NOW_S + HOUR_S},
		{"\"2\"", JSON_IDENTITY, "ASIAOLD", NOW_S, NOW_S + HOUR_S},
		{"null", JSON_IDENTITY, "ASIAOLD", NOW_S, NOW_S + HOUR_S},
		{"2", "assume-role\\nsource=AKIAOTHER\\n", "ASIAOLD", NOW_S, NOW_S + HOUR_S},
		{"2", "", "ASIAOLD", NOW_S, NOW_S + HOUR_S},
		{"2", JSON_IDENTITY, "", NOW_S, NOW_S + HOUR_S},
		{"2", JSON_IDENTITY, "ASIA\\r\\nX-Evil: 1", NOW_S, NOW_S + HOUR_S},
		{"2", JSON_IDENTITY, "ASIAOLD", NOW_S - HOUR_S, NOW_S},
		{"2", JSON_IDENTITY, "ASIAOLD", NOW_S + HOUR_S, NOW_S + HOUR_S},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char what[32];
		(void)snprintf(what, sizeof what, "case %zu", i);
		begin();
		put_entry(FOLDER "/" HASH ".json", cases[i].version, cases[i].identity, cases[i].id,
			cases[i].made_s, cases[i].expires_s);
		expect_unused(what);
	}
	static const char *const texts[] = {"", "null", "[]", "{}", "garbage", "{\"Version\":1}"};
	for (size_t i = 0; i < LENGTH(texts); i++) {
		begin();
		assert_int_equal(chmod(scratch_text(FOLDER "/" HASH ".json", texts[i]), 0600), 0);
		expect_unused(texts[i]);
		put_text(FOLDER "/" HASH ".json", texts[i]);
		expect_unused(texts[i]);
	}
}

/* As earlier versions wrote them, and with a checksum of something else. */
static void entries_without_their_checksum_are_as_if_absent(void **state) {
	(void)state;
	static const char text[] =
		"{\"Version\": %d,\n\"Identity\": \"" JSON_IDENTITY
		"\",\n\"AccessKeyId\": \"ASIAOLD\",\n\"SecretAccessKey\": \"SECRETkey\",\n"
		"\"SessionToken\": \"SECRETtoken\",\n\"Expiration\": \"2026-01-01T01:00:00Z\",\n"
		"\"Made\": \"2026-01-01T00:00:00Z\"%s}\n";
	static const char *const ends[] = {"", ",\n\"Checksum\": \"\"",
		",\n\"Checksum\": \"" HASH "\"", ",\n\"Checksum\": null"};
	char whole[LINE_BYTES];
	for (int version = 1; version <= 2; version++) {
		for (size_t i = 0; i < LENGTH(ends); i++) {
			begin();
			put_good_entry();
			(void)snprintf(whole, sizeof whole, text, version, ends[i]);
			assert_int_equal(chmod(scratch_text(FOLDER "/" HASH ".json", whole), 0600),
				0);
			expect_unused(ends[i]);
			struct source silent = {.id = NULL};
			expect_whole(calls_for(&silent, "ASIANEW", "replaced"), 0,
				"it is replaced");
		}
	}
}

/* Looks without asking anybody: whether the entry serves, and then with the keys that were kept. */
static bool serves(const char *what) {
	const struct cache_request r = {.what = "role R", .identity = IDENTITY};
	struct provider_context context = context_now();
	struct keys got;
	context.run.trace = NULL;
	if (cache_get(&context, &r, &got))
		return false;
	expect_text(got.access_key_id, "ASIANEW", "%s: key", what);
	expect_text(got.secret_access_key, "SECRETkey", "%s: secret", what);
	expect_text(got.session_token, "SECRETtoken", "%s: token", what);
	expect_whole(got.expires_s, NOW_S + HOUR_S, "%s: end", what);
	keys_free(&got);
	return true;
}

static void put_bytes(const char *path, const char *bytes, size_t n) {
	int fd = open(path, O_WRONLY | O_TRUNC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	assert_int_equal(close(fd), 0);
}

/* Whatever becomes of a bit, no other keys than those that were kept are handed out. */
static void no_flipped_bit_gives_other_keys(void **state) {
	(void)state;
	struct source aws = {.id = "ASIANEW", .lives_s = HOUR_S};
	struct buf whole;
	struct err e = {.code = ERR_NONE};
	char what[64];
	int served = 0;
	begin();
	expect_whole(calls_for(&aws, "ASIANEW", "kept"), 1, "kept");
	const char *path = entry_path();
	buf_init(&whole, 4096);
	assert_int_equal(file_read(path, path, NULL, &whole, &e), 0);
	assert_true(whole.len > 300);
	for (size_t bit = 0; bit < 8 * whole.len; bit++) {
		(void)snprintf(what, sizeof what, "byte %zu, bit %zu", bit / 8, bit % 8);
		char *byte = &whole.data[bit / 8];
		*byte = (char)(*byte ^ (1 << bit % 8));
		put_bytes(path, whole.data, whole.len);
		served += serves(what);
		*byte = (char)(*byte ^ (1 << bit % 8));
	}
	expect_whole(served, 0, "none serves");
	for (size_t i = 0; i < whole.len; i++) {
		char before = whole.data[i];
		(void)snprintf(what, sizeof what, "byte %zu is NUL, is 9", i);
		whole.data[i] = '\0';
		put_bytes(path, whole.data, whole.len);
		(void)serves(what);
		whole.data[i] = '9';
		put_bytes(path, whole.data, whole.len);
		(void)serves(what);
		whole.data[i] = before;
	}
	put_bytes(path, whole.data, whole.len);
	expect(serves("unharmed"), "unharmed, it serves");
	buf_free(&whole);
}

static void cut_entries_are_as_if_absent(void **state) {
	(void)state;
	struct buf whole;
	struct err e = {.code = ERR_NONE};
	begin();
	put_good_entry();
	const char *path = entry_path();
	buf_init(&whole, 4096);
	assert_int_equal(file_read(path, path, NULL, &whole, &e), 0);
	assert_true(whole.len > 200);
	for (size_t n = 0; n < whole.len; n++) {
		assert_int_equal(file_replace(path, whole.data, n, 0600, &e), 0);
		expect_unused("cut");
	}
	assert_int_equal(file_replace(path, whole.data, whole.len, 0600, &e), 0);
	struct source aws = {.id = NULL};
	expect_whole(calls_for(&aws, "ASIAOLD", "whole"), 0, "the whole one serves");
	buf_free(&whole);
}

static void entries_of_another_kind_are_not_read(void **state) {
	(void)state;
	static const mode_t modes[] = {0640, 0604, 0620, 0602, 0660, 0644, 0666, 0700, 04600};
	for (size_t i = 0; i < LENGTH(modes); i++) {
		begin();
		put_good_entry();
		assert_int_equal(chmod(entry_path(), modes[i]), 0);
		expect_unused("mode");
		expect_whole(mode_of(entry_path()), 0600, "mode %o is put right",
			(unsigned)modes[i]);
	}
	/* A symbolic link, a second name: the content would do. */
	begin();
	put_good_entry();
	assert_int_equal(rename(entry_path(), scratch_path("elsewhere")), 0);
	assert_int_equal(symlink(scratch_path("elsewhere"), entry_path()), 0);
	expect_unused("symbolic link");
	put_good_entry();
	assert_int_equal(link(entry_path(), scratch_path("second")), 0);
	expect_unused("hard link");
	assert_int_equal(unlink(entry_path()), 0);
	assert_int_equal(mkfifo(entry_path(), 0600), 0);
	expect_unused("FIFO");
	assert_int_equal(unlink(entry_path()), 0);
	assert_int_equal(mkdir(entry_path(), 0700), 0);
	expect_unused("directory");
	expect_holds(buf_str(&trace), "not stored", "directory");
	assert_int_equal(rmdir(entry_path()), 0);
}

static void large_entries_are_not_read(void **state) {
	(void)state;
	begin();
	put_good_entry();
	int fd = open(entry_path(), O_WRONLY | O_APPEND);
	static char blanks[66000];
	memset(blanks, ' ', sizeof blanks);
	assert_int_equal(write(fd, blanks, sizeof blanks), sizeof blanks);
	assert_int_equal(close(fd), 0);
	expect_unused("large");
}

static void a_folder_of_another_kind_is_not_used(void **state) {
	(void)state;
	static const mode_t modes[] = {0750, 0705, 0770, 0777, 0710, 0701, 01777};
	for (size_t i = 0; i < LENGTH(modes); i++) {
		begin();
		put_good_entry();
		assert_int_equal(chmod(scratch_path(FOLDER), modes[i]), 0);
		expect_unused("open folder");
		expect_holds(buf_str(&trace), "not used&open to other users", "mode %o",
			(unsigned)modes[i]);
		assert_int_equal(chmod(scratch_path(FOLDER), 0700), 0);
	}
	assert_int_equal(rename(scratch_path(FOLDER), scratch_path("moved")), 0);
	assert_int_equal(symlink(scratch_path("moved"), scratch_path(FOLDER)), 0);
	expect_unused("symbolic link");
	expect_holds(buf_str(&trace), "not used&not a real directory", "symbolic link");
	assert_int_equal(unlink(scratch_path(FOLDER)), 0);
	(void)scratch_text(FOLDER, "");
	expect_unused("a file");
	expect_holds(buf_str(&trace), "not used&not a real directory", "a file");
}

/* --- places --- */

static void the_folder_is_found(void **state) {
	(void)state;
	begin();
	const char *home = scratch_path("home");
	struct source aws = {.id = "ASIAONE", .lives_s = HOUR_S};
	/* A relative path does not count (XDG Base Directory Specification). */
	setenv("XDG_CACHE_HOME", "relative", 1);
	setenv("HOME", home, 1);
	expect_whole(calls_for(&aws, "ASIAONE", "no home"), 1, "no home");
	expect_holds(buf_str(&trace), "not used&home/.cache/check_ecs_bottleneck", "no home");
	expect(access(home, F_OK) != 0, "a missing home folder is not made");
	assert_int_equal(mkdir(home, 0755), 0);
	expect_whole(calls_for(&aws, "ASIAONE", "home"), 1, "home");
	expect(access(scratch_path("home/.cache/check_ecs_bottleneck/" HASH ".json"), F_OK) == 0,
		"below the home folder");
	setenv("XDG_CACHE_HOME", scratch_path("a/b/c"), 1);
	expect_whole(calls_for(&aws, "ASIAONE", "deep"), 1, "deep");
	expect(access(scratch_path("a/b/c/check_ecs_bottleneck/" HASH ".json"), F_OK) == 0,
		"parents are made");
	unsetenv("XDG_CACHE_HOME");
	setenv("HOME", "relative", 1);
	expect_whole(calls_for(&aws, "ASIAONE", "relative home"), 1, "relative home");
	expect_holds(buf_str(&trace), "not used&no home directory", "relative home");
	(void)scratch_text("file", "");
	setenv("XDG_CACHE_HOME", scratch_path("file/below"), 1);
	expect_whole(calls_for(&aws, "ASIAONE", "below a file"), 1, "below a file");
	expect_holds(buf_str(&trace), "not used&file/below", "below a file");
}

static void nothing_writable_is_no_failure(void **state) {
	(void)state;
	begin();
	struct source aws = {.id = "ASIAONE", .lives_s = HOUR_S};
	assert_int_equal(mkdir(scratch_path("cache"), 0700), 0);
	assert_int_equal(mkdir(scratch_path(FOLDER), 0500), 0);
	/* Root may write there all the same. */
	expect_whole(calls_for(&aws, "ASIAONE", "read-only"), 1, "read-only folder");
	if (geteuid() != 0)
		expect_holds(buf_str(&trace), "without a lock&not stored&Permission denied",
			"read-only");
	assert_int_equal(chmod(scratch_path(FOLDER), 0700), 0);
}

static void a_full_disk_is_no_failure(void **state) {
	(void)state;
	begin();
	struct source aws = {.id = "ASIAONE", .lives_s = HOUR_S};
	struct rlimit before;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	const struct rlimit small = {.rlim_cur = 10, .rlim_max = before.rlim_max};
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int calls = calls_for(&aws, "ASIAONE", "full disk");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	expect_whole(calls, 1, "AWS is asked");
	expect_holds(buf_str(&trace), "not stored&File too large", "full disk");
	expect_whole(count_names(scratch_path(FOLDER)), 1, "only the lock is there");
}

static void aged(const char *name, int64_t age_s) {
	const char *path = scratch_text(name, "x");
	const struct timespec times[2] = {{.tv_sec = NOW_S - age_s}, {.tv_sec = NOW_S - age_s}};
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void old_files_are_removed(void **state) {
	(void)state;
	static const char other[] = FOLDER
		"/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde";
	static const struct {
		const char *prefix, *end;
		int64_t age_s;
		bool goes;
	} cases[] = {
		{"", "0.json", 5 * 86400, true},
		{"", "1.json", 86400, false},
		{"", "2.lock", 5 * 86400, true},
		{"", "3.lock", 0, false},
		{"", "4.txt", 5 * 86400, false},
		{"", "x.json", 5 * 86400, false},
	};
	char name[LINE_BYTES];
	begin();
	put_good_entry();
	assert_int_equal(unlink(entry_path()), 0);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		(void)snprintf(name, sizeof name, "%s%s", other, cases[i].end);
		aged(name, cases[i].age_s);
	}
	aged(FOLDER "/." HASH ".json.00000000.tmp", 5 * 86400);
	aged(FOLDER "/.keep", 5 * 86400);
	struct source aws = {.id = "ASIAONE", .lives_s = HOUR_S};
	expect_whole(calls_for(&aws, "ASIAONE", "sweep"), 1, "asks");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		(void)snprintf(name, sizeof name, "%s%s", other, cases[i].end);
		expect((access(scratch_path(name), F_OK) != 0) == cases[i].goes, "%s",
			cases[i].end);
	}
	expect(access(scratch_path(FOLDER "/." HASH ".json.00000000.tmp"), F_OK) != 0, "temporary");
	expect(access(scratch_path(FOLDER "/.keep"), F_OK) == 0, "not ours");
}

/* A role for which somebody asks with another key each time. */
static void the_folder_does_not_grow_without_end(void **state) {
	(void)state;
	enum { RUNS = 520, MAX_ENTRIES = 500 };
	struct source aws = {.id = "ASIAONE", .lives_s = HOUR_S};
	char identity[LINE_BYTES];
	begin();
	const struct provider_context context = context_now();
	const struct cache_request r = {.what = "role R",
		.identity = identity,
		.fetch = fetch,
		.ctx = &aws};
	for (int i = 0; i < RUNS; i++) {
		struct keys got;
		struct err e = {.code = ERR_NONE};
		(void)snprintf(identity, sizeof identity, "assume-role\nsource=AKIA%d\n", i);
		expect_whole(cache_get_or_fetch(&context, &r, &got, &e), 0, "%s", e.message);
		keys_free(&got);
	}
	expect_whole(aws.calls, RUNS, "each has asked");
	int names = count_names(scratch_path(FOLDER));
	expect(names <= 2 * MAX_ENTRIES, "%d names: entries and locks", names);
	expect(names >= 2 * MAX_ENTRIES - 2, "%d names: no more go than have to", names);
	expect_whole(calls_for(&aws, "ASIAONE", "another"), 1, "one more");
	expect(access(entry_path(), F_OK) == 0, "the newest is kept");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(the_folder_does_not_grow_without_end),
		UNIT_TEST(entries_without_their_checksum_are_as_if_absent),
		UNIT_TEST(no_flipped_bit_gives_other_keys),
		UNIT_TEST(other_texts_are_as_if_absent),
		UNIT_TEST(cut_entries_are_as_if_absent),
		UNIT_TEST(entries_of_another_kind_are_not_read),
		UNIT_TEST(large_entries_are_not_read),
		UNIT_TEST(a_folder_of_another_kind_is_not_used),
		UNIT_TEST(the_folder_is_found),
		UNIT_TEST(nothing_writable_is_no_failure),
		UNIT_TEST(a_full_disk_is_no_failure),
		UNIT_TEST(old_files_are_removed),
	};
	return cmocka_run_group_tests_name("cache_files", tests, NULL, stage_end);
}
