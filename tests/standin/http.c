#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "call.h"
#include "control.h"
#include "transport.h"

#define SLOW_MS           2000
#define CONNECTION_MEMORY ((size_t)256 << 10)

static enum MHD_Result add_header(void *context, enum MHD_ValueKind kind, const char *name,
	const char *value) {
	(void)kind;
	request_header_add(context, name, value != NULL ? value : "");
	return MHD_YES;
}

static enum MHD_Result add_argument(void *context, enum MHD_ValueKind kind, const char *name,
	const char *value) {
	(void)kind;
	form_add(context, name, value != NULL ? value : "");
	return MHD_YES;
}

static struct request *begin_request(struct server *server, struct MHD_Connection *connection,
	const char *path, const char *method) {
	struct request *request = request_new(method, path, server_now_ms(server));
	MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, request);
	MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_argument,
		&request->arguments);
	return request;
}

static enum MHD_Result serve_call(struct server *server, struct MHD_Connection *connection,
	const struct request *request) {
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection,
		MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct call call = {.server = server, .request = request};
	struct entry *entry = call_serve(&call, info->socket_context);
	if (call.fault == FAULT_SLOW) {
		server_wait(server, SLOW_MS);
	}
	if (call.fault == FAULT_HANG) {
		transport_hang(server, connection);
	} else if (server->settings.latency_ms > 0) {
		server_wait(server, server->settings.latency_ms);
	}
	bool answers = call.fault != FAULT_HANG && call.fault != FAULT_RESET &&
		!transport_is_raw(call.fault);
	entry->received = answers ? call.answer.body.length : 0;
	journal_end(&server->journal, entry, answers ? call.answer.status : 0,
		server_now_ms(server), call.datapoints, call.queries);
	enum MHD_Result result = answers
		? transport_send(server, connection, &call.answer, call.fault)
		: MHD_NO;
	if (transport_is_raw(call.fault)) {
		transport_send_raw(server, connection, &call.answer, call.fault);
	}
	call_free(&call);
	return result;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path,
	const char *method, const char *version, const char *data, size_t *size,
	void **request_context) {
	(void)version;
	struct server *server = context;
	struct request *request = *request_context;
	if (request == NULL) {
		*request_context = begin_request(server, connection, path, method);
		return MHD_YES;
	}
	if (*size > 0) {
		request_body_add(request, data, *size);
		*size = 0;
		return MHD_YES;
	}
	if (control_owns(path)) {
		return control_serve(server, connection, request);
	}
	return serve_call(server, connection, request);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request_context,
	enum MHD_RequestTerminationCode reason) {
	(void)context;
	(void)connection;
	(void)reason;
	struct request *request = *request_context;
	if (request != NULL && request->quits) {
		kill(getpid(), SIGTERM);
	}
	request_free(request);
	*request_context = NULL;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
	enum MHD_ConnectionNotificationCode what) {
	(void)context;
	(void)connection;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*socket_context = must_alloc(sizeof(unsigned long));
	} else {
		free(*socket_context);
		*socket_context = NULL;
	}
}

struct MHD_Daemon *http_start(struct server *server, struct listener *listener) {
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(listener->port)};
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bool tls = listener->certificate != NULL;
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
		MHD_USE_POLL | MHD_USE_ITC | MHD_USE_SUPPRESS_DATE_NO_CLOCK;
	/* libmicrohttpd takes texts it does not change as void pointers.
	 * NOLINTBEGIN(performance-no-int-to-ptr) */
	struct MHD_OptionItem tls_options[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)listener->certificate},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)listener->key},
		{MHD_OPTION_END, 0, NULL},
	};
	/* NOLINTEND(performance-no-int-to-ptr) */
	struct MHD_OptionItem no_options[] = {{MHD_OPTION_END, 0, NULL}};
	struct MHD_Daemon *daemon = MHD_start_daemon(flags | (tls ? MHD_USE_TLS : 0),
		listener->port, NULL, NULL, handle, server, MHD_OPTION_SOCK_ADDR,
		(struct sockaddr *)&address, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, NULL,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, MHD_OPTION_ARRAY,
		tls ? tls_options : no_options, MHD_OPTION_END);
	if (daemon != NULL) {
		listener->port = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
	}
	return daemon;
}

void http_stop(struct MHD_Daemon *daemon, struct server *server) {
	server_end(server);
	MHD_stop_daemon(daemon);
}
