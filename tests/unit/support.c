#include "config.h"

#include "support.h"

#include "base/secrets.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_PATHS = 1024, PATH_BYTES = 512, WHAT_BYTES = 512, MAX_COMPLAINTS = 20 };

static int unmet;
static char scratch[PATH_BYTES];
static char *paths[MAX_PATHS];
static size_t path_count;

/* --- the frame of a test --- */

static bool starts_with(const char *s, const char *prefix) {
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

void environment_clear(void) {
	static const char *const prefixes[] = {"AWS_",
		"MP_CONFIG_FILE=", "NAGIOS_CONFIG_PATH=", "XDG_CACHE_HOME="};
	for (size_t i = 0; environ && environ[i];) {
		bool ours = false;
		for (size_t p = 0; p < LENGTH(prefixes); p++)
			ours = ours || starts_with(environ[i], prefixes[p]);
		const char *equals = strchr(environ[i], '=');
		if (!ours || !equals) {
			i++;
			continue;
		}
		char name[WHAT_BYTES];
		(void)snprintf(name, sizeof name, "%.*s", (int)(equals - environ[i]), environ[i]);
		assert_int_equal(unsetenv(name), 0);
		i = 0;
	}
	assert_int_equal(setenv("HOME", "/nonexistent", 1), 0);
}

int support_begin(void **state) {
	(void)state;
	unmet = 0;
	environment_clear();
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at) {
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

int support_end(void **state) {
	(void)state;
	if (*scratch)
		(void)nftw(scratch, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	*scratch = '\0';
	while (path_count > 0)
		free(paths[--path_count]);
	secrets_wipe();
	if (unmet > 0)
		print_error("# %d expectations were not met\n", unmet);
	return unmet > 0 ? -1 : 0;
}

/* --- expectations --- */

/* Returns whether details are worth printing. */
static bool complain(const char *what, va_list args) {
	char text[WHAT_BYTES];
	(void)vsnprintf(text, sizeof text, what, args);
	if (unmet++ >= MAX_COMPLAINTS)
		return false;
	print_error("# not met: %s\n", text);
	return true;
}

void expect(bool met, const char *what, ...) {
	va_list args;
	va_start(args, what);
	if (!met)
		(void)complain(what, args);
	va_end(args);
}

void expect_text(const char *got, const char *wanted, const char *what, ...) {
	va_list args;
	va_start(args, what);
	if ((!got != !wanted || (got && wanted && strcmp(got, wanted) != 0)) &&
		complain(what, args))
		print_error("#   wanted: %s\n#   got:    %s\n", wanted ? wanted : "(null)",
			got ? got : "(null)");
	va_end(args);
}

void expect_whole(int64_t got, int64_t wanted, const char *what, ...) {
	va_list args;
	va_start(args, what);
	if (got != wanted && complain(what, args))
		print_error("#   wanted: %lld\n#   got:    %lld\n", (long long)wanted,
			(long long)got);
	va_end(args);
}

void expect_number(double got, double wanted, const char *what, ...) {
	va_list args;
	va_start(args, what);
	/* The sign of zero counts. */
	bool same = (isnan(got) && isnan(wanted)) ||
		(got == wanted && signbit(got) == signbit(wanted));
	if (!same && complain(what, args))
		print_error("#   wanted: %.17g\n#   got:    %.17g\n", wanted, got);
	va_end(args);
}

void expect_holds(const char *got, const char *words, const char *what, ...) {
	va_list args;
	va_start(args, what);
	bool all = got != NULL;
	for (const char *at = words; got && *at;) {
		char word[WHAT_BYTES];
		size_t n = strcspn(at, "&");
		(void)snprintf(word, sizeof word, "%.*s", (int)n, at);
		all = all && strstr(got, word) != NULL;
		at += n + (at[n] == '&');
	}
	if (!all && complain(what, args))
		print_error("#   wanted in it: %s\n#   got:          %s\n", words,
			got ? got : "(null)");
	va_end(args);
}

/* --- files --- */

static const char *keep_path(const char *directory, const char *name) {
	size_t n = strlen(directory) + strlen(name) + 2;
	assert_true(path_count < MAX_PATHS);
	char *path = malloc(n);
	assert_non_null(path);
	(void)snprintf(path, n, "%s/%s", directory, name);
	paths[path_count++] = path;
	return path;
}

const char *scratch_path(const char *name) {
	if (!*scratch) {
		const char *base = getenv("TMPDIR");
		(void)snprintf(scratch, sizeof scratch, "%s/check-ecs-unit.XXXXXX",
			base && *base ? base : "/tmp");
		assert_non_null(mkdtemp(scratch));
	}
	return keep_path(scratch, name);
}

const char *scratch_write(const char *name, const void *bytes, size_t n) {
	const char *path = scratch_path(name);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	return path;
}

const char *scratch_text(const char *name, const char *text) {
	return scratch_write(name, text, strlen(text));
}

/* --- published test data --- */

cJSON *vectors_load(const char *name) {
	const char *top = getenv("CHECK_ECS_SRCDIR");
	char path[PATH_BYTES];
	(void)snprintf(path, sizeof path, "%s/tests/vectors/%s", top && *top ? top : ".", name);
	FILE *f = fopen(path, "rb");
	if (!f)
		fail_msg("cannot read %s: set CHECK_ECS_SRCDIR to the top of the sources", path);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	long n = ftell(f);
	assert_true(n > 0);
	rewind(f);
	char *text = calloc((size_t)n + 1, 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, (size_t)n, f), n);
	(void)fclose(f);
	cJSON *v = cJSON_Parse(text);
	free(text);
	assert_non_null(v);
	return v;
}

const cJSON *vector_member(const cJSON *v, const char *name) {
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(v, name);
	if (!member)
		fail_msg("the test data has no member %s here", name);
	return member;
}

const char *vector_text_or_null(const cJSON *v, const char *name) {
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(v, name);
	assert_true(!member || cJSON_IsNull(member) || cJSON_IsString(member));
	return cJSON_GetStringValue(member);
}

const char *vector_text(const cJSON *v, const char *name) {
	(void)vector_member(v, name);
	return vector_text_or_null(v, name);
}

bool vector_flag(const cJSON *v, const char *name) {
	const cJSON *member = vector_member(v, name);
	assert_true(cJSON_IsBool(member));
	return cJSON_IsTrue(member);
}

double vector_number(const cJSON *v, const char *name) {
	const cJSON *member = vector_member(v, name);
	assert_true(cJSON_IsNumber(member));
	return member->valuedouble;
}

/* --- clocks --- */

static int64_t standing_ms;

static int64_t wall_of_standing(void *ctx) {
	(void)ctx;
	return standing_ms;
}

struct clock clock_standing_at(int64_t now_s) {
	struct clock clock = clock_system();
	standing_ms = now_s * 1000;
	clock.wall_ms = wall_of_standing;
	return clock;
}
