/* Keys kept on disk: the cache of our own, and the AWS CLI's. */
#include "config.h"

#include "support.h"

#include "aws/credential_cache.h"
#include "aws/sts.h"
#include "base/crypto.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOW_S = 1767225600 /* 2026-01-01T00:00:00Z */, HOUR_S = 3600, LINE_BYTES = 1024 };

#define IDENTITY "assume-role\nsource=AKIAEXAMPLE\nrole=arn:aws:iam::123456789012:role/\"R\n"
/* SHA-256 of the above, computed with sha256sum. */
#define HASH   "418b319306d089189cd1c312ce3bf5fe75e03f49c35b3b41662180d8084ef520"
#define FOLDER "cache/check_ecs_bottleneck"

/* Stands for AWS: what it answers, and how often it was asked. */
struct source {
	const char *id;     /* NULL: it fails */
	enum err_code code; /* then */
	int64_t lives_s;
	int calls;
	const char *tally; /* a file that gets a byte for each call, or NULL */
	int takes_ms;
	int64_t deadline_ms; /* that it was given; seen_ms of it is left when it is asked */
	int64_t seen_ms;
};

static struct clock host_clock;
static volatile sig_atomic_t stop;
static struct buf trace;
static const char *spent;
static bool no_cache;
static int64_t limit_ms;

static void wait_ms(int ms) {
	(void)usleep((useconds_t)ms * 1000);
}

static int fetch(void *ctx, struct credentials *out, struct err *e) {
	struct source *s = ctx;
	s->calls++;
	s->seen_ms = s->deadline_ms - clock_monotonic_ms(&host_clock);
	if (s->tally) {
		int fd = open(s->tally, O_WRONLY | O_CREAT | O_APPEND, 0600);
		if (fd < 0 || write(fd, "x", 1) != 1 || close(fd))
			abort();
	}
	wait_ms(s->takes_ms);
	if (!s->id)
		return err_set(e, s->code, "AWS is not at home");
	if (credentials_set(out, s->id, "SECRETkey", "SECRETtoken", e))
		return -1;
	out->expires_s = s->lives_s ? clock_wall_ms(&host_clock) / 1000 + s->lives_s : 0;
	return 0;
}

/* --- the frame --- */

static struct credentials_context context_now(void) {
	return (struct credentials_context){.clock = &host_clock,
		.deadline_ms = clock_monotonic_ms(&host_clock) + limit_ms,
		.stop = &stop,
		.no_cache = no_cache,
		.spent_key_id = spent,
		.trace = &trace};
}

static void begin(void) {
	host_clock = clock_standing_at(NOW_S);
	stop = 0;
	spent = NULL;
	no_cache = false;
	limit_ms = 30000;
	setenv("XDG_CACHE_HOME", scratch_path("cache"), 1);
	buf_free(&trace);
	buf_init(&trace, 65536);
}

static int asked(struct source *s, const char *cli, struct credentials *out, struct err *e) {
	const struct credentials_context context = context_now();
	s->deadline_ms = context.deadline_ms;
	const struct cached_request r = {.what = "role R",
		.identity = IDENTITY,
		.cli_identity = cli,
		.fetch = fetch,
		.ctx = s,
		.deadline_ms = &s->deadline_ms};
	return credentials_cached(&context, &r, out, e);
}

/* Asks the cache and expects a key; the number of calls to AWS that it took comes back. */
static int calls_for(struct source *s, const char *wanted_id, const char *what) {
	struct credentials got;
	struct err e = {.code = ERR_NONE};
	int before = s->calls;
	buf_truncate(&trace, 0);
	expect_whole(asked(s, NULL, &got, &e), 0, "%s: %s", what, e.message);
	expect_text(got.access_key_id, wanted_id, "%s: key", what);
	expect_text(got.secret_access_key, "SECRETkey", "%s: secret", what);
	expect_text(got.session_token, "SECRETtoken", "%s: token", what);
	expect(!strstr(buf_str(&trace), "SECRET"), "%s: no secret in the trace", what);
	credentials_free(&got);
	return s->calls - before;
}

static void clock_at(int64_t s) {
	host_clock = clock_standing_at(s);
}

static const char *entry_path(void) {
	return scratch_path(FOLDER "/" HASH ".json");
}

