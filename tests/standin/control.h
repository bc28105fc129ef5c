/* The pages under /_standin/, by which a test looks into the server and ends it. */
#ifndef STANDIN_CONTROL_H
#define STANDIN_CONTROL_H

#include <microhttpd.h>
#include <stdbool.h>

#include "request.h"
#include "server.h"

/* Whether the path is one for control_serve(). */
bool control_owns(const char *path);

/* Answer GET stats, GET log, POST reset, POST rearm, POST refuse/TYPE[/ROLE], POST quit; anything
 * else is 404. Returns what the access handler must return. */
enum MHD_Result control_serve(struct server *server, struct MHD_Connection *connection,
	struct request *request);

#endif
