#define _POSIX_C_SOURCE 200809L
#include "control.h"

#include <stdlib.h>
#include <string.h>

#define CONTROL_PREFIX "/_standin/"
#define REFUSE         "refuse/"

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, cJSON *json) {
	char *body = cJSON_PrintUnformatted(json);
	cJSON_Delete(json);
	struct MHD_Response *response = MHD_create_response_from_buffer(strlen(body), body,
		MHD_RESPMEM_MUST_COPY);
	cJSON_free(body);
	if (response == NULL) {
		return MHD_NO;
	}
	MHD_add_response_header(response, "Content-Type", "application/json");
	enum MHD_Result queued = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return queued;
}

/* TYPE or TYPE/ROLE: of the error, and whose sessions meet it. */
static void refuse(struct server *server, const char *order) {
	size_t length = strcspn(order, "/");
	char *type = must_slice(order, length);
	grants_refuse(&server->grants, type, order[length] != '\0' ? order + length + 1 : NULL);
	free(type);
}

static cJSON *stats(struct server *server) {
	cJSON *json = journal_stats(&server->journal);
	cJSON_AddNumberToObject(json, "held", (double)server_held(server));
	cJSON_AddNumberToObject(json, "now", (double)server_now(server));
	cJSON_AddNumberToObject(json, "start", (double)(server->start - server->start % 60));
	return json;
}

bool control_owns(const char *path) {
	return strncmp(path, CONTROL_PREFIX, strlen(CONTROL_PREFIX)) == 0;
}

enum MHD_Result control_serve(struct server *server, struct MHD_Connection *connection,
	struct request *request) {
	const char *page = request->path + strlen(CONTROL_PREFIX);
	bool get = strcmp(request->method, "GET") == 0;
	bool post = strcmp(request->method, "POST") == 0;
	if (get && strcmp(page, "stats") == 0) {
		return reply(connection, 200, stats(server));
	}
	if (get && strcmp(page, "log") == 0) {
		return reply(connection, 200, journal_log(&server->journal));
	}
	if (post && strcmp(page, "reset") == 0) {
		journal_reset(&server->journal);
		return reply(connection, 200, cJSON_CreateObject());
	}
	if (post && strcmp(page, "rearm") == 0) {
		server_rearm(server);
		return reply(connection, 200, cJSON_CreateObject());
	}
	if (post && strcmp(page, "release") == 0) {
		server_release(server);
		return reply(connection, 200, cJSON_CreateObject());
	}
	if (post && strncmp(page, REFUSE, strlen(REFUSE)) == 0) {
		refuse(server, page + strlen(REFUSE));
		return reply(connection, 200, cJSON_CreateObject());
	}
	if (post && strcmp(page, "quit") == 0) {
		request->quits = true;
		return reply(connection, 200, cJSON_CreateObject());
	}
	return reply(connection, 404, cJSON_CreateObject());
}