/* Writes the entry as the documents describe it. */
static void put_entry(const char *name, const char *version, const char *identity, const char *id,
	int64_t made_s, int64_t expires_s) {
	char text[LINE_BYTES], made[TIME_ISO_BYTES], until[TIME_ISO_BYTES];
	(void)snprintf(text, sizeof text,
		"{\"Version\":%s,\"Identity\":\"%s\",\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"SECRETkey\","
		"\"SessionToken\":\"SECRETtoken\",\"Expiration\":\"%s\",\"Made\":\"%s\"}",
		version, identity, id, time_format_iso(expires_s, until),
		time_format_iso(made_s, made));
	(void)mkdir(scratch_path("cache"), 0700);
	(void)mkdir(scratch_path(FOLDER), 0700);
	assert_int_equal(chmod(scratch_text(name, text), 0600), 0);
}

#define JSON_IDENTITY \
	"assume-role\\nsource=AKIAEXAMPLE\\nrole=arn:aws:iam::123456789012:role/\\\"R\\n"

static void put_good_entry(void) {
	put_entry(FOLDER "/" HASH ".json", "1", JSON_IDENTITY, "ASIAOLD", NOW_S - 60,
		NOW_S + HOUR_S);
}

static mode_t mode_of(const char *path) {
	struct stat st;
	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

static int count_names(const char *path) {
	DIR *d = opendir(path);
	int n = 0;
	for (const struct dirent *x = d ? readdir(d) : NULL; x; x = readdir(d))
		n += strcmp(x->d_name, ".") != 0 && strcmp(x->d_name, "..") != 0;
	if (d)
		(void)closedir(d);
	return n;
}

/* --- freshness --- */

static void keys_are_kept(void **state) {
	(void)state;
	begin();
	struct source aws = {.id = "ASIAONE", .lives_s = HOUR_S};
	(void)umask(0);
	expect_whole(calls_for(&aws, "ASIAONE", "cold"), 1, "the first one asks");
	expect_whole(calls_for(&aws, "ASIAONE", "warm"), 0, "the next one does not");
	expect_holds(buf_str(&trace), "role R&key AS...&2026-01-01T01:00:00Z", "trace");
	expect_whole(mode_of(scratch_path("cache")), 0700, "made folder");
	expect_whole(mode_of(scratch_path(FOLDER)), 0700, "folder");
	expect_whole(mode_of(entry_path()), 0600, "entry");
	expect_whole(mode_of(scratch_path(FOLDER "/" HASH ".lock")), 0600, "lock");
	expect_whole(count_names(scratch_path(FOLDER)), 2, "nothing else is there");
	(void)umask(022);
	no_cache = true;
	expect_whole(calls_for(&aws, "ASIAONE", "--no-cache"), 1, "--no-cache asks");
}

static void no_cache_leaves_no_trace(void **state) {
	(void)state;
	begin();
	struct source aws = {.id = "ASIAONE", .lives_s = HOUR_S};
	no_cache = true;
	expect_whole(calls_for(&aws, "ASIAONE", "--no-cache"), 1, "asks");
	expect(access(scratch_path("cache"), F_OK) != 0, "no folder is made");
}

static void keys_serve_and_are_renewed_by_age(void **state) {
	(void)state;
	static const struct {
		int64_t lives_s, left_s;
		int calls;
	} cases[] = {
		{HOUR_S, HOUR_S, 0},
		{HOUR_S, 900, 0},
		{HOUR_S, 899, 1},
		{HOUR_S, 61, 1},
		{HOUR_S, 60, 1},
		{HOUR_S, -1, 1},
		{12 * HOUR_S, 901, 0},
		{12 * HOUR_S, 899, 1},
		{900, 225, 0},
		{900, 224, 1},
		{100, 61, 0},
		{100, 60, 1},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		begin();
		(void)unlink(entry_path());
		struct source aws = {.id = "ASIAOLD", .lives_s = cases[i].lives_s};
		expect_whole(calls_for(&aws, "ASIAOLD", "made"), 1, "case %zu", i);
		clock_at(NOW_S + cases[i].lives_s - cases[i].left_s);
		aws.id = "ASIANEW";
		expect_whole(calls_for(&aws, cases[i].calls ? "ASIANEW" : "ASIAOLD", "later"),
			cases[i].calls, "case %zu: calls", i);
		aws.id = NULL;
		expect_whole(calls_for(&aws, cases[i].calls ? "ASIANEW" : "ASIAOLD", "kept"), 0,
			"case %zu: kept", i);
	}
}

static void a_failed_renewal_is_no_loss(void **state) {
	(void)state;
	static const struct {
		enum err_code code;
		int64_t left_s;
		bool serves;
	} cases[] = {
		{ERR_NETWORK, 300, true},
		{ERR_SERVICE, 61, true},
		{ERR_CREDENTIALS, 300, true},
		{ERR_DEADLINE, 300, true}, /* of the attempt, not of the run */
		{ERR_DENIED, 300, false},
		{ERR_NETWORK, 60, false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		begin();
		put_good_entry();
		clock_at(NOW_S + HOUR_S - cases[i].left_s);
		struct source aws = {.code = cases[i].code};
		struct credentials got;
		struct err e = {.code = ERR_NONE};
		int rc = asked(&aws, NULL, &got, &e);
		expect_whole(rc, cases[i].serves ? 0 : -1, "case %zu: %s", i, e.message);
		expect_text(got.access_key_id, cases[i].serves ? "ASIAOLD" : NULL, "case %zu", i);
		expect_whole(e.code, cases[i].serves ? ERR_NONE : (int64_t)cases[i].code,
			"case %zu: code", i);
		expect_whole(aws.calls, 1, "case %zu: calls", i);
		if (cases[i].serves)
			expect_holds(buf_str(&trace), "old keys serve on&not at home", "case %zu",
				i);
		if (cases[i].left_s > 60)
			expect(aws.seen_ms > 5000 && aws.seen_ms <= 10000,
				"case %zu: a third of the time is given: %lld ms", i,
				(long long)aws.seen_ms);
		credentials_free(&got);
	}
}

static void what_aws_calls_expired_is_not_given_again(void **state) {
	(void)state;
	begin();
	put_good_entry();
	struct source aws = {.id = "ASIANEW", .lives_s = HOUR_S};
	expect_whole(calls_for(&aws, "ASIAOLD", "kept"), 0, "before");
	spent = "ASIAOLD";
	expect_whole(calls_for(&aws, "ASIANEW", "spent"), 1, "AWS is asked");
	expect_whole(calls_for(&aws, "ASIANEW", "again"), 0, "once");
}

static void keys_that_never_end_are_not_kept(void **state) {
	(void)state;
	begin();
	struct source aws = {.id = "AKIALONG"};
	expect_whole(calls_for(&aws, "AKIALONG", "first"), 1, "asks");
	expect_whole(calls_for(&aws, "AKIALONG", "second"), 1, "asks again");
	expect(access(entry_path(), F_OK) != 0, "no entry");
}

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
		{"2", JSON_IDENTITY, "ASIAOLD", NOW_S, NOW_S + HOUR_S},
		{"\"1\"", JSON_IDENTITY, "ASIAOLD", NOW_S, NOW_S + HOUR_S},
		{"null", JSON_IDENTITY, "ASIAOLD", NOW_S, NOW_S + HOUR_S},
		{"1", "assume-role\\nsource=AKIAOTHER\\n", "ASIAOLD", NOW_S, NOW_S + HOUR_S},
		{"1", "", "ASIAOLD", NOW_S, NOW_S + HOUR_S},
		{"1", JSON_IDENTITY, "", NOW_S, NOW_S + HOUR_S},
		{"1", JSON_IDENTITY, "ASIA\\r\\nX-Evil: 1", NOW_S, NOW_S + HOUR_S},
		{"1", JSON_IDENTITY, "ASIAOLD", NOW_S - HOUR_S, NOW_S},
		{"1", JSON_IDENTITY, "ASIAOLD", NOW_S + HOUR_S, NOW_S + HOUR_S},
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
	}
}

