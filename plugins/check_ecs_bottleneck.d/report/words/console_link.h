/* The link to the graph of a series in the CloudWatch console. AWS does not document the format; it
 * is what the console puts into the address bar. */
#ifndef REPORT_WORDS_CONSOLE_LINK_H
#define REPORT_WORDS_CONSOLE_LINK_H

#include "base/buf.h"
#include "model/metric.h"
#include "model/window.h"

struct console_graph {
	const char *host; /* the console's; "": unknown */
	const char *region, *cluster, *service;
	enum metric metric;
	const char *statistic;
	const struct window *window;
};

/* Appends the URL; nothing if the host is unknown. The graph shows the window, but at least three
 * hours: fewer points are no graph. Quotes are written as %27: Nagios strips them. */
void console_link_add(struct buf *out, const struct console_graph *g);

#endif
