/* The list of a cluster's services for other programs (contract 1.11). */
#ifndef REPORT_DISCOVERY_H
#define REPORT_DISCOVERY_H

#include "base/buf.h"
#include "model/choice.h"
#include "model/samples.h"
#include "model/target.h"

/* All borrowed. */
struct discovery {
	const struct choice *choice; /* the form; for icinga2 also how AWS is reached */
	const struct target *target;
	const struct samples *samples; /* complete and sorted */
	const char *kind;              /* for JSON */
};

/* Appends the list in the form of choice->discovery: a name a line; one JSON object; or an object
 * of Icinga 2 for each service, after a line with a key that is unique over accounts, regions and
 * clusters, and before a blank line. A value of Icinga 2 is a string that nothing in it can end,
 * and in which no macro is resolved. */
void report_discovery(const struct discovery *d, struct buf *out);

#endif