static void cut_entries_are_as_if_absent(void **state) {
	(void)state;
	struct buf whole;
	struct err e = {.code = ERR_NONE};
	begin();
	put_good_entry();
	const char *path = entry_path();
	buf_init(&whole, 4096);
	assert_int_equal(file_read(path, &whole, &e), 0);
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
	expect_holds(buf_str(&trace), "not kept", "directory");
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
		expect_holds(buf_str(&trace), "not used&open to others", "mode %o",
			(unsigned)modes[i]);
		assert_int_equal(chmod(scratch_path(FOLDER), 0700), 0);
	}
	assert_int_equal(rename(scratch_path(FOLDER), scratch_path("moved")), 0);
	assert_int_equal(symlink(scratch_path("moved"), scratch_path(FOLDER)), 0);
	expect_unused("symbolic link");
	expect_holds(buf_str(&trace), "not used&no real folder", "symbolic link");
	assert_int_equal(unlink(scratch_path(FOLDER)), 0);
	(void)scratch_text(FOLDER, "");
	expect_unused("a file");
	expect_holds(buf_str(&trace), "not used&no real folder", "a file");
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
	expect_holds(buf_str(&trace), "not used&no home folder", "relative home");
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
		expect_holds(buf_str(&trace), "without a lock&not kept&Permission denied",
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
	expect_holds(buf_str(&trace), "not kept&File too large", "full disk");
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

/* --- several at once --- */

enum { PROCESSES = 50 };

/* Lets so many processes ask at once; returns how many of them failed. */
static int crowd(struct source *aws, int n) {
	int failed = 0;
	pid_t pids[PROCESSES];
	for (int i = 0; i < n; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0) {
			struct credentials got;
			struct err e = {.code = ERR_NONE};
			int rc = asked(aws, NULL, &got, &e);
			_exit(rc == 0 && strcmp(got.secret_access_key, "SECRETkey") == 0 ? 0 : 1);
		}
	}
	for (int i = 0; i < n; i++) {
		int status;
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		failed += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
	}
	return failed;
}

