/* --extra-opts as the Monitoring Plugins define it. */
#include "config.h"

#include "support.h"

#include "harness/extra_opts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_WORDS = 16, TEXT_BYTES = 8192 };

/* Expands a line whose words are separated by blanks; a "%" stands for the path. */
static int expand(const char *line, const char *path, struct arguments *a, struct err *e) {
	char text[TEXT_BYTES] = "check_x";
	char *words[MAX_WORDS + 1] = {NULL};
	int count = 0;
	size_t n = strlen(text);
	if (*line)
		text[n++] = ' ';
	for (; *line; line++) {
		int used = *line == '%' ? snprintf(text + n, sizeof text - n, "%s", path)
					: snprintf(text + n, sizeof text - n, "%c", *line);
		n += (size_t)used;
		assert_true(n + 1 < sizeof text);
	}
	for (char *at = strtok(text, " "); at; at = strtok(NULL, " ")) {
		assert_true(count < MAX_WORDS);
		words[count++] = at;
	}
	*e = (struct err){.code = ERR_NONE};
	return extra_opts_expand(count, words, "check_x", a, e);
}

/* The words behind argv[0], joined by "|". */
static void join(const struct arguments *a, struct buf *out) {
	for (size_t i = 1; i < a->count; i++)
		buf_addf(out, "%s%s", i > 1 ? "|" : "", a->argv[i]);
}

static void check_line(const char *line, const char *path, const char *words, size_t from_ini) {
	struct arguments a;
	struct err e;
	struct buf joined;
	expect_whole(expand(line, path, &a, &e), 0, "%s: %s", line, e.message);
	buf_init(&joined, TEXT_BYTES);
	join(&a, &joined);
	expect_text(buf_str(&joined), words, "%s", line);
	expect_whole((int64_t)a.ini_count, (int64_t)from_ini, "%s: words from ini files", line);
	expect(a.count == 0 || strcmp(a.argv[0], "check_x") == 0, "%s: argv[0]", line);
	expect(a.count == 0 || a.argv[a.count] == NULL, "%s: a NULL at the end", line);
	buf_free(&joined);
	arguments_free(&a);
}

static void check_error(const char *line, const char *path, const char *words) {
	struct arguments a;
	struct err e;
	expect_whole(expand(line, path, &a, &e), -1, "%s", line);
	expect(e.code == ERR_USAGE || e.code == ERR_CONFIG, "%s: code %d", line, (int)e.code);
	expect_holds(e.message, words, "%s: message", line);
	arguments_free(&a);
}

static const char ini[] = "# comment\n[check_x]\nwarning=5\nverbose=\n; comment\n"
			  "critical = a b=c \n[other]\nservice=x\n[CHECK_X]\nno=1\n[empty]\n"
			  "[ check_x ]\nlast=1\n";

