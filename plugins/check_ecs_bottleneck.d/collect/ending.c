#include "config.h"

#include "collect/ending.h"

static void add_event(enum client_event event, int timeout_s, struct buf *out) {
	if (event == CLIENT_STOPPED)
		buf_adds(out, "ended by a signal");
	else
		buf_addf(out, "timed out after %d s", timeout_s);
}

void ending_describe_connecting(const struct err *e, enum client_event event, int timeout_s,
	struct buf *out) {
	add_event(event, timeout_s, out);
	buf_addf(out, ", %s", e->message);
}

void ending_describe(const struct client *client, enum client_event event, int timeout_s,
	struct buf *out) {
	add_event(event, timeout_s, out);
	size_t before = out->len;
	buf_adds(out, ", ");
	size_t with_comma = out->len;
	client_describe_pending(client, out);
	if (out->len == with_comma)
		buf_truncate(out, before);
	if (*client_last_error(client))
		buf_addf(out, "; last error: %s", client_last_error(client));
}
