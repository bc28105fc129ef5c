/* ARNs: the parts of what is taken give the text again. */
#include "config.h"

#include "fuzz.h"

#include "aws/service/arn.h"

#include <stdlib.h>

static void must_be_ecs_alike(const struct arn *a) {
	fuzz_must(!arn_is_ecs(a, "cluster") || strncmp(a->resource, "cluster/", 8) == 0,
		"a cluster's resource says so");
	fuzz_must(!arn_is_ecs(a, "cluster") || !arn_is_ecs(a, "service"), "it is of one type");
	fuzz_must(!arn_is_ecs_name(a->name) || strlen(a->name) <= 255, "a name has a bound");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	struct arn a;
	char *text = fuzz_rest(&in);
	if (arn_parse(text, &a) == 0) {
		struct buf again = fuzz_buf();
		buf_addf(&again, "arn:%s:%s:%s:%s:%s", a.partition, a.service, a.region, a.account,
			a.resource);
		fuzz_must(strcmp(buf_str(&again), text) == 0, "the parts give the text");
		size_t n = strlen(a.name);
		fuzz_must(n > 0 && n <= strlen(a.resource) && !strchr(a.name, '/') &&
				strcmp(a.resource + strlen(a.resource) - n, a.name) == 0,
			"the name ends the resource");
		must_be_ecs_alike(&a);
		buf_free(&again);
	}
	bool name = arn_is_ecs_name(text);
	fuzz_must(!name || (arn_parse(text, &a) != 0 && !strpbrk(text, ":/ |\"\\*?")),
		"a name is no ARN and no pattern");
	free(text);
	return 0;
}
