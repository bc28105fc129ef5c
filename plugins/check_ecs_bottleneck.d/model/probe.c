#include "config.h"

#include "model/probe.h"

enum { MAX_REASON_BYTES = 1024 * 1024 };

void probe_init(struct probe *p) {
	*p = (struct probe){.key_source = "", .key_role = ""};
	buf_init(&p->end_reason, MAX_REASON_BYTES);
}

void probe_free(struct probe *p) {
	buf_free(&p->end_reason);
}

enum state probe_state(const struct probe *p) {
	for (int i = 0; i < PROBE_APIS; i++) {
		const struct probe_call *c = &p->calls[i];
		bool works = c->result == PROBE_NOT_NEEDED || c->result == PROBE_PERMITTED ||
			(c->result == PROBE_DENIED && c->is_optional);
		if (!works)
			return STATE_UNKNOWN;
	}
	if (p->end != SAMPLES_WHOLE)
		return STATE_UNKNOWN;
	bool no_cluster = p->calls[PROBE_LIST_CLUSTERS].result == PROBE_PERMITTED &&
		p->clusters == 0 && !p->more_clusters;
	return no_cluster ? STATE_UNKNOWN : STATE_OK;
}
