#include "config.h"

#include "base/user.h"

#include "base/text.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

enum { PASSWD_BYTES = 16384, MOST_NAME_CHARS = 60 };

void user_add_name(struct buf *out) {
	struct passwd entry, *found = NULL;
	char *text = malloc(PASSWD_BYTES);
	if (text && getpwuid_r(geteuid(), &entry, text, PASSWD_BYTES, &found) == 0 && found &&
		found->pw_name && *found->pw_name)
		text_add_clean(out, found->pw_name, MOST_NAME_CHARS);
	else
		buf_addf(out, "with number %ld", (long)geteuid());
	free(text);
}
