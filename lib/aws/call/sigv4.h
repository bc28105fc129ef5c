/* AWS Signature Version 4 in request headers. Own code over OpenSSL: libcurl's signer leaves
 * X-Amz-Target and the session token unsigned in versions still shipped (before 7.86.0) and is
 * absent from others (before 7.75.0). Rules: IAM User Guide, "Create a signed AWS API request".
 * Each stage is public, so that tests can check it against the published test vectors. */
#ifndef AWS_SIGV4_H
#define AWS_SIGV4_H

#include "base/buf.h"
#include "base/crypto.h"

#include <stdint.h>

struct sigv4_header {
	const char *name, *value; /* as sent; repeated names in their order */
};

/* The request as it will be sent. Every header given is signed; Host and X-Amz-Date must be among
 * them. All borrowed. */
struct sigv4_request {
	const char *method;
	const char *target; /* path and optional "?query", already percent-encoded */
	const struct sigv4_header *headers;
	size_t header_count;
	const void *body;
	size_t body_len;
};

/* Who signs, when, and for what. All borrowed. */
struct sigv4_signer {
	const char *access_key_id, *secret_access_key;
	const char *region, *service;
	const char *amz_date; /* YYYYMMDDTHHMMSSZ, the value of X-Amz-Date */
};

enum { SIGV4_MAX_BYTES = 1024 * 1024 }; /* maximum of each text below */

/* Stage 1: appends the canonical request to canonical and the SignedHeaders list to signed_headers.
 * 0, or -1 (ERR_MEMORY, ERR_LIMIT). */
int sigv4_canonical_request(const struct sigv4_request *r, struct buf *canonical,
	struct buf *signed_headers, struct err *e);

/* Stage 2: appends the string to sign for a canonical request. 0 or -1. */
int sigv4_string_to_sign(const struct sigv4_signer *s, const char *canonical, struct buf *out,
	struct err *e);

/* Stage 3: derives the signing key (the caller wipes it). 0 or -1. */
int sigv4_signing_key(const struct sigv4_signer *s, unsigned char key[CRYPTO_SHA256_BYTES],
	struct err *e);

/* All stages: appends the value of the Authorization header. 0 or -1. */
int sigv4_sign(const struct sigv4_request *r, const struct sigv4_signer *s,
	struct buf *authorization, struct err *e);

#endif
