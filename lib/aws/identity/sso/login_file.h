/* The files, named by a hash, in which "aws sso login" and "aws login" store their results. */
#ifndef AWS_IDENTITY_SSO_LOGIN_FILE_H
#define AWS_IDENTITY_SSO_LOGIN_FILE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"

enum { LOGIN_FILE_MAX_BYTES = 64 * 1024, LOGIN_FILE_MAX_PATH_BYTES = 4096 };

/* Appends DIRECTORY/HASH.json: directory (NULL: none given), else below_home ("/.aws/sso/cache") in
 * the home directory. hash is the hexadecimal text. 0, or -1 with ERR_CREDENTIALS when there is no
 * home directory, ERR_LIMIT or ERR_MEMORY. */
int login_file_path(const char *directory, const char *below_home, const char *hash,
	struct buf *out, struct err *e);

/* Reads the file into *document, an object (json_free_secret it). command is for messages: it
 * creates a new file ("aws sso login --profile x"). 0, or -1 with *document NULL: ERR_CREDENTIALS
 * naming path, user and command; ERR_DEADLINE as file_read; ERR_MEMORY. */
int login_file_read(const char *path, const struct deadline *deadline, const char *command,
	json **document, struct err *e);

/* Sets e for invalid content of the file: "PATH REASON: run COMMAND". Returns -1. */
int login_file_broken(const char *path, const char *reason, const char *command, struct err *e);

#endif