static void options_go_right_behind_the_name(void **state) {
	(void)state;
	const char *path = scratch_text("x.ini", ini);
	static const struct {
		const char *line, *words;
		size_t from_ini;
	} cases[] = {
		{"", "", 0},
		{"-c prod", "-c|prod", 0},
		{"--extra-opts=@%", "--warning=5|--verbose|--critical=a b=c|--last=1", 4},
		{"-c prod --extra-opts=@% -v",
			"--warning=5|--verbose|--critical=a b=c|--last=1|-c|prod|-v", 4},
		{"--extra-opts=other@%", "--service=x", 1},
		{"--extra-opts other@% -v", "--service=x|-v", 1},
		{"--extra-opts @% -v", "--warning=5|--verbose|--critical=a b=c|--last=1|-v", 4},
		/* Repeated: one after the other. */
		{"--extra-opts=other@% -v --extra-opts=@%",
			"--service=x|--warning=5|--verbose|--critical=a b=c|--last=1|-v", 5},
		/* Not this option. */
		{"--extra-optsx -v", "--extra-optsx|-v", 0},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		check_line(cases[i].line, path, cases[i].words, cases[i].from_ini);
	/* Nothing behind "--" is an option. */
	struct arguments a;
	struct err e;
	assert_int_equal(expand("-- --extra-opts=@%", path, &a, &e), 0);
	assert_int_equal(a.count, 3);
	assert_int_equal(a.ini_count, 0);
	arguments_free(&a);
}

/* getopt would read "-w=5" as the value "=5". */
static void one_letter_keys_work(void **state) {
	(void)state;
	struct arguments a;
	struct err e;
	const char *path = scratch_text("x.ini", "[check_x]\nw=5\nv=\ns=a b\n");
	assert_int_equal(expand("--extra-opts=@% -c prod", path, &a, &e), 0);
	optind = 0;
	static const int letters[] = {'w', 'v', 's', 'c', -1};
	static const char *const values[] = {"5", NULL, "a b", "prod", NULL};
	for (size_t i = 0; i < LENGTH(letters); i++) {
		optarg = NULL;
		expect_whole(getopt((int)a.count, a.argv, "w:vs:c:"), letters[i], "letter %zu", i);
		expect_text(optarg, values[i], "value %zu", i);
	}
	arguments_free(&a);
}

static void broken_files_are_errors(void **state) {
	(void)state;
	const char *path = scratch_text("x.ini", ini);
	check_error("--extra-opts=@/nonexistent/x.ini", path, "/nonexistent/x.ini");
	check_error("--extra-opts=absent@%", path, "absent");
	check_error("--extra-opts=empty@%", path, "empty");
	check_error("--extra-opts=Other@%", path, "Other");
	check_error("--extra-opts=@/", path, "/");
	static const struct {
		const char *text, *words;
	} cases[] = {{"w=5\n[check_x]\nk=v\n", "1"},
		{"[check_x]\nno equals\n", "line 2&no '='&KEY=VALUE"}, {"[check_x]\n=v\n", "2"},
		{"[check_x\nk=v\n", "1"}, {"[check_x]\nextra-opts=@/x\n", "extra-opts"},
		{"", "check_x"}};
	for (size_t i = 0; i < LENGTH(cases); i++)
		check_error("--extra-opts=@%", scratch_text("bad.ini", cases[i].text),
			cases[i].words);
}

static void long_values_are_whole(void **state) {
	(void)state;
	struct arguments a;
	struct err e;
	struct buf text;
	char value[5001];
	memset(value, 'v', 5000);
	value[5000] = '\0';
	buf_init(&text, 10000);
	buf_addf(&text, "[check_x]\r\nservice=%s\r\n", value);
	assert_int_equal(expand("--extra-opts=@%", scratch_text("x.ini", buf_str(&text)), &a, &e),
		0);
	assert_int_equal(a.count, 2);
	assert_string_equal(a.argv[1] + strlen("--service="), value);
	arguments_free(&a);
	buf_free(&text);
}

/* --- where the file is looked for --- */

static void the_file_is_searched(void **state) {
	(void)state;
	char search[TEXT_BYTES];
	const char *empty = scratch_path("empty");
	assert_int_equal(mkdir(empty, 0700), 0);
	assert_int_equal(mkdir(scratch_path("one"), 0700), 0);
	assert_int_equal(mkdir(scratch_path("two"), 0700), 0);
	const char *named = scratch_text("named.ini", "[check_x]\nfrom=named\n");
	(void)snprintf(search, sizeof search, "::%s:%s:%s", empty, scratch_path("one"),
		scratch_path("two"));
	setenv("NAGIOS_CONFIG_PATH", search, 1);
	(void)scratch_text("two/monitoring-plugins.ini", "[check_x]\nfrom=two\n");
	check_line("--extra-opts -v", "", "--from=two|-v", 1);
	/* The directories in their order; within one, the names in theirs. */
	(void)scratch_text("one/nagios-plugins.ini", "[check_x]\nfrom=third\n");
	check_line("--extra-opts -v", "", "--from=third|-v", 1);
	(void)scratch_text("one/plugins.ini", "[check_x]\nfrom=second\n");
	check_line("--extra-opts", "", "--from=second", 1);
	(void)scratch_text("one/monitoring-plugins.ini", "[check_x]\nfrom=first\n[s]\nfrom=s\n");
	check_line("--extra-opts=", "", "--from=first", 1);
	check_line("--extra-opts=s", "", "--from=s", 1);
	check_line("--extra-opts s", "", "--from=s", 1);
	setenv("MP_CONFIG_FILE", named, 1);
	check_line("--extra-opts", "", "--from=named", 1);
	setenv("MP_CONFIG_FILE", "/nonexistent/mp.ini", 1);
	check_error("--extra-opts", "", "/nonexistent/mp.ini");
}

static void standard_input_is_a_file(void **state) {
	(void)state;
	int saved = dup(STDIN_FILENO);
	int fd = open(scratch_text("stdin.ini", "[check_x]\nfrom=stdin\n[s]\nfrom=s\n"), O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	check_line("--extra-opts=@- -v", "", "--from=stdin|-v", 1);
	assert_int_equal(lseek(STDIN_FILENO, 0, SEEK_SET), 0);
	check_line("--extra-opts=s@-", "", "--from=s", 1);
	(void)close(fd);
	if (saved >= 0) {
		assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
		(void)close(saved);
	} else {
		(void)close(STDIN_FILENO);
	}
}

static void an_empty_command_line_is_fine(void **state) {
	(void)state;
	struct arguments a;
	char *none[] = {NULL};
	assert_int_equal(extra_opts_expand(0, none, "check_x", &a, NULL), 0);
	assert_true(a.count >= 1);
	assert_null(a.argv[a.count]);
	arguments_free(&a);
	a = (struct arguments){0};
	arguments_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		UNIT_TEST(options_go_right_behind_the_name),
		UNIT_TEST(one_letter_keys_work),
		UNIT_TEST(broken_files_are_errors),
		UNIT_TEST(long_values_are_whole),
		UNIT_TEST(the_file_is_searched),
		UNIT_TEST(standard_input_is_a_file),
		UNIT_TEST(an_empty_command_line_is_fine),
	};
	return cmocka_run_group_tests_name("extra_opts", tests, NULL, NULL);
}
