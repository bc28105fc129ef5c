#include "config.h"

#include "base/xml.h"

#include "base/crypto.h"
#include "base/text.h"

#include <expat.h>

#include <string.h>

/* Separates a namespace from a name; no name contains it. */
static const char separator = ' ';

/* A document being read. */
struct reading {
	XML_Parser parser;
	struct xml_pick *picks, *open; /* open: the pick whose text is being read, or NULL */
	size_t count;
	struct buf path;
	size_t depth;
	struct err refused; /* why a handler stopped the parser */
};

static void refuse(struct reading *r, enum err_code code, const char *why) {
	if (r->refused.code == ERR_NONE)
		(void)err_set(&r->refused, code, "not valid XML: %s", why);
	(void)XML_StopParser(r->parser, XML_FALSE);
}

/* --- what expat calls --- */

static void XMLCALL on_start(void *ctx, const XML_Char *name, const XML_Char **attributes) {
	struct reading *r = ctx;
	const char *local = strrchr(name, separator);
	(void)attributes;
	if (++r->depth > XML_DEEPEST) {
		refuse(r, ERR_LIMIT, "elements are nested too deeply");
		return;
	}
	if (r->open) {
		refuse(r, ERR_SYNTAX, "an element where text is expected");
		return;
	}
	if (r->path.len > 0)
		buf_addc(&r->path, '/');
	buf_adds(&r->path, local ? local + 1 : name);
	for (size_t i = 0; i < r->count && !r->open; i++)
		if (strcmp(r->picks[i].path, buf_str(&r->path)) == 0)
			r->open = &r->picks[i];
	if (r->open && r->open->found)
		refuse(r, ERR_SYNTAX, "an element appears twice");
	else if (r->open)
		r->open->found = true;
}

static void XMLCALL on_end(void *ctx, const XML_Char *name) {
	struct reading *r = ctx;
	const char *last = strrchr(buf_str(&r->path), '/');
	(void)name;
	buf_truncate(&r->path, last ? (size_t)(last - buf_str(&r->path)) : 0);
	r->depth--;
	r->open = NULL;
}

static void XMLCALL on_text(void *ctx, const XML_Char *text, int n) {
	struct reading *r = ctx;
	if (r->open && n > 0)
		buf_add(&r->open->text, text, (size_t)n);
}

static void XMLCALL on_doctype(void *ctx, const XML_Char *name, const XML_Char *system,
	const XML_Char *public, int has_internal_subset) {
	(void)name;
	(void)system;
	(void)public;
	(void)has_internal_subset;
	refuse(ctx, ERR_SYNTAX, "a document type is not allowed");
}

static void XMLCALL on_instruction(void *ctx, const XML_Char *target, const XML_Char *data) {
	(void)target;
	(void)data;
	refuse(ctx, ERR_SYNTAX, "a processing instruction is not allowed");
}

/* --- one document --- */

/* In one piece, in expat's buffer, which can be wiped: XML_Parse would leave a copy. Of UTF-8 text
 * expat makes no other. */
static int parse(struct reading *r, const char *bytes, size_t n, struct err *e) {
	void *copy = XML_GetBuffer(r->parser, (int)n);
	if (!copy)
		return err_no_memory(e);
	memcpy(copy, bytes, n);
	enum XML_Status status = XML_ParseBuffer(r->parser, (int)n, XML_TRUE);
	crypto_wipe(copy, n);
	if (r->refused.code != ERR_NONE) {
		*e = r->refused;
		return -1;
	}
	if (status == XML_STATUS_OK)
		return 0;
	enum XML_Error why = XML_GetErrorCode(r->parser);
	return why == XML_ERROR_NO_MEMORY
		? err_no_memory(e)
		: err_set(e, ERR_SYNTAX, "not valid XML: %s", XML_ErrorString(why));
}

static int check_texts(const struct reading *r, struct err *e) {
	if (buf_check(&r->path, "XML element names", e))
		return -1;
	for (size_t i = 0; i < r->count; i++)
		if (buf_check(&r->picks[i].text, "XML text", e))
			return -1;
	return 0;
}

int xml_read(const char *bytes, size_t n, struct xml_pick *picks, size_t count, struct err *e) {
	struct err reason = {0};
	struct reading r = {.picks = picks, .count = count};
	buf_init(&r.path, XML_MAX_BYTES);
	for (size_t i = 0; i < count; i++) {
		picks[i].found = false;
		buf_init(&picks[i].text, XML_MAX_BYTES);
	}
	if (n > XML_MAX_BYTES)
		return err_set(e, ERR_LIMIT, "XML larger than %d KiB", XML_MAX_BYTES / 1024);
	if (!text_is_utf8(bytes, n))
		return err_set(e, ERR_SYNTAX, "not valid XML: not UTF-8");
	if (n == 0)
		return err_set(e, ERR_SYNTAX, "not valid XML: empty");
	r.parser = XML_ParserCreateNS("UTF-8", separator);
	if (!r.parser)
		return err_no_memory(e);
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
	XML_SetProcessingInstructionHandler(r.parser, on_instruction);
	int rc = parse(&r, bytes, n, &reason);
	if (rc == 0)
		rc = check_texts(&r, &reason);
	XML_ParserFree(r.parser);
	buf_free(&r.path);
	if (rc != 0) {
		xml_free_picks(picks, count);
		if (e)
			*e = reason;
	}
	return rc;
}

void xml_free_picks(struct xml_pick *picks, size_t count) {
	for (size_t i = 0; i < count; i++) {
		buf_wipe(&picks[i].text);
		picks[i].found = false;
	}
}
