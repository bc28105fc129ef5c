#include "config.h"

#include "base/json_state.h"

#include "base/crypto.h"
#include "base/text.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void wipe_texts(json *v) {
	for (; v; v = v->next) {
		if (v->valuestring)
			crypto_wipe(v->valuestring, strlen(v->valuestring));
		wipe_texts(v->child);
	}
}

bool json_is_object(const json *v) {
	return cJSON_IsObject(v) != 0;
}

bool json_is_array(const json *v) {
	return cJSON_IsArray(v) != 0;
}

bool json_is_absent(const json *v) {
	return !v || cJSON_IsNull(v);
}

const json *json_member(const json *v, const char *name) {
	return json_is_object(v) ? cJSON_GetObjectItemCaseSensitive(v, name) : NULL;
}

const char *json_string(const json *v) {
	return v && cJSON_IsString(v) ? v->valuestring : NULL;
}

const char *json_word(const json *v, const char *name) {
	const char *text = json_string(json_member(v, name));
	return text && *text && text_is_visible(text, strlen(text)) ? text : NULL;
}

bool json_number(const json *v, double *number) {
	if (!cJSON_IsNumber(v) || !isfinite(v->valuedouble))
		return false;
	*number = v->valuedouble;
	return true;
}

const json *json_first(const json *array) {
	return json_is_array(array) ? array->child : NULL;
}

const json *json_next(const json *element) {
	return element->next;
}

int json_set_string(json *document, const char *name, const char *value, struct err *e) {
	struct json_document *d = (struct json_document *)document;
	/* For the node, its text and its name. If there were too little, cJSON would go on with a
	 * member without a name. */
	size_t bytes = sizeof(cJSON) + strlen(value) + 1 + strlen(name) + 1;
	if (json_enter_arena(&d->arena, 3, bytes))
		return err_no_memory(e);
	json *old = cJSON_GetObjectItemCaseSensitive(document, name);
	json *fresh = cJSON_CreateString(value);
	bool done = false;
	if (old && old->valuestring)
		crypto_wipe(old->valuestring, strlen(old->valuestring));
	if (old)
		wipe_texts(old->child);
	if (fresh && old)
		done = cJSON_ReplaceItemInObjectCaseSensitive(document, name, fresh) != 0;
	else if (fresh)
		done = cJSON_AddItemToObject(document, name, fresh) != 0;
	json_leave_arena();
	return done ? 0 : err_no_memory(e);
}

int json_print(json *document, size_t most, struct buf *out, struct err *e) {
	char *text = most <= INT_MAX ? malloc(most) : NULL;
	if (!text)
		return err_no_memory(e);
	/* A text allocated by cJSON would leave unwiped copies as it grows. */
	bool fits = cJSON_PrintPreallocated(document, text, (int)most, false) != 0;
	if (fits)
		buf_adds(out, text);
	crypto_wipe(text, most);
	free(text);
	if (!fits)
		return err_set(e, ERR_LIMIT, "JSON text of more than %zu bytes", most);
	return buf_check(out, "JSON text", e);
}
