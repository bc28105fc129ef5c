#include "config.h"

#include "collect/calls.h"

enum client_event calls_run(struct client *client, calls_handler handler, void *ctx,
	const struct calls_watcher *watcher, int *rc, struct err *e) {
	struct client_answer answer;
	*rc = 0;
	while (*rc == 0) {
		enum client_event event = client_next(client, &answer);
		if (event == CLIENT_TICK) {
			if (watcher)
				watcher->tick(watcher->ctx);
			continue;
		}
		if (event != CLIENT_CALL)
			return event;
		*rc = handler(ctx, &answer, e);
		json_free(answer.document);
	}
	return CLIENT_IDLE;
}