static int64_t tallied(const char *path) {
	struct stat st;
	return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

static void a_cold_cache_asks_once_for_all(void **state) {
	(void)state;
	begin();
	struct source aws = {.id = "ASIAONE",
		.lives_s = HOUR_S,
		.tally = scratch_path("tally"),
		.takes_ms = 100};
	expect_whole(crowd(&aws, PROCESSES), 0, "none fails");
	int64_t calls = tallied(aws.tally);
	expect(calls >= 1 && calls <= 3, "%lld calls", (long long)calls);
}

static void early_renewal_asks_once_for_all(void **state) {
	(void)state;
	begin();
	put_good_entry();
	clock_at(NOW_S + HOUR_S - 300);
	struct source aws = {.id = "ASIANEW",
		.lives_s = HOUR_S,
		.tally = scratch_path("tally"),
		.takes_ms = 100};
	expect_whole(crowd(&aws, PROCESSES), 0, "none fails");
	int64_t calls = tallied(aws.tally);
	expect(calls >= 1 && calls <= 3, "%lld calls", (long long)calls);
}

static void a_failure_is_met_one_by_one(void **state) {
	(void)state;
	begin();
	limit_ms = 60000;
	struct source aws = {.code = ERR_SERVICE, .tally = scratch_path("tally"), .takes_ms = 10};
	expect_whole(crowd(&aws, 5), 5, "all fail, each by its own");
	expect_whole(tallied(aws.tally), 5, "calls");
}

/* A process that asks and never gets an answer; returns when it is asking. */
static pid_t stuck_holder(void) {
	struct source aws = {.tally = scratch_path("held"), .takes_ms = 30000};
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct credentials got;
		struct err e = {.code = ERR_NONE};
		(void)asked(&aws, NULL, &got, &e);
		_exit(0);
	}
	for (int i = 0; i < 1000 && tallied(aws.tally) == 0; i++)
		wait_ms(10);
	assert_int_equal(tallied(aws.tally), 1);
	return pid;
}

