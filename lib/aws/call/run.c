#include "config.h"

#include "aws/call/run.h"

#include "base/text.h"

enum { MAX_TRACED_CHARS = 200 };

int64_t aws_run_now_s(const struct aws_run *run) {
	const struct clock *clock = run->deadline.clock;
	return run->skew ? skew_now_s(run->skew, clock) : clock_wall_ms(clock) / 1000;
}

double aws_run_random(const struct aws_run *run) {
	return run->random_unit ? run->random_unit(run->random_ctx) : 0;
}

void aws_run_trace(const struct aws_run *run, const char *name, const char *what) {
	if (!run->trace)
		return;
	buf_addf(run->trace, "credentials: %s: ", name);
	text_add_clean(run->trace, what, MAX_TRACED_CHARS);
	buf_addc(run->trace, '\n');
}
