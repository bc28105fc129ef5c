/* Reads descriptions from an answer of DescribeServices. */
#ifndef COLLECT_DESCRIBE_READ_H
#define COLLECT_DESCRIBE_READ_H

#include "base/json.h"
#include "model/description.h"

/* The scope of the requested services; account is "" while unknown, and set by the first of them
 * that the answer has. Strings are borrowed. */
struct describe_scope {
	const char *cluster, *region;
	char account[16];
};

/* A requested service and its description. Borrowed. */
struct described {
	const char *name;
	struct description *to;
};

/* Fills the descriptions (DESCRIPTION_PENDING before) of the n services that the call requested. A
 * service with two different descriptions has a fault. 0, or -1 with ERR_SYNTAX (a phrase) if
 * something in the answer cannot be read or is about a service that was not requested in this
 * cluster. What can be read is filled nevertheless. */
int describe_read(const json *document, struct describe_scope *scope, const struct described *asked,
	size_t n, struct err *e);

/* Makes services without an answer DESCRIPTION_FAILED, for this reason. is_wrong: the answer is
 * wrong as a whole, so that nothing in it can make a service OK. */
void describe_settle(const struct described *asked, size_t n, const char *why, bool is_wrong);

#endif
