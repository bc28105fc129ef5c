#include "config.h"

#include "cache_stage.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct clock host_clock;
volatile sig_atomic_t stop;
struct buf trace;
const char *spent;
bool no_cache;
int64_t limit_ms;

void wait_ms(int ms) {
	(void)usleep((useconds_t)ms * 1000);
}

int fetch(void *ctx, struct keys *out, struct err *e) {
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
	if (keys_set(out, s->id, "SECRETkey", "SECRETtoken", e))
		return -1;
	out->expires_s = s->lives_s ? clock_wall_ms(&host_clock) / 1000 + s->lives_s : 0;
	return 0;
}

struct provider_context context_now(void) {
	static struct spent_key spent_key;
	if (spent)
		(void)snprintf(spent_key.id, sizeof spent_key.id, "%s", spent);
	return (struct provider_context){.no_cache = no_cache,
		.spent = spent ? &spent_key : NULL,
		.run = {.deadline = {.clock = &host_clock,
				.at_ms = clock_monotonic_ms(&host_clock) + limit_ms,
				.stop = &stop},
			.trace = &trace}};
}

void begin(void) {
	host_clock = clock_standing_at(NOW_S);
	stop = 0;
	spent = NULL;
	no_cache = false;
	limit_ms = 30000;
	setenv("XDG_CACHE_HOME", scratch_path("cache"), 1);
	buf_free(&trace);
	buf_init(&trace, 65536);
}

int asked(struct source *s, const char *cli, struct keys *out, struct err *e) {
	const struct provider_context context = context_now();
	s->deadline_ms = context.run.deadline.at_ms;
	const struct cache_request r = {.what = "role R",
		.identity = IDENTITY,
		.cli_identity = cli,
		.fetch = fetch,
		.ctx = s,
		.deadline_ms = &s->deadline_ms};
	return cache_get_or_fetch(&context, &r, out, e);
}

int calls_for(struct source *s, const char *wanted_id, const char *what) {
	struct keys got;
	struct err e = {.code = ERR_NONE};
	int before = s->calls;
	buf_truncate(&trace, 0);
	expect_whole(asked(s, NULL, &got, &e), 0, "%s: %s", what, e.message);
	expect_text(got.access_key_id, wanted_id, "%s: key", what);
	expect_text(got.secret_access_key, "SECRETkey", "%s: secret", what);
	expect_text(got.session_token, "SECRETtoken", "%s: token", what);
	expect(!strstr(buf_str(&trace), "SECRET"), "%s: no secret in the trace", what);
	keys_free(&got);
	return s->calls - before;
}

void clock_at(int64_t s) {
	host_clock = clock_standing_at(s);
}

const char *entry_path(void) {
	return scratch_path(FOLDER "/" HASH ".json");
}

void put_entry(const char *name, const char *version, const char *identity, const char *id,
	int64_t made_s, int64_t expires_s) {
	char text[LINE_BYTES], made[TIME_ISO_BYTES], until[TIME_ISO_BYTES];
	(void)snprintf(text, sizeof text,
		"{\"Version\":%s,\"Identity\":\"%s\",\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"SECRETkey\","
		"\"SessionToken\":\"SECRETtoken\",\"Expiration\":\"%s\",\"Made\":\"%s\"",
		version, identity, id, time_format_iso(expires_s, until),
		time_format_iso(made_s, made));
	put_text(name, text);
}

void put_text(const char *name, const char *body) {
	char text[2 * LINE_BYTES], hex[CRYPTO_SHA256_HEX];
	unsigned char digest[CRYPTO_SHA256_BYTES];
	struct err e;
	assert_int_equal(crypto_sha256(body, strlen(body), digest, &e), 0);
	crypto_hex(digest, sizeof digest, hex);
	(void)snprintf(text, sizeof text, "%s,\n\"Checksum\": \"%s\"}\n", body, hex);
	(void)mkdir(scratch_path("cache"), 0700);
	(void)mkdir(scratch_path(FOLDER), 0700);
	assert_int_equal(chmod(scratch_text(name, text), 0600), 0);
}

void put_good_entry(void) {
	put_entry(FOLDER "/" HASH ".json", "2", JSON_IDENTITY, "ASIAOLD", NOW_S - 60,
		NOW_S + HOUR_S);
}

mode_t mode_of(const char *path) {
	struct stat st;
	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

int count_names(const char *path) {
	DIR *d = opendir(path);
	int n = 0;
	for (const struct dirent *x = d ? readdir(d) : NULL; x; x = readdir(d))
		n += strcmp(x->d_name, ".") != 0 && strcmp(x->d_name, "..") != 0;
	if (d)
		(void)closedir(d);
	return n;
}

int stage_end(void **state) {
	(void)state;
	buf_free(&trace);
	return 0;
}
