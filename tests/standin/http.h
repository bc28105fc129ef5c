/* The HTTP side: takes requests in, sends them to the API or to the control pages. */
#ifndef STANDIN_HTTP_H
#define STANDIN_HTTP_H

#include <microhttpd.h>
#include <stdint.h>

#include "server.h"

/* Where to listen; `certificate` and `key` (PEM) are NULL for plain HTTP. */
struct listener {
	uint16_t port; /* 0: any free one */
	const char *certificate, *key;
};

/* Listen on 127.0.0.1 and serve in threads of their own. NULL if that fails; else the daemon for
 * http_stop(), with the port in `listener`. A request to end the server raises SIGTERM. */
struct MHD_Daemon *http_start(struct server *server, struct listener *listener);

/* End all waits and all threads. */
void http_stop(struct MHD_Daemon *daemon, struct server *server);

#endif
