/* Writes one JSON document (RFC 8259) into a buffer, piece by piece, without a tree in memory. The
 * caller begins and ends objects and arrays in order; failures are the buffer's. */
#ifndef BASE_JSON_WRITE_H
#define BASE_JSON_WRITE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* Appends s as a JSON string with its quotes. s must be valid UTF-8. */
void json_add_string(struct buf *out, const char *s);

/* Initialise with {.out = a buffer}; with is_indented for a person, who gets a line for each value
 * but the numbers of an array. */
struct json_writer {
	struct buf *out;
	bool is_indented;
	bool needs_comma;  /* a value precedes the next one */
	bool amid_numbers; /* the last value is a number of an array */
	int depth;         /* containers that are open */
};

/* For all of these: name is the member's in an object, NULL for an array element and for the
 * document itself; texts are valid UTF-8. */
void json_begin_object(struct json_writer *w, const char *name);
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w, const char *name);
void json_end_array(struct json_writer *w);

/* A string; NULL is written as null. */
void json_write_string(struct json_writer *w, const char *name, const char *text);

/* A number that reads back as the same double: with at most two decimals if they suffice, else with
 * 17 digits; null if it is not finite. */
void json_write_number(struct json_writer *w, const char *name, double number);
void json_write_whole(struct json_writer *w, const char *name, int64_t number);
void json_write_null(struct json_writer *w, const char *name);

#endif
