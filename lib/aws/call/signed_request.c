#include "config.h"

#include "aws/call/signed_request.h"

#include "aws/call/sigv4.h"
#include "base/time.h"

#include <string.h>

enum { MAX_TEXT_BYTES = 256 * 1024, MAX_AUTHORIZATION_BYTES = 4096 };

/* The headers to sign. AWS requires Host, X-Amz-Date, X-Amz-Security-Token and X-Amz-Target among
 * them. */
static size_t fill_headers(const struct request_signing *s, const char *amz_date,
	struct sigv4_header headers[REQUEST_MAX_HEADERS]) {
	size_t n = 0;
	headers[n++] = (struct sigv4_header){"Host", s->endpoint->parts.host_header};
	headers[n++] = (struct sigv4_header){"Content-Type", s->content_type};
	headers[n++] = (struct sigv4_header){"X-Amz-Date", amz_date};
	if (s->amz_target)
		headers[n++] = (struct sigv4_header){"X-Amz-Target", s->amz_target};
	if (s->query_mode)
		headers[n++] = (struct sigv4_header){"X-Amzn-Query-Mode", "true"};
	if (s->keys->session_token)
		headers[n++] = (struct sigv4_header){"X-Amz-Security-Token",
			s->keys->session_token};
	return n;
}

static int add_lines(const struct sigv4_header *headers, size_t n, struct request_headers *out,
	struct err *e) {
	size_t offsets[REQUEST_MAX_HEADERS];
	for (size_t i = 0; i < n; i++) {
		offsets[i] = out->text.len;
		buf_addf(&out->text, "%s: %s", headers[i].name, headers[i].value);
		buf_addc(&out->text, '\0');
	}
	if (buf_check(&out->text, "header", e))
		return -1;
	for (size_t i = 0; i < n; i++)
		out->lines[i] = buf_str(&out->text) + offsets[i];
	out->count = n;
	return 0;
}

int request_sign(const struct request_signing *s, const void *body, size_t body_len,
	struct request_headers *out, struct err *e) {
	char amz_date[TIME_AMZ_BYTES];
	struct sigv4_header headers[REQUEST_MAX_HEADERS];
	struct buf authorization;
	*out = (struct request_headers){0};
	buf_init(&out->text, MAX_TEXT_BYTES);
	buf_init(&authorization, MAX_AUTHORIZATION_BYTES);
	size_t n = fill_headers(s, time_format_amz(s->now_s, amz_date), headers);
	struct sigv4_request request = {.method = "POST",
		.target = s->endpoint->parts.path,
		.headers = headers,
		.header_count = n,
		.body = body,
		.body_len = body_len};
	struct sigv4_signer signer = {
		.access_key_id = s->keys->access_key_id,
		.secret_access_key = s->keys->secret_access_key,
		.region = s->region,
		.service = s->endpoint->signing_name,
		.amz_date = amz_date,
	};
	int rc = sigv4_sign(&request, &signer, &authorization, e);
	headers[n] = (struct sigv4_header){"Authorization", buf_str(&authorization)};
	if (rc == 0)
		rc = add_lines(headers, n + 1, out, e);
	buf_wipe(&authorization);
	return rc;
}

void request_headers_free(struct request_headers *h) {
	buf_wipe(&h->text);
	*h = (struct request_headers){0};
}
