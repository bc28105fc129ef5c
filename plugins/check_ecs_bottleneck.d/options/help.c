#include "config.h"

#include "options/help.h"

#include "options/table.h"

#include <string.h>

enum { COLUMNS = 79, HELP_COLUMN = 30, TITLE_COLUMNS = 15 };

static const char usage[] =
	"Usage: " PACKAGE_NAME " [-c CLUSTER] [OPTION]...\n\n"
	"Checks the peak CPU and memory utilisation of every service in an Amazon ECS\n"
	"cluster against warning and critical ranges (in percent; 80 and 95).\n\n";

static const char examples[] = "  " PACKAGE_NAME
			       "                               pick a cluster, see charts\n"
			       "  " PACKAGE_NAME " -c prod                       one cluster\n"
			       "  " PACKAGE_NAME " -c prod -s api                one service\n"
			       "  " PACKAGE_NAME
			       " -c prod -C memory=98          another range for memory\n"
			       "  " PACKAGE_NAME " -c prod -p other              another account\n"
			       "  " PACKAGE_NAME
			       " -c prod --probe               does my set-up work?\n"
			       "  " PACKAGE_NAME
			       " -c prod --output-format=json  machine-readable output\n\n";

static const char ranges[] =
	"\nA RANGE is [@]START:END in percent, as in the Monitoring Plugins: 80 alerts\n"
	"above 80 (and below 0), 10:90 outside, @10:20 inside, ~:95 above only; ~:\n"
	"switches a threshold off. -c is the cluster, the critical range is -C.\n"
	"Credentials, region and endpoints are found as the AWS CLI finds them.\n"
	"Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n";

/* "--cluster=NAME|ARN", "--help[=all]". */
static void add_name(struct buf *out, const struct option_spec *o) {
	bool optional = option_table_is_optional(o);
	buf_addf(out, "--%s", o->name);
	if (o->argument)
		buf_addf(out, optional ? "[=%s]" : "=%s", o->argument);
}

static void pad(struct buf *out, size_t start, size_t column) {
	while (!out->failed && out->len - start < column)
		buf_addc(out, ' ');
}

/* --- the short help --- */

/* Appends the names of a group's options beside its heading, as many as fit into each line. */
static void add_group_names(struct buf *out, enum option_group group) {
	size_t start = out->len;
	buf_adds(out, option_group_titles[group]);
	pad(out, start, TITLE_COLUMNS);
	for (size_t i = 0; i < option_count; i++) {
		const struct option_spec *o = &option_table[i];
		struct buf item;
		if (o->group != group)
			continue;
		buf_init(&item, COLUMNS);
		if (o->letter)
			buf_addf(&item, "-%c, ", o->letter);
		add_name(&item, o);
		if (out->len - start + 2 + item.len > COLUMNS) {
			buf_addc(out, '\n');
			start = out->len;
			pad(out, start, TITLE_COLUMNS);
		}
		buf_addf(out, "  %s", buf_str(&item));
		buf_fail_with(out, &item);
		buf_free(&item);
	}
	buf_addc(out, '\n');
}

void options_help(struct buf *out) {
	buf_adds(out, usage);
	buf_adds(out, examples);
	for (int group = 0; group < OPTION_GROUPS; group++)
		add_group_names(out, (enum option_group)group);
	buf_adds(out,
		"\n-c is the cluster; the critical range is -C.\n"
		"`" PACKAGE_NAME " --help=all` and `man " PACKAGE_NAME "`\n"
		"explain each option.\n");
}

/* --- the long one --- */

static void add_option(struct buf *out, const struct option_spec *o) {
	size_t start = out->len;
	if (o->letter)
		buf_addf(out, " -%c, ", o->letter);
	else
		buf_adds(out, "     ");
	add_name(out, o);
	if (out->len - start >= HELP_COLUMN - 1) {
		buf_addc(out, '\n');
		start = out->len;
	}
	for (const char *line = o->help; *line;) {
		size_t n = strcspn(line, "\n");
		pad(out, start, HELP_COLUMN);
		buf_add(out, line, n);
		buf_addc(out, '\n');
		start = out->len;
		line += n + (line[n] == '\n');
	}
}

void options_help_all(struct buf *out) {
	buf_adds(out, usage);
	for (size_t i = 0; i < option_count; i++) {
		bool begins = i == 0 || option_table[i].group != option_table[i - 1].group;
		if (begins)
			buf_addf(out, "%s%s:\n", i > 0 ? "\n" : "",
				option_group_titles[option_table[i].group]);
		add_option(out, &option_table[i]);
	}
	buf_adds(out, ranges);
}

void options_version(struct buf *out) {
	buf_adds(out, PACKAGE_NAME " " PACKAGE_VERSION "\n");
}
