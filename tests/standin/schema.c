#define _POSIX_C_SOURCE 200809L
#include "schema.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

cJSON *json_parse(const char *text) {
	/* cJSON notes the place of an error in a global variable. */
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_mutex_lock(&mutex);
	cJSON *json = cJSON_ParseWithOpts(text, NULL, true);
	pthread_mutex_unlock(&mutex);
	return json;
}

static const struct member *find(const struct member *members, const char *name) {
	for (; members->name != NULL; members++) {
		if (strcmp(members->name, name) == 0) {
			return members;
		}
	}
	return NULL;
}

static bool is_integer(const cJSON *value) {
	return cJSON_IsNumber(value) && fabs(value->valuedouble) <= 9e15 &&
		floor(value->valuedouble) == value->valuedouble;
}

static bool list_fits(const cJSON *list, const struct member *member, struct text *why) {
	const cJSON *item = NULL;
	cJSON_ArrayForEach(item, list) {
		if (member->shape == STRINGS ? !cJSON_IsString(item) : !cJSON_IsObject(item)) {
			text_addf(why, "%s holds an item of the wrong type", member->name);
			return false;
		}
		if (member->shape == OBJECTS && !schema_check(item, member->members, why)) {
			return false;
		}
	}
	return true;
}

static bool type_fits(const cJSON *value, enum shape shape) {
	switch (shape) {
	case STRING:
		return cJSON_IsString(value);
	case INTEGER:
		return is_integer(value);
	case NUMBER:
		return cJSON_IsNumber(value);
	case BOOLEAN:
		return cJSON_IsBool(value);
	case OBJECT:
		return cJSON_IsObject(value);
	default:
		return cJSON_IsArray(value);
	}
}

static bool value_fits(const cJSON *value, const struct member *member, struct text *why) {
	if (cJSON_IsNull(value)) {
		return true;
	}
	if (!type_fits(value, member->shape)) {
		text_addf(why, "%s is of the wrong type", member->name);
		return false;
	}
	if (member->shape == OBJECT) {
		return schema_check(value, member->members, why);
	}
	return !cJSON_IsArray(value) || list_fits(value, member, why);
}

bool schema_check(const cJSON *object, const struct member *members, struct text *why) {
	const cJSON *value = NULL;
	cJSON_ArrayForEach(value, object) {
		const struct member *member = find(members, value->string);
		if (member == NULL) {
			text_addf(why, "unknown member %s", value->string);
			return false;
		}
		if (cJSON_GetObjectItemCaseSensitive(object, value->string) != value) {
			text_addf(why, "member %s is given twice", value->string);
			return false;
		}
		if (!value_fits(value, member, why)) {
			return false;
		}
	}
	return true;
}

const cJSON *json_member(const cJSON *object, const char *name) {
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);
	return cJSON_IsNull(value) ? NULL : value;
}

const char *json_string(const cJSON *object, const char *name) {
	return cJSON_GetStringValue(json_member(object, name));
}

int64_t json_integer(const cJSON *object, const char *name, int64_t fallback) {
	const cJSON *value = json_member(object, name);
	return value != NULL ? (int64_t)value->valuedouble : fallback;
}
