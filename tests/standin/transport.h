/* The way of an answer to the client, and the faults that spoil it. */
#ifndef STANDIN_TRANSPORT_H
#define STANDIN_TRANSPORT_H

#include <microhttpd.h>

#include "answer.h"
#include "fault.h"
#include "server.h"

/* Send the answer, whose body is taken over, with all headers of an API answer, in the way that the
 * fault demands. Returns what the access handler must return. */
enum MHD_Result transport_send(struct server *server, struct MHD_Connection *connection,
	struct answer *answer, enum fault_kind fault);

/* Wait until the client has left or the server ends. */
void transport_hang(struct server *server, struct MHD_Connection *connection);

/* Whether the fault leaves no whole HTTP answer for libmicrohttpd to send. */
bool transport_is_raw(enum fault_kind fault);

/* Write to the connection what such a fault leaves of the answer; over plain HTTP only. The access
 * handler must end the connection then. */
void transport_send_raw(struct server *server, struct MHD_Connection *connection,
	const struct answer *answer, enum fault_kind fault);

#endif
