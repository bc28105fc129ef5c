/* Static keys of the profile in the shared credentials file. */
#include "config.h"

#include "aws/identity/credentials.h"

static enum credentials_outcome fetch(const struct credentials_context *context, struct keys *out,
	struct err *e) {
	return credentials_from_profile(context->profiles, PROFILE_CREDENTIALS, out, e);
}

const struct credentials_provider credentials_shared_file = {.name = "shared credentials file",
	.fetch = fetch};
