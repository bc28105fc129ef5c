/* How the user wants the output to look. */
#ifndef MODEL_STYLE_H
#define MODEL_STYLE_H

#include "harness/output_bound.h"

#include <stdint.h>

enum report_format { FORMAT_MULTI_LINE, FORMAT_JSON };

/* PERFDATA_AUTO: none on a terminal, all elsewhere. */
enum perfdata_choice {
	PERFDATA_AUTO,
	PERFDATA_ALL,
	PERFDATA_PROBLEMS,
	PERFDATA_SUMMARY,
	PERFDATA_NONE
};

enum terminal_choice { TERMINAL_AUTO, TERMINAL_ALWAYS, TERMINAL_NEVER };

struct style {
	enum report_format format;
	enum perfdata_choice perfdata;
	enum terminal_choice chart, colour, links;
	struct output_bound max_output;
	int verbosity;      /* 0-3 */
	int64_t interval_s; /* between two runs; 0: unknown */
};

#endif
