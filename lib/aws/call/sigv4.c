#include "config.h"

#include "aws/call/sigv4.h"

#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char algorithm[] = "AWS4-HMAC-SHA256";
enum { DATE_LENGTH = 8 };

/* Appends the path without ".", ".." and empty segments (RFC 3986 5.2.4; AWS also merges slashes).
 * Each byte is encoded once more. */
static void add_canonical_path(struct buf *out, const char *path, size_t n) {
	size_t base = out->len;
	bool slash_at_end = n > 0 && path[n - 1] == '/';
	size_t i = 0;
	while (i < n) {
		while (i < n && path[i] == '/')
			i++;
		size_t start = i;
		while (i < n && path[i] != '/')
			i++;
		size_t len = i - start;
		bool dot = len == 1 && path[start] == '.';
		bool dots = len == 2 && path[start] == '.' && path[start + 1] == '.';
		slash_at_end = slash_at_end || (i == n && (dot || dots));
		if (dots) {
			while (out->len > base && out->data[out->len - 1] != '/')
				buf_truncate(out, out->len - 1);
			if (out->len > base)
				buf_truncate(out, out->len - 1);
		} else if (len > 0 && !dot) {
			buf_addc(out, '/');
			text_add_percent_encoded(out, path + start, len, "");
		}
	}
	if (out->len == base || slash_at_end)
		buf_addc(out, '/');
}

struct parameter {
	char *name, *value;
};

static int compare_parameters(const void *a, const void *b) {
	const struct parameter *x = a;
	const struct parameter *y = b;
	int by_name = strcmp(x->name, y->name);
	return by_name != 0 ? by_name : strcmp(x->value, y->value);
}

/* A copy of an encoded query component in the encoding AWS expects: percent-encoded bytes stay, the
 * rest is encoded. */
static char *encode_component(const char *s, size_t n) {
	struct buf out;
	buf_init(&out, SIGV4_MAX_BYTES);
	text_add_percent_encoded(&out, s, n, "%");
	char *result = buf_take(&out);
	buf_free(&out);
	return result;
}

/* Splits a query into encoded parameters; list has room for all. Returns the number of entries
 * begun, all of which are to be freed. *rc is -1 without memory. */
static size_t split_query(const char *query, struct parameter *list, int *rc) {
	size_t count = 0;
	*rc = 0;
	for (const char *at = query; *rc == 0 && *at;) {
		size_t n = strcspn(at, "&");
		size_t name_len = strcspn(at, "&=");
		bool has_value = name_len < n;
		if (n > 0) {
			struct parameter *p = &list[count++];
			p->name = encode_component(at, name_len);
			p->value = encode_component(has_value ? at + name_len + 1 : "",
				has_value ? n - name_len - 1 : 0);
			*rc = p->name && p->value ? 0 : -1;
		}
		at += n + (at[n] == '&');
	}
	return count;
}

static int add_canonical_query(struct buf *out, const char *query, struct err *e) {
	int rc;
	size_t most = 1;
	for (const char *c = query; *c; c++)
		most += *c == '&';
	struct parameter *list = calloc(most, sizeof *list);
	if (!list)
		return err_no_memory(e);
	size_t count = split_query(query, list, &rc);
	if (rc == 0)
		qsort(list, count, sizeof *list, compare_parameters);
	for (size_t i = 0; i < count; i++) {
		if (rc == 0)
			buf_addf(out, "%s%s=%s", i > 0 ? "&" : "", list[i].name, list[i].value);
		free(list[i].name);
		free(list[i].value);
	}
	free(list);
	return rc == 0 ? 0 : err_no_memory(e);
}

/* Appends the value trimmed, with each run of white space (folded lines included) as one blank. */
static void add_header_value(struct buf *out, const char *value) {
	bool pending = false;
	bool begun = false;
	for (; *value; value++) {
		if (strchr(" \t\r\n\v\f", *value)) {
			pending = begun;
			continue;
		}
		if (pending)
			buf_addc(out, ' ');
		buf_addc(out, *value);
		pending = false;
		begun = true;
	}
}

static void add_lower(struct buf *out, const char *s) {
	for (; *s; s++)
		buf_addc(out, text_lower(*s));
}

/* Compares by name. Equal names keep their order, since they point into one array. */
static int compare_headers(const void *a, const void *b) {
	const struct sigv4_header *const *x = a;
	const struct sigv4_header *const *y = b;
	int by_name = text_compare_nocase((*x)->name, (*y)->name);
	return by_name != 0 ? by_name : (*x > *y) - (*x < *y);
}

