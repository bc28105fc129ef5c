#define _POSIX_C_SOURCE 200809L
#include "spoil.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "schema.h"

#define SAME_TOKEN "the-same-token-again"

static const char *const lists[OPERATIONS] = {
	[LIST_CLUSTERS] = "clusterArns",
	[LIST_SERVICES] = "serviceArns",
	[DESCRIBE_SERVICES] = "services",
	[DESCRIBE_TASK_DEFINITION] = "taskDefinition",
	[GET_METRIC_DATA] = "MetricDataResults",
};

void spoil_request(enum fault_kind fault, cJSON *body) {
	if (fault == FAULT_SAME_TOKEN || fault == FAULT_ENDLESS_PAGES) {
		cJSON_DeleteItemFromObjectCaseSensitive(body, "nextToken");
		cJSON_DeleteItemFromObjectCaseSensitive(body, "NextToken");
	}
}

/* What a scalar is replaced by; NULL: it stays. */
static cJSON *replacement(enum fault_kind fault, const cJSON *item) {
	if (cJSON_IsObject(item) || cJSON_IsArray(item)) {
		return NULL;
	}
	if (fault == FAULT_NULL) {
		return cJSON_CreateNull();
	}
	if (!cJSON_IsNumber(item)) {
		return NULL;
	}
	if (fault == FAULT_NAN) {
		return cJSON_CreateRaw("NaN");
	}
	char *printed = cJSON_PrintUnformatted(item);
	cJSON *text = cJSON_CreateString(printed);
	cJSON_free(printed);
	return text;
}

/* A document is a few levels deep. NOLINTNEXTLINE(misc-no-recursion) */
static void replace_scalars(enum fault_kind fault, cJSON *parent) {
	cJSON *next = NULL;
	for (cJSON *item = parent->child; item != NULL; item = next) {
		next = item->next;
		cJSON *other = replacement(fault, item);
		if (other == NULL) {
			replace_scalars(fault, item);
			continue;
		}
		if (item->string != NULL) {
			other->string = must_copy(item->string);
		}
		cJSON_ReplaceItemViaPointer(parent, item, other);
	}
}

static void set_token(const struct operation *operation, cJSON *document, const char *token) {
	const char *name = operation->id == GET_METRIC_DATA ? "NextToken" : "nextToken";
	cJSON_DeleteItemFromObjectCaseSensitive(document, name);
	cJSON_AddStringToObject(document, name, token);
}

static void duplicate(cJSON *list) {
	int count = cJSON_GetArraySize(list);
	for (int i = 0; i < count; i++)
		cJSON_AddItemToArray(list, cJSON_Duplicate(cJSON_GetArrayItem(list, i), true));
}

static void rename_member(cJSON *item, const char *member, const char *name) {
	if (cJSON_GetObjectItemCaseSensitive(item, member) != NULL) {
		cJSON_ReplaceItemInObjectCaseSensitive(item, member, cJSON_CreateString(name));
	}
}

/* ARNs of another kind, services, task definitions and results that nobody asked for. */
static void make_foreign(cJSON *list) {
	rename_member(list, "taskDefinitionArn",
		"arn:aws:ecs:eu-west-1:999999999999:task-definition/somebody-elses:1");
	for (int i = 0; cJSON_IsArray(list) && i < cJSON_GetArraySize(list); i++) {
		cJSON *item = cJSON_GetArrayItem(list, i);
		if (cJSON_IsString(item)) {
			cJSON_ReplaceItemInArray(list, i,
				cJSON_CreateString("arn:aws:s3:::somebody-elses-bucket"));
		} else {
			rename_member(item, "serviceName", "somebody-elses-service");
			rename_member(item, "Id", "m4711");
		}
	}
}

static void shorten_values(cJSON *results) {
	cJSON *result = NULL;
	cJSON_ArrayForEach(result, results) {
		cJSON *values = cJSON_GetObjectItemCaseSensitive(result, "Values");
		cJSON_DeleteItemFromArray(values, cJSON_GetArraySize(values) - 1);
	}
}

static void spoil_document(enum fault_kind fault, const struct operation *operation,
	struct dice *dice, cJSON *document) {
	cJSON *list = lists[operation->id] != NULL
		? cJSON_GetObjectItemCaseSensitive(document, lists[operation->id])
		: NULL;
	char token[UUID_SIZE];
	switch (fault) {
	case FAULT_SAME_TOKEN:
		set_token(operation, document, SAME_TOKEN);
		break;
	case FAULT_ENDLESS_PAGES:
		dice_uuid(dice, token);
		set_token(operation, document, token);
		break;
	case FAULT_DUPLICATE:
		duplicate(list);
		break;
	case FAULT_FOREIGN:
		make_foreign(list);
		break;
	case FAULT_LENGTHS:
		shorten_values(list);
		break;
	default:
		replace_scalars(fault, document);
	}
}

static uint32_t crc32_of(const char *data, size_t length) {
	const uint32_t polynomial = 0xEDB88320U;
	uint32_t crc = UINT32_MAX;
	for (size_t i = 0; i < length; i++) {
		crc ^= (unsigned char)data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ ((crc & 1U) != 0 ? polynomial : 0U);
	}
	return ~crc;
}

static void put_little_endian(struct text *out, uint32_t number, int bytes) {
	for (int i = 0; i < bytes; i++) {
		char byte = (char)(unsigned char)(number >> (8 * i) & 0xFFU);
		text_bytes(out, &byte, 1);
	}
}

/* A gzip file (RFC 1952) of stored blocks (RFC 1951, 3.2.4). */
static void compress(struct answer *answer) {
	const size_t most = 65535;
	struct text plain = answer->body;
	struct text packed = {0};
	text_bytes(&packed, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
	size_t at = 0;
	do {
		size_t count = plain.length - at < most ? plain.length - at : most;
		text_bytes(&packed, at + count == plain.length ? "\1" : "\0", 1);
		put_little_endian(&packed, (uint32_t)count, 2);
		put_little_endian(&packed, ~(uint32_t)count, 2);
		text_bytes(&packed, text_string(&plain) + at, count);
		at += count;
	} while (at < plain.length);
	put_little_endian(&packed, crc32_of(text_string(&plain), plain.length), 4);
	put_little_endian(&packed, (uint32_t)plain.length, 4);
	text_free(&plain);
	answer->body = packed;
	answer->encoding = "gzip";
}

static bool changes_document(enum fault_kind fault) {
	return fault == FAULT_NULL || fault == FAULT_TEXT_NUMBERS || fault == FAULT_NAN ||
		fault == FAULT_SAME_TOKEN || fault == FAULT_ENDLESS_PAGES ||
		fault == FAULT_DUPLICATE || fault == FAULT_FOREIGN || fault == FAULT_LENGTHS;
}

void spoil_answer(enum fault_kind fault, const struct operation *operation, struct dice *dice,
	struct answer *answer) {
	if (fault == FAULT_GZIP) {
		compress(answer);
		return;
	}
	cJSON *document = changes_document(fault) ? json_parse(text_string(&answer->body)) : NULL;
	if (document == NULL) {
		return;
	}
	spoil_document(fault, operation, dice, document);
	char *printed = cJSON_PrintUnformatted(document);
	text_free(&answer->body);
	text_add(&answer->body, printed);
	cJSON_free(printed);
	cJSON_Delete(document);
}
