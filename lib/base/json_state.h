/* Internals of the JSON reader, shared by its three files only: json.c (reads and changes
 * documents), json_scan.c (checks the text before cJSON) and json_parse.c (cJSON, and the checks it
 * lacks). */
#ifndef BASE_JSON_STATE_H
#define BASE_JSON_STATE_H

#include "base/json.h"

#include <cjson/cJSON.h>

/* Memory of one document: allocated from blocks in order, freed as a whole. */
struct json_block;
struct json_arena {
	struct json_block *blocks; /* newest first */
	bool failed;               /* an allocation failed */
};

struct json_document {
	cJSON root; /* must be first: the document and its root have the same address */
	struct json_arena arena;
};

/* Makes cJSON allocate from the arena until json_leave_arena(), with room for this many bytes in
 * that many pieces. 0, or -1 when out of memory. */
int json_enter_arena(struct json_arena *a, size_t pieces, size_t bytes);
void json_leave_arena(void);

/* The result of scanning a text. */
struct json_scan {
	char *text; /* for cJSON: the text with null in place of each number */
	size_t len;
	double *numbers; /* for each null in it, in order: its number, NAN for one that no double
			    can hold, or json_null_itself */
	size_t number_count;
	size_t value_count; /* numbers, strings, names, lists and so on */
	bool out_of_range;  /* there is such a NAN */
};

extern const double json_null_itself; /* no JSON number is infinite */

/* Checks what cJSON does not and reads the numbers; the structure is left to cJSON. 0, or -1 with
 * ERR_SYNTAX, ERR_LIMIT or ERR_MEMORY. out is always set; json_scan_free wipes and frees it. */
int json_scan(const char *text, size_t n, struct json_scan *out, struct err *e);
void json_scan_free(struct json_scan *s);

/* Sets e to "not valid JSON: WHY"; returns -1. */
int json_bad(struct err *e, const char *why);

#endif
