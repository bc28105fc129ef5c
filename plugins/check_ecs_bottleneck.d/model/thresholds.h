/* The ranges of -w and -C: a list of what was given, and which entry of it serves a service's
 * metric. (The contract: the service part decides first, an exact name before a glob before none,
 * then METRIC= before a plain range, then the later one.)
 */
#ifndef MODEL_THRESHOLDS_H
#define MODEL_THRESHOLDS_H

#include "base/err.h"
#include "harness/range.h"
#include "model/metric.h"

#include <stdbool.h>
#include <stddef.h>

enum threshold_level { THRESHOLD_WARNING, THRESHOLD_CRITICAL };
enum { THRESHOLD_LEVELS = 2, THRESHOLDS_MAX = 1000 };

/* The parts of "[GLOB/][METRIC=]RANGE". */
struct threshold_text {
	const char *glob; /* glob_len bytes of the text; NULL: every service */
	size_t glob_len;
	bool has_metric; /* false: every utilisation metric, which running tasks are not */
	enum metric metric;
	struct range range;
};

/* Reads such a text. The last '/' ends the service part. out borrows from text. 0, or -1 with
 * ERR_SYNTAX and a phrase that quotes the text and says what to write; the caller puts the option
 * before it. */
int threshold_parse(const char *text, struct threshold_text *out, struct err *e);

/* Whether n bytes of a service part are the name of one service: no "*", "?", "[" or "\". */
bool threshold_glob_is_name(const char *glob, size_t n);

struct threshold {
	enum threshold_level level;
	char *text;       /* as given; NULL: a default */
	bool from_file;   /* it was given in an ini file; set by who adds it */
	char *glob;       /* NULL: every service */
	bool is_name;     /* the glob is the name of one service */
	size_t plain_len; /* bytes of the glob before the first special character */
	size_t same_glob; /* index of the first entry with this glob */
	bool has_metric;
	enum metric metric;
	struct range range;
};

/* In the order given, places that the user gave first coming first. A zeroed list is empty. */
struct thresholds {
	struct threshold *items;
	size_t count;
};

/* Appends a copy of what text says. 0, or -1 as threshold_parse, with ERR_MEMORY, or ERR_LIMIT
 * beyond THRESHOLDS_MAX entries. */
int thresholds_add(struct thresholds *t, enum threshold_level level, const char *text,
	struct err *e);

/* Frees the contents; the list is empty then. */
void thresholds_free(struct thresholds *t);

/* The entries that serve a service; borrowed from the list, hence valid until it changes. */
struct service_thresholds {
	const struct threshold *by[ALL_METRICS][THRESHOLD_LEVELS];
};

/* The range that counts if nothing was given: 80 and 95, of running tasks 100: and 50:. Static. */
const struct threshold *threshold_default(enum threshold_level level, enum metric m);

/* The entries for a service that no service part names. */
struct service_thresholds thresholds_general(const struct thresholds *t);

/* Finds the entries for the service with this name, in one pass over the list. matched (one flag
 * an entry, or NULL) receives true for each entry whose service part matches the name or is
 * missing, and is never set to false: after all listed services, an entry with a service part whose
 * flag is false is idle. */
struct service_thresholds thresholds_of_service(const struct thresholds *t, const char *name,
	bool *matched);

#endif
