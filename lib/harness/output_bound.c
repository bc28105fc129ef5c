#include "config.h"

#include "harness/output_bound.h"

#include "base/num.h"
#include "base/text.h"

#include <string.h>

int output_bound_parse(const char *text, struct output_bound *bound, struct err *e) {
	static const struct {
		const char *name;
		struct output_bound bound;
	} programs[] = {{"nagios", {4096, false}}, {"nrpe", {65504, false}},
		{"nrpe2", {1023, false}}, {"icingadb", {10000, true}}};
	for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
		if (text_is_word(text, programs[i].name)) {
			*bound = programs[i].bound;
			return 0;
		}
	}
	int64_t bytes;
	if (num_parse_whole(text, strlen(text), OUTPUT_BOUND_MAX_BYTES, &bytes) ||
		bytes < OUTPUT_BOUND_MIN_BYTES)
		return err_set(e, ERR_USAGE,
			"--max-output=%.60s is not valid; use %d to %d bytes, or nagios, nrpe, nrpe2 or icingadb",
			text, OUTPUT_BOUND_MIN_BYTES, OUTPUT_BOUND_MAX_BYTES);
	*bound = (struct output_bound){.max = (size_t)bytes};
	return 0;
}
