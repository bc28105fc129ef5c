/* A strict reader on top of cJSON: refuses what cJSON lets through, and looks up members by exact
 * name and type. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* A parsed value. Everything reached from a document is borrowed and lives as long as the
 * document. */
struct cJSON;
typedef struct cJSON json;

enum {
	JSON_DEEPEST = 64,       /* nesting levels */
	JSON_MAX_VALUES = 500000 /* numbers, strings, names and so on in one document;
				    GetMetricData's largest answer has about 206,000 */
};

/* Parses exactly n bytes (RFC 8259): valid UTF-8, no trailing bytes, numbers in JSON's grammar that
 * a double can hold (neither too large nor too small), no escaped NUL, no duplicate names in an
 * object (RFC 8259, section 4: readers treat these differently), bounded depth and size. A leading
 * byte order mark is skipped. Returns the document (free it with json_free), or NULL with
 * ERR_SYNTAX, ERR_LIMIT or ERR_MEMORY. */
json *json_parse(const char *text, size_t n, struct err *e);

/* As json_parse, for an answer that one number must not invalidate: a number that no double can
 * hold (1e999, 1e-999) is accepted, as a value of no type. */
json *json_parse_answer(const char *text, size_t n, struct err *e);

/* Frees a document; NULL is allowed. */
void json_free(json *document);
/* As json_free, but overwrites the memory first: for secrets. */
void json_free_secret(json *document);

bool json_is_object(const json *v);
bool json_is_array(const json *v);
/* Absent and null are the same to AWS (awsJson). */
bool json_is_absent(const json *v);

/* The member of an object with exactly this name; NULL if there is none or v is not an object. */
const json *json_member(const json *v, const char *name);

/* The string or number in v; NULL / false if it is absent or of another type. */
const char *json_string(const json *v);
bool json_number(const json *v, double *number);

/* The member's text if it is a string that is valid in a header line: not empty, visible ASCII
 * only. NULL otherwise. */
const char *json_word(const json *v, const char *name);

/* The first element of an array (NULL: none, or not an array) and the one after an element. */
const json *json_first(const json *array);
const json *json_next(const json *element);

/* Sets a member of a document, which is an object, to a string: replaces the one of that name or
 * appends one; wipes the old text. 0, or -1 with ERR_MEMORY. */
int json_set_string(json *document, const char *name, const char *value, struct err *e);

/* Appends the document as JSON text without white space (numbers printed as doubles). 0, or -1 with
 * ERR_LIMIT (the text needs more than most bytes) or ERR_MEMORY. */
int json_print(json *document, size_t most, struct buf *out, struct err *e);

#endif
