/* POLLRDHUP */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include "transport.h"

#include <gnutls/gnutls.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HUGE_SIZE    ((uint64_t)100000000)
#define TRICKLE_MS   200
#define HANG_LOOK_MS 50
#define ARRIVAL_MS   20 /* what was sent before a reset has to arrive */

/* A body that is sent in an unusual way; `limit` is where it breaks off. */
struct stream {
	struct server *server;
	struct text body;
	size_t limit;
};

static ssize_t read_half(void *context, uint64_t position, char *buffer, size_t size) {
	const struct stream *stream = context;
	size_t at = (size_t)position;
	if (at >= stream->limit) {
		return (ssize_t)MHD_CONTENT_READER_END_WITH_ERROR;
	}
	size_t count = stream->limit - at < size ? stream->limit - at : size;
	memcpy(buffer, stream->body.data + at, count);
	return (ssize_t)count;
}

static ssize_t read_trickle(void *context, uint64_t position, char *buffer, size_t size) {
	const struct stream *stream = context;
	if (size == 0) {
		return 0;
	}
	if (server_wait(stream->server, TRICKLE_MS)) {
		return (ssize_t)MHD_CONTENT_READER_END_WITH_ERROR;
	}
	buffer[0] = stream->body.data[position];
	return 1;
}

static ssize_t read_huge(void *context, uint64_t position, char *buffer, size_t size) {
	(void)context;
	if (position >= HUGE_SIZE) {
		return (ssize_t)MHD_CONTENT_READER_END_OF_STREAM;
	}
	size_t left = (size_t)(HUGE_SIZE - position);
	size_t count = left < size ? left : size;
	memset(buffer, ' ', count);
	return (ssize_t)count;
}

static void stream_free(void *context) {
	struct stream *stream = context;
	text_free(&stream->body);
	free(stream);
}

static struct MHD_Response *stream_response(struct server *server, struct answer *answer,
	enum fault_kind fault) {
	const size_t block = 65536;
	struct stream *stream = must_alloc(sizeof(*stream));
	*stream = (struct stream){server, answer->body, answer->body.length / 2};
	uint64_t size = answer->body.length;
	answer->body = (struct text){0};
	switch (fault) {
	case FAULT_HALF:
		return MHD_create_response_from_callback(size, block, read_half, stream,
			stream_free);
	case FAULT_TRICKLE:
		return MHD_create_response_from_callback(size, block, read_trickle, stream,
			stream_free);
	default:
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, block, read_huge, stream,
			stream_free);
	}
}

static struct MHD_Response *whole_response(struct answer *answer) {
	struct text body = answer->body;
	answer->body = (struct text){0};
	if (body.data == NULL) {
		body.data = must_alloc(1);
	}
	return MHD_create_response_from_buffer(body.length, body.data, MHD_RESPMEM_MUST_FREE);
}

static void add_headers(struct server *server, struct MHD_Response *response,
	const struct answer *answer) {
	MHD_add_response_header(response, "x-amzn-RequestId", answer->request_id);
	time_t now = (time_t)server_now(server);
	struct tm utc;
	char date[40];
	gmtime_r(&now, &utc);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &utc);
	MHD_add_response_header(response, "Date", date);
	MHD_add_response_header(response, "Content-Type", answer->content_type);
	if (answer->query_error != NULL) {
		MHD_add_response_header(response, "x-amzn-query-error", answer->query_error);
	}
	if (answer->error_type != NULL) {
		MHD_add_response_header(response, "x-amzn-errortype", answer->error_type);
	}
	if (answer->encoding != NULL) {
		MHD_add_response_header(response, "Content-Encoding", answer->encoding);
	}
	if (answer->location != NULL) {
		MHD_add_response_header(response, "Location", answer->location);
	}
}

