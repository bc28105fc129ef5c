#define _POSIX_C_SOURCE 200809L
#include "journal.h"

#include <stdlib.h>
#include <string.h>

#include "schema.h"

/* Bodies beyond this much memory are left out of the log, so that a long benchmark fits. */
#define BODIES_MAX ((size_t)256 << 20)

void journal_init(struct journal *journal) {
	*journal = (struct journal){.generation = 1};
	pthread_mutex_init(&journal->mutex, NULL);
}

static void entry_free(struct entry *entry) {
	cJSON_Delete(entry->parameters);
	free(entry->key);
	free(entry->region);
	free(entry->signed_headers);
	free(entry->body);
	free(entry->user_agent);
	free(entry);
}

void journal_free(struct journal *journal) {
	for (size_t i = 0; i < journal->count; i++) {
		entry_free(journal->entries[i]);
	}
	free(journal->entries);
	pthread_mutex_destroy(&journal->mutex);
}

static void keep_body(struct journal *journal, struct entry *entry) {
	size_t size = entry->body != NULL ? strlen(entry->body) : 0;
	if (journal->bodies_size + size > BODIES_MAX) {
		free(entry->body);
		entry->body = NULL;
		return;
	}
	journal->bodies_size += size;
}

void journal_begin(struct journal *journal, struct entry *entry, unsigned long *counted) {
	pthread_mutex_lock(&journal->mutex);
	if ((journal->count & (journal->count - 1)) == 0) {
		size_t room = journal->count > 0 ? journal->count * 2 : 1;
		journal->entries = must_grow(journal->entries, room * sizeof(*journal->entries));
	}
	journal->entries[journal->count++] = entry;
	keep_body(journal, entry);
	journal->requests++;
	journal->sent += entry->sent;
	if (entry->operation != NULL) {
		journal->per_operation[entry->operation->id]++;
	}
	if (*counted != journal->generation) {
		*counted = journal->generation;
		journal->connections++;
	}
	pthread_mutex_unlock(&journal->mutex);
}

void journal_end(struct journal *journal, struct entry *entry, unsigned status, int64_t ended_ms,
	size_t datapoints, size_t queries) {
	pthread_mutex_lock(&journal->mutex);
	if (entry->forgotten) {
		entry_free(entry);
	} else {
		entry->status = status;
		entry->ended_ms = ended_ms;
		journal->received += entry->received;
		journal->errors += status >= 400;
		journal->datapoints += datapoints;
		journal->queries += queries;
	}
	pthread_mutex_unlock(&journal->mutex);
}

void journal_reset(struct journal *journal) {
	pthread_mutex_lock(&journal->mutex);
	for (size_t i = 0; i < journal->count; i++) {
		struct entry *entry = journal->entries[i];
		if (entry->ended_ms == 0) {
			entry->forgotten = true;
		} else {
			entry_free(entry);
		}
	}
	journal->count = journal->bodies_size = 0;
	journal->requests = journal->connections = journal->errors = 0;
	journal->datapoints = journal->queries = 0;
	journal->sent = journal->received = 0;
	memset(journal->per_operation, 0, sizeof(journal->per_operation));
	journal->generation++;
	pthread_mutex_unlock(&journal->mutex);
}

cJSON *journal_stats(struct journal *journal) {
	cJSON *stats = cJSON_CreateObject();
	pthread_mutex_lock(&journal->mutex);
	cJSON_AddNumberToObject(stats, "requests", (double)journal->requests);
	cJSON_AddNumberToObject(stats, "connections", (double)journal->connections);
	cJSON *per_operation = cJSON_AddObjectToObject(stats, "operations");
	for (size_t i = 0; i < OPERATIONS; i++) {
		cJSON_AddNumberToObject(per_operation, operations[i].name,
			(double)journal->per_operation[i]);
	}
	cJSON_AddNumberToObject(stats, "errors", (double)journal->errors);
	cJSON_AddNumberToObject(stats, "datapoints", (double)journal->datapoints);
	cJSON_AddNumberToObject(stats, "queries", (double)journal->queries);
	cJSON_AddNumberToObject(stats, "sent", (double)journal->sent);
	cJSON_AddNumberToObject(stats, "received", (double)journal->received);
	pthread_mutex_unlock(&journal->mutex);
	return stats;
}

static void add_string(cJSON *object, const char *name, const char *value) {
	cJSON_AddItemToObject(object, name,
		value != NULL ? cJSON_CreateString(value) : cJSON_CreateNull());
}

static void add_number(cJSON *object, const char *name, int64_t value) {
	cJSON_AddItemToObject(object, name,
		value != 0 ? cJSON_CreateNumber((double)value) : cJSON_CreateNull());
}

static cJSON *split_names(const char *names) {
	cJSON *list = cJSON_CreateArray();
	while (names != NULL && *names != '\0') {
		size_t length = strcspn(names, ";");
		char *name = must_slice(names, length);
		cJSON_AddItemToArray(list, cJSON_CreateString(name));
		free(name);
		names += length + (names[length] == ';');
	}
	return list;
}

static cJSON *entry_json(const struct entry *entry) {
	cJSON *object = cJSON_CreateObject();
	const struct operation *operation = entry->operation;
	add_string(object, "operation", operation != NULL ? operation->name : NULL);
	add_number(object, "status", entry->status);
	add_string(object, "key", entry->key);
	add_string(object, "region", entry->region);
	cJSON_AddItemToObject(object, "signed_headers", split_names(entry->signed_headers));
	cJSON *body = entry->body != NULL ? json_parse(entry->body) : NULL;
	cJSON_AddItemToObject(object, "body", body != NULL ? body : cJSON_CreateNull());
	if (entry->parameters != NULL) {
		cJSON_AddItemToObject(object, "parameters",
			cJSON_Duplicate(entry->parameters, true));
	}
	add_string(object, "user_agent", entry->user_agent);
	add_number(object, "started_ms", entry->started_ms);
	add_number(object, "ended_ms", entry->ended_ms);
	return object;
}

cJSON *journal_log(struct journal *journal) {
	cJSON *log = cJSON_CreateArray();
	pthread_mutex_lock(&journal->mutex);
	for (size_t i = 0; i < journal->count; i++) {
		cJSON_AddItemToArray(log, entry_json(journal->entries[i]));
	}
	pthread_mutex_unlock(&journal->mutex);
	return log;
}
