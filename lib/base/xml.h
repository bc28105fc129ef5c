/* A strict reader over expat for small XML documents: picks texts out by their elements' path. */
#ifndef BASE_XML_H
#define BASE_XML_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { XML_DEEPEST = 16 /* nested elements */, XML_MAX_BYTES = 64 * 1024 };

/* One text that is wanted. */
struct xml_pick {
	const char *path; /* element names from the root on, without namespaces: "Answer/Name" */
	bool found;
	struct buf text; /* its text as it stands, references replaced; nothing is trimmed */
};

/* Reads exactly n bytes as one XML document (XML 1.0 with namespaces) in UTF-8, whatever it says of
 * its encoding, and fills the picks, of which only the path has to be set. Attributes and elements
 * nobody asked for are passed over. Refused are document types (and so entity declarations),
 * processing instructions, a picked element that comes twice or holds elements, and what exceeds
 * the bounds above. 0; -1 with ERR_SYNTAX, ERR_LIMIT or ERR_MEMORY, then no pick is found. Free the
 * picks with xml_free_picks in either case. */
int xml_read(const char *bytes, size_t n, struct xml_pick *picks, size_t count, struct err *e);

/* Wipes and frees the texts: they may be secrets. */
void xml_free_picks(struct xml_pick *picks, size_t count);

#endif