enum MHD_Result transport_send(struct server *server, struct MHD_Connection *connection,
	struct answer *answer, enum fault_kind fault) {
	bool streamed = fault == FAULT_HALF || fault == FAULT_TRICKLE || fault == FAULT_HUGE;
	struct MHD_Response *response = streamed ? stream_response(server, answer, fault)
						 : whole_response(answer);
	if (response == NULL) {
		return MHD_NO;
	}
	add_headers(server, response, answer);
	enum MHD_Result queued = MHD_queue_response(connection, answer->status, response);
	MHD_destroy_response(response);
	return queued;
}

static int connection_socket(struct MHD_Connection *connection) {
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection,
		MHD_CONNECTION_INFO_CONNECTION_FD);
	return info != NULL ? info->connect_fd : -1;
}

void transport_hang(struct server *server, struct MHD_Connection *connection) {
	struct pollfd client = {.fd = connection_socket(connection), .events = POLLRDHUP};
	while (poll(&client, 1, 0) == 0 && !server_wait(server, HANG_LOOK_MS)) {
	}
}

bool transport_is_raw(enum fault_kind fault) {
	return fault == FAULT_RST || fault == FAULT_RST_HEADERS || fault == FAULT_RST_BODY ||
		fault == FAULT_CUT_HEADERS || fault == FAULT_SHORT_LENGTH ||
		fault == FAULT_LONG_LENGTH || fault == FAULT_GONE;
}

/* What is sent of an answer before the fault strikes. */
static void raw_answer(const struct answer *answer, enum fault_kind fault, struct text *out) {
	const size_t missing = 20;
	const size_t extra = 100;
	size_t length = answer->body.length;
	if (fault == FAULT_RST || fault == FAULT_GONE) {
		return;
	}
	if (fault == FAULT_LONG_LENGTH) {
		length += extra;
	} else if (fault == FAULT_SHORT_LENGTH) {
		length = length > missing ? length - missing : 0;
	}
	text_addf(out, "HTTP/1.1 %u Said\r\nContent-Type: %s\r\nContent-", answer->status,
		answer->content_type);
	if (fault == FAULT_RST_HEADERS || fault == FAULT_CUT_HEADERS) {
		return;
	}
	text_addf(out, "Length: %zu\r\n\r\n", length);
	text_bytes(out, text_string(&answer->body),
		fault == FAULT_RST_BODY ? answer->body.length / 2 : answer->body.length);
}

static gnutls_session_t tls_session(struct MHD_Connection *connection) {
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection,
		MHD_CONNECTION_INFO_GNUTLS_SESSION);
	return info != NULL ? info->tls_session : NULL;
}

static void write_all(struct MHD_Connection *connection, const char *data, size_t length) {
	int socket = connection_socket(connection);
	gnutls_session_t tls = tls_session(connection);
	struct pollfd client = {.fd = socket, .events = POLLOUT};
	while (length > 0 && poll(&client, 1, 1000) == 1) {
		ssize_t count = tls != NULL
			? gnutls_record_send(tls, data, length)
			: send(socket, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (count <= 0) {
			return;
		}
		data += count;
		length -= (size_t)count;
	}
}

/* On Linux this ends a TCP connection with a reset. */
static void reset(int socket) {
	struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
	(void)connect(socket, &nowhere, sizeof(nowhere));
}

static void stop_listening(struct MHD_Connection *connection) {
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection,
		MHD_CONNECTION_INFO_DAEMON);
	MHD_socket listener = info != NULL ? MHD_quiesce_daemon(info->daemon) : MHD_INVALID_SOCKET;
	if (listener != MHD_INVALID_SOCKET) {
		close(listener);
	}
}

void transport_send_raw(struct server *server, struct MHD_Connection *connection,
	const struct answer *answer, enum fault_kind fault) {
	struct text out = {0};
	raw_answer(answer, fault, &out);
	if (fault == FAULT_GONE) {
		stop_listening(connection);
	}
	write_all(connection, text_string(&out), out.length);
	text_free(&out);
	if (fault == FAULT_LONG_LENGTH) {
		transport_hang(server, connection);
	} else if (fault != FAULT_CUT_HEADERS && fault != FAULT_SHORT_LENGTH) {
		(void)server_wait(server, ARRIVAL_MS);
		reset(connection_socket(connection));
	}
}
