/* The command line: what standard input holds for --extra-opts=@-, then the words, each behind a
 * NUL. What is taken is within its bounds, and is taken alike twice. */
#include "config.h"

#include "fuzz.h"

#include "aws/service/arn.h"
#include "options/options.h"

#include <stdlib.h>

enum { MAX_WORDS = 64, MAX_TIMEOUT_S = 86400 };

static void must_be_ranges(const struct rules *r) {
	for (size_t i = 0; i < r->thresholds.count; i++)
		fuzz_must(r->thresholds.items[i].range.start <= r->thresholds.items[i].range.end,
			"ranges are ranges");
}

static size_t count_commas(const char *s) {
	size_t count = 0;
	for (const char *at = strchr(s, ','); at; at = strchr(at + 1, ','))
		count++;
	return count;
}

static void must_be_in_bounds(const struct options *o, size_t words) {
	struct err e = {.code = ERR_NONE};
	fuzz_must(!o->choice.cluster == !o->choice.cluster_name, "a cluster has a name");
	fuzz_must(!o->choice.cluster_name || arn_is_ecs_name(o->choice.cluster_name),
		"one that ECS takes");
	fuzz_must(!*o->choice.cluster_region == !*o->choice.cluster_account, "an ARN has a region");
	must_be_ranges(&o->rules);
	fuzz_must(o->rules.metrics[METRIC_CPU] || o->rules.metrics[METRIC_MEMORY] ||
			o->rules.metrics[METRIC_EBS] || o->rules.metrics[METRIC_TASKS],
		"some metric is asked for");
	fuzz_must(window_check(&o->rules.window, &e) == 0, "the window keeps CloudWatch's rules");
	fuzz_must(o->rules.breaches >= 1 && o->rules.breaches <= window_points(&o->rules.window),
		"breaches can be");
	fuzz_must(o->choice.timeout_s >= 1 && o->choice.timeout_s <= MAX_TIMEOUT_S,
		"the timeout is one");
	fuzz_must(o->style.verbosity >= 0 && o->style.verbosity <= 3, "verbosity has four levels");
	fuzz_must(o->rules.include.count + o->rules.exclude.count <= words + o->arguments.ini_count,
		"no more patterns than words and what commas separate");
	for (int m = 0; m < METRICS; m++) {
		struct statistic found;
		const char *name = statistics_of(&o->rules.statistics, (enum metric)m)->name;
		fuzz_must(statistic_from_name(name, strlen(name), &found) == 0,
			"each metric has a statistic of CloudWatch");
	}
}

/* --extra-opts may read what this target offers, no other file. */
static bool names_a_file(const char *word) {
	const char *at = strchr(word, '@');
	return at && strcmp(at, "@-") != 0 && strncmp(word, "arn:", 4) != 0;
}

static enum options_outcome parse(const char *ini, int count, char *const *words, struct err *e) {
	struct options o;
	size_t most = (size_t)count + count_commas(ini);
	for (int i = 0; i < count; i++)
		most += count_commas(words[i]);
	fuzz_stdin(ini);
	enum options_outcome outcome = options_parse(count, words, &o, e);
	if (outcome == OPTIONS_RUN)
		must_be_in_bounds(&o, most);
	else if (outcome == OPTIONS_BAD)
		fuzz_must_explain(e);
	options_free(&o);
	return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	char program[] = "check_ecs_bottleneck";
	char *words[MAX_WORDS + 1] = {program};
	struct err first = {.code = ERR_NONE};
	struct err second = {.code = ERR_NONE};
	int count = 1;
	bool foreign = false;
	/* The usual places for ini files are this host's own. */
	(void)setenv("MP_CONFIG_FILE", "/dev/null", 1);
	char *ini = fuzz_field(&in, '\0');
	while (in.left > 0 && count < MAX_WORDS) {
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