static void end(pid_t pid) {
	int status;
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void a_killed_holder_holds_nobody(void **state) {
	(void)state;
	begin();
	end(stuck_holder());
	struct source aws = {.id = "ASIAONE", .lives_s = HOUR_S};
	int64_t begun_ms = clock_monotonic_ms(&host_clock);
	expect_whole(calls_for(&aws, "ASIAONE", "after it"), 1, "asks");
	expect(clock_monotonic_ms(&host_clock) - begun_ms < 5000, "at once");
}

static void a_stuck_holder_holds_for_two_thirds(void **state) {
	(void)state;
	begin();
	pid_t holder = stuck_holder();
	struct source aws = {.id = "ASIAONE", .lives_s = HOUR_S};
	limit_ms = 900;
	expect_whole(calls_for(&aws, "ASIAONE", "stuck"), 1, "asks by itself");
	expect_holds(buf_str(&trace), "another check asks for too long", "stuck");
	expect(aws.seen_ms > 0 && aws.seen_ms <= 300, "%lld ms were left", (long long)aws.seen_ms);
	/* While the other one renews, old keys serve at once. */
	put_good_entry();
	clock_at(NOW_S + HOUR_S - 300);
	limit_ms = 30000;
	expect_whole(calls_for(&aws, "ASIAOLD", "renewed by another"), 0, "does not ask");
	/* A signal ends the wait. */
	assert_int_equal(unlink(entry_path()), 0);
	struct credentials got;
	struct err e = {.code = ERR_NONE};
	stop = 1;
	expect_whole(asked(&aws, NULL, &got, &e), -1, "stopped");
	expect_whole(e.code, ERR_DEADLINE, "stopped");
	expect_holds(e.message, "waiting for", "stopped");
	end(holder);
}

/* --- the AWS CLI's cache --- */

static void names_are_those_of_the_cli(void **state) {
	(void)state;
	cJSON *data = vectors_load("cache-keys.json");
	const cJSON *c;
	int count = 0;
	cJSON_ArrayForEach(c, vector_member(data, "assume_role")) {
		const cJSON *args = vector_member(c, "args");
		const cJSON *duration = cJSON_GetObjectItemCaseSensitive(args, "DurationSeconds");
		const struct sts_role role = {.role_arn = vector_text(args, "RoleArn"),
			.session_name = vector_text_or_null(args, "RoleSessionName"),
			.external_id = vector_text_or_null(args, "ExternalId"),
			.duration_s = duration ? (int64_t)duration->valuedouble : 0};
		struct buf text;
		buf_init(&text, 4096);
		expect_whole(cli_cache_identity_of_role(&role,
				     vector_text_or_null(args, "SerialNumber"), &text),
			0, "case %d", count);
		expect_text(buf_str(&text), vector_text(c, "json"), "case %d", count);
		buf_free(&text);
		count++;
	}
	assert_int_equal(count, 5);
	cJSON_Delete(data);
}

static void odd_characters_are_escaped_as_python_does(void **state) {
	(void)state;
	static const struct {
		const char *external_id,
			*wanted; /* NULL: no UTF-8; else from Python's json.dumps */
	} cases[] = {
		{"a\b\f\n\r\t\x01\x7f/\\\"", "a\\b\\f\\n\\r\\t\\u0001\\u007f/\\\\\\\""},
		{"\xe2\x82\xac", "\\u20ac"},
		{"\xf0\x9f\x98\x80", "\\ud83d\\ude00"},
		{"\xf4\x8f\xbf\xbf", "\\udbff\\udfff"},
		{"", ""},
		{"\xff", NULL},
		{"\xed\xa0\x80", NULL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct sts_role role = {.role_arn = "r", .external_id = cases[i].external_id};
		struct buf text, wanted;
		buf_init(&text, 4096);
		buf_init(&wanted, 4096);
		expect_whole(cli_cache_identity_of_role(&role, NULL, &text),
			cases[i].wanted ? 0 : -1, "case %zu", i);
		buf_addf(&wanted, "{\"ExternalId\": \"%s\", \"RoleArn\": \"r\"}",
			cases[i].wanted ? cases[i].wanted : "");
		if (cases[i].wanted)
			expect_text(buf_str(&text), buf_str(&wanted), "case %zu", i);
		buf_free(&text);
		buf_free(&wanted);
	}
	struct buf small;
	buf_init(&small, 10);
	expect_whole(cli_cache_identity_of_role(&(struct sts_role){.role_arn = "r"}, NULL, &small),
		-1, "no room");
	buf_free(&small);
	buf_init(&small, 0);
	expect_whole(cli_cache_identity_of_role(&(struct sts_role){.role_arn = "r"}, NULL, &small),
		-1, "no room at all");
	buf_free(&small);
}

static const char *cli_file(const char *file, const char *text) {
	char name[LINE_BYTES];
	(void)mkdir(scratch_path("home"), 0755);
	(void)mkdir(scratch_path("home/.aws"), 0755);
	(void)mkdir(scratch_path("home/.aws/cli"), 0755);
	(void)mkdir(scratch_path("home/.aws/cli/cache"), 0755);
	setenv("HOME", scratch_path("home"), 1);
	(void)snprintf(name, sizeof name, "home/.aws/cli/cache/%s", file);
	const char *path = scratch_text(name, text);
	assert_int_equal(chmod(path, 0600), 0);
	return path;
}

/* What the AWS CLI writes: the published example. */
static const char *cli_text(const cJSON *responses) {
	const cJSON *c;
	cJSON_ArrayForEach(c, vector_member(responses, "credentials")) {
		if (strcmp(vector_text(c, "service"), "cli_cache") == 0)
			return vector_text(c, "body");
	}
	fail_msg("no example of the AWS CLI's cache");
	return NULL;
}

static void expect_cli(const char *identity, bool used, const char *what) {
	struct source aws = {.id = "ASIAASKED"};
	struct credentials got;
	struct err e = {.code = ERR_NONE};
	expect_whole(asked(&aws, identity, &got, &e), 0, "%s", what);
	expect_text(got.access_key_id, used ? "ASIAEXAMPLEEXAMPLE00" : "ASIAASKED", "%s", what);
	if (used)
		expect_whole(got.expires_s, NOW_S + HOUR_S, "%s: until", what);
	credentials_free(&got);
}

static void entries_of_the_cli_are_taken(void **state) {
	(void)state;
	static const char *const lists[] = {"assume_role", "sso_role"};
	cJSON *data = vectors_load("cache-keys.json");
	cJSON *responses = vectors_load("responses.json");
	const cJSON *c;
	int count = 0;
	begin();
	for (size_t i = 0; i < LENGTH(lists); i++) {
		cJSON_ArrayForEach(c, vector_member(data, lists[i])) {
			const char *json = vector_text(c, "json");
			const char *path = cli_file(vector_text(c, "file"), cli_text(responses));
			clock_at(NOW_S);
			expect_cli(json, true, json);
			clock_at(NOW_S + HOUR_S - 900);
			expect_cli(json, true, "15 minutes are left");
			clock_at(NOW_S + HOUR_S - 899);
			expect_cli(json, false, "less is left");
			expect(access(path, F_OK) == 0, "the file stays");
			count++;
		}
	}
	assert_int_equal(count, 7);
	/* Keys of the Identity Center, whose time ends in Z. */
	clock_at(NOW_S);
	(void)cli_file("31b260dab331b2af063485cea75f7b8b3cf54c71.json",
		"{\"ProviderType\": \"sso\", \"Credentials\": {\"AccessKeyId\": \"ASIAEXAMPLEEXAMPLE00\", "
		"\"SecretAccessKey\": \"b\", \"SessionToken\": \"c\", \"Expiration\": \"2026-01-01T01:00:00Z\", "
		"\"AccountId\": \"123456789012\"}}");
	expect_cli(
		"{\"accountId\":\"123456789012\",\"roleName\":\"ReadOnly\",\"sessionName\":\"my-sso\"}",
		true, "sso");
	cJSON_Delete(data);
	cJSON_Delete(responses);
}

#define CLI_JSON "{\"RoleArn\": \"arn:aws:iam::123456789012:role/RoleA\"}"
#define CLI_FILE "330942beff5b0648244cebd8031e0bfca87ac4a0.json"

static void other_entries_of_the_cli_are_not(void **state) {
	(void)state;
	cJSON *responses = vectors_load("responses.json");
	const char *text = cli_text(responses);
	begin();
	const char *path = cli_file(CLI_FILE, text);
	const char *folder = scratch_path("home/.aws/cli/cache");
	expect_cli(CLI_JSON, true, "as it should be");
	expect_cli(NULL, false, "no such name");
	spent = "ASIAEXAMPLEEXAMPLE00";
	expect_cli(CLI_JSON, false, "AWS calls it expired");
	spent = NULL;
	no_cache = true;
	expect_cli(CLI_JSON, false, "--no-cache");
	no_cache = false;
	assert_int_equal(chmod(path, 0620), 0);
	expect_cli(CLI_JSON, false, "others may write it");
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(chmod(folder, 0777), 0);
	expect_cli(CLI_JSON, false, "others may exchange it");
	assert_int_equal(chmod(folder, 0755), 0);
	char cut[LINE_BYTES];
	for (size_t n = 0; n < strlen(text); n++) {
		(void)snprintf(cut, sizeof cut, "%.*s", (int)n, text);
		assert_int_equal(truncate(path, 0), 0);
		int fd = open(path, O_WRONLY);
		assert_int_equal(write(fd, cut, n), n);
		assert_int_equal(close(fd), 0);
		expect_cli(CLI_JSON, false, "cut");
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(scratch_text("elsewhere", text), path), 0);
	expect_cli(CLI_JSON, false, "symbolic link");
	cJSON_Delete(responses);
}

/* --- looking only --- */

static void looking_asks_nobody(void **state) {
	(void)state;
	cJSON *responses = vectors_load("responses.json");
	struct source aws = {.id = "ASIAASKED", .lives_s = HOUR_S};
	struct credentials got;
	const struct cached_request r = {.what = "role R",
		.identity = IDENTITY,
		.cli_identity = CLI_JSON,
		.fetch = fetch,
		.ctx = &aws};
	begin();
	struct credentials_context context = context_now();
	expect_whole(credentials_cache_look(&context, &r, &got), 1, "nothing");
	expect(!got.access_key_id, "no key");
	expect(access(scratch_path("cache"), F_OK) != 0, "nothing is made");
	(void)cli_file(CLI_FILE, cli_text(responses));
	expect_whole(credentials_cache_look(&context, &r, &got), 0, "the AWS CLI's");
	expect_text(got.access_key_id, "ASIAEXAMPLEEXAMPLE00", "the AWS CLI's");
	credentials_free(&got);
	put_good_entry();
	expect_whole(credentials_cache_look(&context, &r, &got), 0, "ours");
	expect_text(got.access_key_id, "ASIAOLD", "ours");
	credentials_free(&got);
	context.no_cache = true;
	expect_whole(credentials_cache_look(&context, &r, &got), 1, "--no-cache");
	expect_whole(aws.calls, 0, "AWS is not asked");
	cJSON_Delete(responses);
}

static int finish(void **state) {
	(void)state;
	buf_free(&trace);
	return 0;
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(keys_are_kept),
		UNIT_TEST(no_cache_leaves_no_trace),
		UNIT_TEST(keys_serve_and_are_renewed_by_age),
		UNIT_TEST(a_failed_renewal_is_no_loss),
		UNIT_TEST(what_aws_calls_expired_is_not_given_again),
		UNIT_TEST(keys_that_never_end_are_not_kept),
		UNIT_TEST(other_texts_are_as_if_absent),
		UNIT_TEST(cut_entries_are_as_if_absent),
		UNIT_TEST(entries_of_another_kind_are_not_read),
		UNIT_TEST(large_entries_are_not_read),
		UNIT_TEST(a_folder_of_another_kind_is_not_used),
		UNIT_TEST(the_folder_is_found),
		UNIT_TEST(nothing_writable_is_no_failure),
		UNIT_TEST(a_full_disk_is_no_failure),
		UNIT_TEST(old_files_are_removed),
		UNIT_TEST(a_cold_cache_asks_once_for_all),
		UNIT_TEST(early_renewal_asks_once_for_all),
		UNIT_TEST(a_failure_is_met_one_by_one),
		UNIT_TEST(a_killed_holder_holds_nobody),
		UNIT_TEST(a_stuck_holder_holds_for_two_thirds),
		UNIT_TEST(names_are_those_of_the_cli),
		UNIT_TEST(odd_characters_are_escaped_as_python_does),
		UNIT_TEST(entries_of_the_cli_are_taken),
		UNIT_TEST(other_entries_of_the_cli_are_not),
		UNIT_TEST(looking_asks_nobody),
	};
	return cmocka_run_group_tests_name("credential_cache", tests, NULL, finish);
}
