/* The inside of the JSON reader, shared by its three files: json.c (looking at documents and
 * changing them), json_scan.c (the gate before cJSON) and json_parse.c (cJSON, and what it leaves
 * unchecked). Nobody else includes it. */
#ifndef BASE_JSON_STATE_H
#define BASE_JSON_STATE_H

#include "base/json.h"

#include <cjson/cJSON.h>

/* Memory of one document: handed out from the front of blocks, given back as a whole. */
struct json_block;
struct json_arena {
	struct json_block *blocks; /* the newest first */
	bool failed;               /* an allocation did */
};

struct json_document {
	cJSON root; /* the first member: the address of the document is that of its root */
	struct json_arena arena;
};

/* Lets cJSON take memory from the arena until json_leave_arena(); for so many bytes, in one piece
 * or several, there is room. 0, or -1 without memory for them. */
int json_enter_arena(struct json_arena *a, size_t pieces, size_t bytes);
void json_leave_arena(void);

/* What the gate makes of a text. */
struct json_scan {
	char *text; /* for cJSON: the same, with null in the place of each number */
	size_t len;
	double *numbers; /* for each null there, in order: its number, NAN for one that no double
			    can hold, or json_null_itself */
	size_t number_count;
	size_t value_count; /* numbers, strings, names, lists and so on */
	bool out_of_range;  /* there is such a NAN */
};

extern const double json_null_itself; /* no number of JSON is infinite */

/* Checks what cJSON does not and reads the numbers; the structure is left to cJSON. 0, or -1 with
 * ERR_SYNTAX, ERR_LIMIT or ERR_MEMORY. out is set in any case; json_scan_free it (it wipes). */
int json_scan(const char *text, size_t n, struct json_scan *out, struct err *e);
void json_scan_free(struct json_scan *s);

/* Sets e to "not valid JSON: WHY"; returns -1. */
int json_bad(struct err *e, const char *why);

#endif
