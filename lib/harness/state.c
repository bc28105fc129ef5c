#include "config.h"

#include "harness/state.h"

#include "base/text.h"

static const char *const names[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

const char *state_name(enum state s) {
	return names[s];
}

int state_parse(const char *s, enum state *out) {
	for (int i = 0; i < 4; i++) {
		if (text_is_word(s, names[i]) || (s[0] == '0' + i && s[1] == '\0')) {
			*out = (enum state)i;
			return 0;
		}
	}
	return -1;
}

bool state_is_problem(enum state s) {
	return s == STATE_WARNING || s == STATE_CRITICAL;
}

int state_rank(enum state s) {
	static const int rank[] =
		{[STATE_OK] = 0, [STATE_UNKNOWN] = 1, [STATE_WARNING] = 2, [STATE_CRITICAL] = 3};
	return rank[s];
}

enum state state_worse(enum state a, enum state b) {
	return state_rank(a) >= state_rank(b) ? a : b;
}
