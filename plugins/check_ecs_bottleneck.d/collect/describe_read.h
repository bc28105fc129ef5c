/* From an answer of DescribeServices to descriptions. */
#ifndef DESCRIBE_READ_H
#define DESCRIBE_READ_H

#include "base/json.h"
#include "model/description.h"

/* Where the services that were asked about are; account "" while unknown. Borrowed. */
struct describe_scope {
	const char *cluster, *region, *account;
};

/* A service that was asked about, and where its description goes. Borrowed. */
struct described {
	const char *name;
	struct description *to;
};

/* Fills the descriptions (DESCRIPTION_PENDING before) of the n services that the call asked about.
 * One that is told of twice, and differently, has a fault. 0, or -1 with ERR_SYNTAX (a phrase) when
 * something in the answer cannot be read or is about a service that was not asked about, in this
 * cluster; what can be read is filled all the same. */
int describe_read(const json *document, const struct describe_scope *scope,
	const struct described *asked, size_t n, struct err *e);

/* Makes those that have no answer DESCRIPTION_FAILED, for this reason; is_wrong: the answer of the
 * others is wrong as a whole, so that nothing in it can make a service OK. */
void describe_settle(const struct described *asked, size_t n, const char *why, bool is_wrong);

#endif
