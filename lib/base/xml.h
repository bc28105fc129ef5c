/* A strict reader on top of expat for small XML documents: extracts texts by element path. */
#ifndef BASE_XML_H
#define BASE_XML_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { XML_DEEPEST = 16 /* nested elements */, XML_MAX_BYTES = 64 * 1024 };

/* One text to extract. */
struct xml_pick {
	const char *path; /* element names from the root, without namespaces: "Answer/Name" */
	bool found;
	struct buf text; /* the text, references replaced, not trimmed */
};

/* Reads exactly n bytes as one XML document (XML 1.0 with namespaces) in UTF-8, whatever encoding
 * it declares, and fills the picks, of which only path must be set. Other elements and attributes
 * are ignored. Refused are document types (and so entity declarations), processing instructions, a
 * picked element that is repeated or contains elements, and what exceeds the bounds above. 0; -1
 * with ERR_SYNTAX, ERR_LIMIT or ERR_MEMORY, then no pick is found. Free the picks with
 * xml_free_picks in either case. */
int xml_read(const char *bytes, size_t n, struct xml_pick *picks, size_t count, struct err *e);

/* Wipes and frees the texts, which may be secrets. */
void xml_free_picks(struct xml_pick *picks, size_t count);

#endif
