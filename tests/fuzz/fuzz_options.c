/* The command line: what standard input holds for --extra-opts=@-, then the words, each behind a
 * NUL. What is taken is within its bounds, and is taken alike twice. */
#include "config.h"

#include "fuzz.h"

#include "options/options.h"

#include <stdlib.h>

enum { MOST_WORDS = 64, LONGEST_TIMEOUT_S = 86400 };

static void must_be_ranges(const struct config *c) {
	for (size_t m = 0; m < METRICS; m++)
		fuzz_must(c->warning[m].start <= c->warning[m].end &&
				c->critical[m].start <= c->critical[m].end,
			"ranges are ranges");
}

static void must_be_in_bounds(const struct config *c, size_t words) {
	struct err e = {.code = ERR_NONE};
	fuzz_must(!c->cluster == !c->cluster_name, "a cluster has a name");
	fuzz_must(!c->cluster_name || arn_is_ecs_name(c->cluster_name), "one that ECS takes");
	fuzz_must(!c->session.arn_region || *c->session.arn_region, "an ARN has a region");
	must_be_ranges(c);
	fuzz_must(c->metrics[METRIC_CPU] || c->metrics[METRIC_MEMORY] || c->metrics[METRIC_EBS],
		"some metric is asked for");
	fuzz_must(window_check(&c->window, &e) == 0, "the window keeps CloudWatch's rules");
	fuzz_must(c->breaches >= 1 && c->breaches <= window_points(&c->window), "breaches can be");
	fuzz_must(c->timeout_s >= 1 && c->timeout_s <= LONGEST_TIMEOUT_S, "the timeout is one");
	fuzz_must(c->verbosity >= 0 && c->verbosity <= 3, "verbosity has four levels");
	fuzz_must(c->include.count + c->exclude.count <= words + c->arguments.ini_count,
		"no more patterns than words");
	fuzz_must(strlen(c->statistic) > 0 && strlen(c->statistic) < sizeof c->statistic,
		"there is a statistic");
}

/* --extra-opts may read what this target offers, no other file. */
static bool names_a_file(const char *word) {
	const char *at = strchr(word, '@');
	return at && strcmp(at, "@-") != 0 && strncmp(word, "arn:", 4) != 0;
}

static enum options_outcome parse(const char *ini, int count, char *const *words, struct err *e) {
	struct config c;
	fuzz_stdin(ini);
	enum options_outcome outcome = options_parse(count, words, &c, e);
	if (outcome == OPTIONS_RUN)
		must_be_in_bounds(&c, (size_t)count);
	else if (outcome == OPTIONS_BAD)
		fuzz_must_explain(e);
	config_free(&c);
	return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	char program[] = "check_ecs_bottleneck";
	char *words[MOST_WORDS + 1] = {program};
	struct err first = {.code = ERR_NONE};
	struct err second = {.code = ERR_NONE};
	int count = 1;
	bool foreign = false;
	/* The usual places for ini files are this host's own. */
	(void)setenv("MP_CONFIG_FILE", "/dev/null", 1);
	char *ini = fuzz_field(&in, '\0');
	while (in.left > 0 && count < MOST_WORDS) {
		words[count] = fuzz_field(&in, '\0');
		foreign = foreign || names_a_file(words[count]);
		count++;
	}
	if (!foreign) {
		enum options_outcome outcome = parse(ini, count, words, &first);
		fuzz_must(parse(ini, count, words, &second) == outcome &&
				strcmp(first.message, second.message) == 0,
			"the same words mean the same");
	}
	for (int i = 1; i < count; i++)
		free(words[i]);
	free(ini);
	return 0;
}
