/* The link to a series' graph in the CloudWatch console. The format is not documented by AWS; it is
 * what the console itself puts into the address bar. */
#ifndef CONSOLE_LINK_H
#define CONSOLE_LINK_H

#include "base/buf.h"
#include "model/metric.h"
#include "model/window.h"

struct console_graph {
	const char *region, *cluster, *service;
	enum metric metric;
	const char *statistic;
	const struct window *window;
};

/* Appends the URL; nothing for regions outside the partition "aws", whose console hosts are not
 * known for sure. Quotes are written %27: Nagios strips them. */
void console_link_add(struct buf *out, const struct console_graph *g);

#endif
