/* Signature Version 4, the server's side: whether a request was signed by a key of the account.
 * Rules: IAM user guide, "Create a signed AWS API request". */
#ifndef STANDIN_VERIFY_H
#define STANDIN_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "answer.h"
#include "identity.h"
#include "operation.h"
#include "request.h"

/* What the Authorization header says. Every string is NULL as long as it is not known and points
 * into `memory`. */
struct claim {
	char *key_id, *date, *region, *service, *signed_headers, *signature;
	char *memory;
};

/* Read the Authorization header into `claim`, as far as it can be read; claim_free() must follow.
 * False with AWS's error in `answer` if it is absent or malformed. */
bool claim_parse(struct claim *claim, const struct request *request, struct answer *answer);
void claim_free(struct claim *claim);

/* Check a claim that was read in full, for an operation at `now` (seconds since 1970). `key` is the
 * one that the claim names, NULL if there is none. False with AWS's error in `answer`. */
bool claim_verify(const struct claim *claim, const struct request *request, const struct key *key,
	const struct operation *operation, int64_t now, struct answer *answer);

#endif
