/* A strict reader over cJSON: refuses what cJSON lets pass, and looks members up by exact name and
 * type. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* A parsed value. Everything reached from a document is borrowed and lives as long as the document.
 */
struct cJSON;
typedef struct cJSON json;

enum {
	JSON_DEEPEST = 64,       /* nesting levels */
	JSON_MAX_VALUES = 500000 /* numbers, strings and so on in one document; GetMetricData's
				     largest answer holds about 206,000 */
};

/* Parses exactly n bytes (RFC 8259): valid UTF-8, no trailing bytes, numbers in JSON's own grammar
 * that a double can hold (too small for one is as bad as too large), no escaped NUL, no two members
 * of one name in an object (RFC 8259, 4: what readers make of these differs), bounded depth and
 * size; a byte order mark in front is passed
 * over. Returns the document (json_free it) or NULL with ERR_SYNTAX, ERR_LIMIT or ERR_MEMORY. */
json *json_parse(const char *text, size_t n, struct err *e);

/* The same for an answer, of which the rest must not be lost to one number: a number that no double
 * can hold (1e999, 1e-999) is taken, as a value that is of no type at all. */
json *json_parse_answer(const char *text, size_t n, struct err *e);

/* Frees a document; NULL is taken. */
void json_free(json *document);
/* The same, but overwrites its memory first: for secrets. */
void json_free_secret(json *document);

bool json_is_object(const json *v);
bool json_is_array(const json *v);
/* Absent and null are the same to AWS (awsJson). */
bool json_is_absent(const json *v);

/* The member of an object with exactly this name; NULL if there is none or v is no object. */
const json *json_member(const json *v, const char *name);

/* The string or number that v holds; NULL / false if it is absent or of another type. */
const char *json_string(const json *v);
bool json_number(const json *v, double *number);

/* The member's text if it is a string that may stand in a header line: not empty, visible ASCII
 * characters alone. NULL otherwise. */
const char *json_word(const json *v, const char *name);

/* The first element of an array (NULL: none, or no array) and the one after an element. */
const json *json_first(const json *array);
const json *json_next(const json *element);

/* Sets a member of a document that is an object to a string, in the place of the one with that name
 * or at the end; an old text is wiped. 0, or -1 with ERR_MEMORY. */
int json_set_string(json *document, const char *name, const char *value, struct err *e);

/* Appends the document as JSON text without blanks (numbers as doubles print them). 0, or -1 with
 * ERR_LIMIT (the text needs more than most bytes) or ERR_MEMORY. */
int json_print(json *document, size_t most, struct buf *out, struct err *e);

#endif
