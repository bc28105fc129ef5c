/* Credentials of an EC2 instance's role. Expiry is left for AWS to judge: the service keeps handing
 * out old credentials while it cannot get new ones. */
#include "config.h"

#include "aws/identity/provider.h"
#include "aws/identity/imds.h"

#include "base/text.h"

#include <string.h>

enum { MAX_PATH_BYTES = 512 };

static const char roles_path[] = "latest/meta-data/iam/security-credentials/";

/* IAM: role names consist of letters, digits and _+=,.@- */
static bool is_role_name(const char *s) {
	for (; *s; s++)
		if (!text_is_alnum(*s) && !strchr("_+=,.@-", *s))
			return false;
	return true;
}

/* Appends the role's path to path. 0; 1 when the instance has no role; -1. */
static int find_role(struct imds *i, struct buf *path, struct err *e) {
	buf_adds(path, roles_path);
	if (imds_get(i, roles_path, imds_judge_text, path, e)) {
		if (i->service.status != 404 || e->code != ERR_CREDENTIALS)
			return -1;
		(void)err_set(e, ERR_CREDENTIALS, "the instance has no role (%s: status 404)",
			i->service.host_header);
		return 1;
	}
	if (!is_role_name(buf_str(path) + strlen(roles_path)))
		return err_set(e, ERR_CREDENTIALS, "%s gives a role name that is not valid",
			i->service.host_header);
	return 0;
}

static enum provider_outcome fetch(const struct provider_context *context, struct keys *out,
	struct err *e) {
	struct imds i;
	struct buf path;
	buf_init(&path, MAX_PATH_BYTES);
	int rc = imds_open(&i, context->profiles, &context->run, e);
	if (rc == 0) {
		rc = find_role(&i, &path, e);
		if (rc == 0)
			rc = imds_get(&i, buf_str(&path), metadata_judge_keys, out, e);
		if (rc == 0)
			keys_set_role(out, buf_str(&path));
		if (rc < 0 && e->code == ERR_CREDENTIALS)
			err_prefix(e, "instance metadata");
	}
	imds_close(&i);
	buf_free(&path);
	return rc == 0 ? PROVIDER_FOUND : rc > 0 ? PROVIDER_NOT_CONFIGURED : PROVIDER_FAILED;
}

const struct provider provider_imds = {.name = "instance metadata", .fetch = fetch};
