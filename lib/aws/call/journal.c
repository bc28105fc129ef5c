#include "config.h"

#include "aws/call/journal.h"

#include "base/text.h"

enum { MAX_URL_CHARS = 200, MAX_PATH_CHARS = 100, ID_BYTES = 80 };

static void add_place(struct buf *out, const struct journal_entry *entry) {
	if (entry->path) {
		buf_addf(out, "%s ", entry->where);
		text_add_foreign(out, entry->path, MAX_PATH_CHARS);
	} else {
		text_add_clean(out, entry->where, MAX_URL_CHARS);
	}
}

void journal_add(struct buf *journal, const struct journal_entry *entry,
	const struct http_response *r) {
	static const char *const methods[] =
		{[HTTP_POST] = "POST", [HTTP_GET] = "GET", [HTTP_PUT] = "PUT"};
	char id[ID_BYTES];
	if (!journal)
		return;
	buf_addf(journal, "http: %s %s ", entry->name, methods[entry->method]);
	add_place(journal, entry);
	buf_addf(journal, " attempt %d: ", entry->attempt);
	if (r->failure == HTTP_NO_FAILURE)
		buf_addf(journal, "status %ld, ", r->status);
	else
		buf_addf(journal, "failed (%s), ", r->reason);
	if (!entry->path)
		buf_addf(journal, "%zu byte%s sent, %zu received", entry->bytes_sent,
			text_plural(entry->bytes_sent), r->body.len);
	else
		buf_addf(journal, "%zu byte%s received", r->body.len, text_plural(r->body.len));
	buf_addf(journal, ", %lld ms", (long long)r->elapsed_ms);
	if (!entry->path && http_header(r, "x-amzn-requestid", id, sizeof id)) {
		buf_adds(journal, ", request id ");
		text_add_foreign(journal, id, sizeof id);
	}
	buf_addc(journal, '\n');
}
