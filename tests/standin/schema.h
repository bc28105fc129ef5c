/* Request bodies: parsing them and holding them against the members that an operation knows. */
#ifndef STANDIN_SCHEMA_H
#define STANDIN_SCHEMA_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "text.h"

enum shape { STRING, INTEGER, NUMBER, BOOLEAN, STRINGS, OBJECT, OBJECTS };

/* A list of members ends with one that has no name; `members` describes OBJECT and OBJECTS. */
struct member {
	const char *name;
	enum shape shape;
	const struct member *members;
};

/* Parse one JSON text with nothing behind it; NULL if it is not one. The caller frees it. */
cJSON *json_parse(const char *text);

/* Check that an object has known members only, none twice, each null or of its shape. False with
 * the reason, which names the member, added to `why`. */
bool schema_check(const cJSON *object, const struct member *members, struct text *why);

/* A member's value; NULL if it is absent or null. */
const cJSON *json_member(const cJSON *object, const char *name);

/* A string member's value; NULL if it is absent or null. */
const char *json_string(const cJSON *object, const char *name);

/* An integer member's value, `fallback` if it is absent or null. */
int64_t json_integer(const cJSON *object, const char *name, int64_t fallback);

#endif
