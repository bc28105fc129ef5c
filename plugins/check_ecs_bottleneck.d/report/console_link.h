/* The link to a series' graph in the CloudWatch console. The format is not documented by AWS; it is
 * what the console itself puts into the address bar. */
#ifndef CONSOLE_LINK_H
#define CONSOLE_LINK_H

#include "base/buf.h"
#include "model/metric.h"
#include "model/window.h"

struct console_graph {
	const char *host; /* of the console; "": not known */
	const char *region, *cluster, *service;
	enum metric metric;
	const char *statistic;
	const struct window *window;
};

/* Appends the URL; nothing where the host is not known. Quotes are written %27: Nagios strips them.
 */
void console_link_add(struct buf *out, const struct console_graph *g);

#endif