static int add_canonical_headers(const struct sigv4_request *r, struct buf *out,
	struct buf *signed_headers, struct err *e) {
	const struct sigv4_header **sorted = calloc(r->header_count + 1, sizeof *sorted);
	if (!sorted)
		return err_no_memory(e);
	for (size_t i = 0; i < r->header_count; i++)
		sorted[i] = &r->headers[i];
	qsort(sorted, r->header_count, sizeof *sorted, compare_headers);
	for (size_t i = 0; i < r->header_count; i++) {
		bool repeated = i > 0 &&
			text_compare_nocase(sorted[i]->name, sorted[i - 1]->name) == 0;
		if (repeated) {
			buf_truncate(out, out->len - 1);
			buf_addc(out, ',');
		} else {
			add_lower(out, sorted[i]->name);
			buf_addc(out, ':');
			buf_adds(signed_headers, i > 0 ? ";" : "");
			add_lower(signed_headers, sorted[i]->name);
		}
		add_header_value(out, sorted[i]->value);
		buf_addc(out, '\n');
	}
	free(sorted);
	return 0;
}

int sigv4_canonical_request(const struct sigv4_request *r, struct buf *canonical,
	struct buf *signed_headers, struct err *e) {
	unsigned char digest[CRYPTO_SHA256_BYTES];
	char hex[CRYPTO_SHA256_HEX];
	const char *question = strchr(r->target, '?');
	buf_addf(canonical, "%s\n", r->method);
	add_canonical_path(canonical, r->target,
		question ? (size_t)(question - r->target) : strlen(r->target));
	buf_addc(canonical, '\n');
	if (question && add_canonical_query(canonical, question + 1, e))
		return -1;
	buf_addc(canonical, '\n');
	if (add_canonical_headers(r, canonical, signed_headers, e) ||
		crypto_sha256(r->body, r->body_len, digest, e))
		return -1;
	crypto_hex(digest, sizeof digest, hex);
	buf_addf(canonical, "\n%s\n%s", buf_str(signed_headers), hex);
	if (buf_check(canonical, "request", e))
		return -1;
	return buf_check(signed_headers, "header list", e);
}

static void add_scope(const struct sigv4_signer *s, struct buf *out) {
	buf_addf(out, "%.*s/%s/%s/aws4_request", DATE_LENGTH, s->amz_date, s->region, s->service);
}

int sigv4_string_to_sign(const struct sigv4_signer *s, const char *canonical, struct buf *out,
	struct err *e) {
	unsigned char digest[CRYPTO_SHA256_BYTES];
	char hex[CRYPTO_SHA256_HEX];
	if (crypto_sha256(canonical, strlen(canonical), digest, e))
		return -1;
	crypto_hex(digest, sizeof digest, hex);
	buf_addf(out, "%s\n%s\n", algorithm, s->amz_date);
	add_scope(s, out);
	buf_addf(out, "\n%s", hex);
	return buf_check(out, "string to sign", e);
}

int sigv4_signing_key(const struct sigv4_signer *s, unsigned char key[CRYPTO_SHA256_BYTES],
	struct err *e) {
	unsigned char from[CRYPTO_SHA256_BYTES];
	const char *const parts[] = {s->region, s->service, "aws4_request"};
	struct buf secret;
	buf_init(&secret, SIGV4_MAX_BYTES);
	buf_addf(&secret, "AWS4%s", s->secret_access_key);
	int rc = buf_check(&secret, "secret access key", e);
	if (rc == 0)
		rc = crypto_hmac_sha256(buf_str(&secret), secret.len, s->amz_date, DATE_LENGTH, key,
			e);
	for (size_t i = 0; rc == 0 && i < sizeof parts / sizeof parts[0]; i++) {
		memcpy(from, key, sizeof from);
		rc = crypto_hmac_sha256(from, sizeof from, parts[i], strlen(parts[i]), key, e);
	}
	crypto_wipe(from, sizeof from);
	buf_wipe(&secret);
	return rc;
}

int sigv4_sign(const struct sigv4_request *r, const struct sigv4_signer *s,
	struct buf *authorization, struct err *e) {
	struct buf canonical, signed_headers, to_sign;
	unsigned char key[CRYPTO_SHA256_BYTES] = {0};
	unsigned char signature[CRYPTO_SHA256_BYTES];
	char hex[CRYPTO_SHA256_HEX];
	buf_init(&canonical, SIGV4_MAX_BYTES);
	buf_init(&signed_headers, SIGV4_MAX_BYTES);
	buf_init(&to_sign, SIGV4_MAX_BYTES);
	int rc = -1;
	if (sigv4_canonical_request(r, &canonical, &signed_headers, e) ||
		sigv4_string_to_sign(s, buf_str(&canonical), &to_sign, e) ||
		sigv4_signing_key(s, key, e) ||
		crypto_hmac_sha256(key, sizeof key, buf_str(&to_sign), to_sign.len, signature, e))
		goto out;
	crypto_hex(signature, sizeof signature, hex);
	buf_addf(authorization, "%s Credential=%s/", algorithm, s->access_key_id);
	add_scope(s, authorization);
	buf_addf(authorization, ", SignedHeaders=%s, Signature=%s", buf_str(&signed_headers), hex);
	rc = buf_check(authorization, "Authorization header", e);
out:
	crypto_wipe(key, sizeof key);
	buf_wipe(&canonical); /* holds the session token */
	buf_free(&signed_headers);
	buf_free(&to_sign);
	return rc;
}
