#include "config.h"

#include "aws/call/explain.h"

#include "base/env.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { PROXY_WANTS_LOGIN = 407, KIB = 1024, MIB = 1024 * 1024 };
/* Of an explanation with AWS's words: in a struct err there is room for what is put before or
 * behind it, and a series' line shows all of it. */
enum { MAX_EXPLAINED_BYTES = 385, MIN_SAID_BYTES = 190 };

/* The variable to check. */
static const char *variable_of(const struct endpoint *ep, const struct http_response *r) {
	return r->proxy_variable     ? r->proxy_variable
		: ep->parts.is_https ? "HTTPS_PROXY"
				     : "http_proxy";
}

/* The proxy could not be reached or refused the connection. */
static void explain_proxy_failure(const char *name, const struct endpoint *ep,
	const struct http_response *r, struct err *e) {
	const char *host = ep->parts.host_header;
	const char *variable = variable_of(ep, r);
	if (r->proxy_status == PROXY_WANTS_LOGIN)
		(void)err_set(e, ERR_NETWORK,
			"%s: the proxy %s wants a user name and a password (status 407 on the way to %s): %s=http://USER:PASSWORD@HOST:PORT, or NO_PROXY",
			name, r->proxy, host, variable);
	else if (r->proxy_status >= 300)
		(void)err_set(e, ERR_NETWORK,
			"%s: the proxy %s refuses a connection to %s (status %ld): check %s, or name hosts that need no proxy in NO_PROXY",
			name, r->proxy, host, r->proxy_status, variable);
	else
		(void)err_set(e, ERR_NETWORK,
			"%s: the proxy %s gives no connection to %s (%s): check %s, or name hosts that need no proxy in NO_PROXY",
			name, r->proxy, host, r->reason, variable);
}

bool explain_proxy_answer(const char *name, const struct endpoint *ep,
	const struct http_response *r, const struct aws_error *error, struct err *e) {
	if (ep->parts.is_https || error->code[0] || (!*r->proxy && r->status != PROXY_WANTS_LOGIN))
		return false;
	(void)err_set(e, ERR_NETWORK,
		"%s: the proxy%s%s answers for %s (HTTP status %ld%s): check %s, or name hosts that need no proxy in NO_PROXY",
		name, *r->proxy ? " " : "", r->proxy, ep->parts.host_header, r->status,
		r->status == PROXY_WANTS_LOGIN ? ", it wants a user name and a password" : "",
		variable_of(ep, r));
	return true;
}

static void explain_size(const char *name, const char *host, const struct http_response *r,
	struct err *e) {
	if (r->headers.no_room)
		(void)err_set(e, ERR_LIMIT, "%s: %s sent more than %d KiB of headers", name, host,
			HTTP_MAX_HEADER_BYTES / KIB);
	else
		(void)err_set(e, ERR_LIMIT, "%s: the answer from %s is larger than %zu %s", name,
			host, r->body.max / (r->body.max < MIB ? KIB : MIB),
			r->body.max < MIB ? "KiB" : "MiB");
}

/* libcurl also reports "out of memory" for a header line above its limit of 100 KiB. */
static void explain_local_failure(const char *name, const char *host, const struct http_response *r,
	struct err *e) {
	bool amid_headers = r->headers.len > 0 && !r->headers.failed && !r->body.failed &&
		r->body.len == 0;
	if (amid_headers)
		(void)err_set(e, ERR_MEMORY,
			"%s: out of memory, or %s sent a header line that is too long", name, host);
	else
		(void)err_set(e, ERR_MEMORY, "%s: out of memory", name);
}

void explain_transport(const char *name, const struct endpoint *ep, const struct http_response *r,
	struct err *e) {
	const char *host = ep->parts.host_header;
	switch (r->failure) {
	case HTTP_FAILED_RESOLVE:
		(void)err_set(e, ERR_NETWORK,
			"%s: cannot resolve %s (%s): check the region's name and this host's DNS",
			name, host, r->reason);
		if (!ep->is_custom)
			(void)region_suggest(ep->signing_region, e);
		break;
	case HTTP_FAILED_CONNECT:
		(void)err_set(e, ERR_NETWORK,
			"%s: cannot connect to %s (%s): check network, firewall, proxy and endpoint URL",
			name, host, r->reason);
		break;
	case HTTP_FAILED_PROXY:
	case HTTP_REFUSED_BY_PROXY:
		explain_proxy_failure(name, ep, r, e);
		break;
	case HTTP_MALFORMED_PROXY:
		(void)err_set(e, ERR_CONFIG,
			"%s: %s is not a valid proxy URL (%s): write http://USER:PASSWORD@HOST:PORT with special characters as %%XX, or name hosts that need no proxy in NO_PROXY",
			name, r->proxy, r->reason);
		break;
	case HTTP_FAILED_CERTIFICATE:
		(void)err_set(e, ERR_NETWORK,
			"%s: the TLS certificate of %s is not accepted (%s): check --ca-bundle, AWS_CA_BUNDLE and any proxy that intercepts TLS",
			name, host, r->reason);
		if (env_get("REQUESTS_CA_BUNDLE") && !env_get("AWS_CA_BUNDLE"))
			err_suffix(e,
				"; REQUESTS_CA_BUNDLE is not read here: name the same file in AWS_CA_BUNDLE");
		break;
	case HTTP_FAILED_CA_FILE:
		(void)err_set(e, ERR_CONFIG,
			"%s: the CA file cannot be used (%s): check --ca-bundle, AWS_CA_BUNDLE, ca_bundle in the profile, or the system's CA certificates",
			name, r->reason);
		break;
	case HTTP_FAILED_TLS:
		(void)err_set(e, ERR_NETWORK,
			"%s: cannot make a TLS connection to %s (%s): TLS 1.2 or newer is required",
			name, host, r->reason);
		break;
	case HTTP_FAILED_TIMEOUT:
		(void)err_set(e, ERR_NETWORK,
			"%s: no answer from %s%s%s in time (%s): check network, firewall and proxy",
			name, host, *r->proxy ? " through the proxy " : "", r->proxy, r->reason);
		break;
	case HTTP_FAILED_TOO_LARGE:
		explain_size(name, host, r, e);
		break;
	case HTTP_FAILED_LOCAL:
		explain_local_failure(name, host, r, e);
		break;
	default:
		(void)err_set(e, ERR_NETWORK, "%s: the answer from %s%s%s was cut off (%s)", name,
			host, *r->proxy ? " through the proxy " : "", r->proxy, r->reason);
		break;
	}
}

/* "CODE: message", or the part of it that exists. */
static const char *quoted(const struct aws_error *error, long status, char *out, size_t size) {
	if (!error->code[0])
		(void)snprintf(out, size, "HTTP status %ld%s%s", status,
			error->message[0] ? ": " : "", error->message);
	else
		(void)snprintf(out, size, "%s%s%s", error->code, error->message[0] ? ": " : "",
			error->message);
	return out;
}

/* "access key AKIA...MPLE from the environment"; an unsigned call has no key. */
static const char *signer(const struct keys *who, char *out, size_t size) {
	char id[16];
	if (who->access_key_id)
		(void)snprintf(out, size, "access key %s from %s", keys_short_id(who, id),
			who->provider);
	else
		(void)snprintf(out, size, "this unsigned call");
	return out;
}

void explain_add_said(const char *said, struct err *e) {
	struct buf shortened;
	size_t used = strlen(e->message);
	size_t room = used + MIN_SAID_BYTES < MAX_EXPLAINED_BYTES ? MAX_EXPLAINED_BYTES - used
								  : MIN_SAID_BYTES;
	buf_init(&shortened, MAX_EXPLAINED_BYTES);
	text_add_shortened(&shortened, said, room);
	err_suffix(e, " (%s)", buf_str(&shortened));
	buf_free(&shortened);
}

void explain_denied(const char *iam_action, const char *who, const struct denial *denial,
	const char *said, struct err *e) {
	struct buf advice;
	buf_init(&advice, sizeof e->message);
	denial_advise(denial, iam_action, who, &advice);
	(void)err_set(e, ERR_DENIED, "not permitted: %s", buf_str(&advice));
	explain_add_said(said, e);
	buf_free(&advice);
}

/* Keys that AWS does not know. Each partition has keys of its own, and keys are unknown in a region
 * that the account has not switched on (AWS Account Management, "Enable or disable AWS Regions").
 */
static void explain_unknown_keys(const char *name, const char *region, const struct keys *who,
	const char *said, struct err *e) {
	static const char is_on[] = "that the account has this region switched on";
	const char *partition = partition_of(region);
	char key[160];
	(void)signer(who, key, sizeof key);
	if (!who->access_key_id)
		(void)err_set(e, ERR_CREDENTIALS, "%s: AWS does not accept %s in %s: check %s",
			name, key, region, is_on);
	else if (strcmp(partition, "aws") == 0)
		(void)err_set(e, ERR_CREDENTIALS,
			"%s: AWS does not accept %s in %s: check key and session token, their partition, and %s",
			name, key, region, is_on);
	else
		(void)err_set(e, ERR_CREDENTIALS,
			"%s: AWS does not accept %s in %s: check key and session token, and that they are of partition %s",
			name, key, region, partition);
	explain_add_said(said, e);
}

static void explain_not_subscribed(const char *name, const struct endpoint *ep, const char *region,
	const char *who, const char *said, struct err *e) {
	(void)err_set(e, ERR_CREDENTIALS,
		"%s: the account of %s cannot use %s: switch region %s on in its account settings, or complete the account's registration with AWS",
		name, who, ep->parts.host_header, region);
	explain_add_said(said, e);
}

static const char check_endpoint[] =
	": check the endpoint URL, and whether what answers there speaks AWS's JSON protocol";

/* How a server that is not AWS refuses a request that it does not understand. */
static bool refuses_protocol(const struct endpoint *ep, long status,
	const struct aws_error *error) {
	return ep->is_custom && !error->code[0] &&
		(status == 404 || status == 405 || status == 415 || status == 501);
}

void explain_error(const char *name, const char *iam_action, const struct endpoint *ep,
	const char *region, const struct keys *who, long status, const struct aws_error *error,
	struct err *e) {
	char text[AWS_ERROR_CODE_BYTES + sizeof error->message + 32];
	char key[160];
	(void)quoted(error, status, text, sizeof text);
	(void)signer(who, key, sizeof key);
	/* ECS calls it an invalid parameter. */
	if (error->class == AWS_ERROR_OTHER && denial_is_other_account(&error->denial)) {
		explain_denied(iam_action, key, &error->denial, text, e);
		return;
	}
	switch (error->class) {
	case AWS_ERROR_THROTTLING:
		(void)err_set(e, ERR_SERVICE,
			"%s: AWS is throttling this account's requests in %s (%s): check less often or spread the checks",
			name, region, text);
		break;
	case AWS_ERROR_TRANSIENT:
		(void)err_set(e, ERR_SERVICE, "%s: %s cannot answer now (%s)", name,
			ep->parts.host_header, text);
		break;
	case AWS_ERROR_EXPIRED_CREDENTIALS:
		(void)err_set(e, ERR_EXPIRED,
			"%s: the credentials from %s have expired (%s): renew them", name,
			who->provider, text);
		break;
	case AWS_ERROR_BAD_CREDENTIALS:
		explain_unknown_keys(name, region, who, text, e);
		break;
	case AWS_ERROR_NOT_SUBSCRIBED:
		explain_not_subscribed(name, ep, region, key, text, e);
		break;
	case AWS_ERROR_SIGNATURE:
		/* AWS's message may continue with the whole canonical request; its first sentence
		 * is enough. */
		text[strcspn(text, ".")] = '\0';
		(void)err_set(e, ERR_CREDENTIALS,
			"%s: wrong signature for %s: check the secret access key, region %s and this host's clock (%s)",
			name, key, region, text);
		break;
	case AWS_ERROR_DENIED:
		explain_denied(iam_action, key, &error->denial, text, e);
		break;
	case AWS_ERROR_NOT_FOUND:
		(void)err_set(e, ERR_NOT_FOUND, "%s: %s", name, text);
		break;
	case AWS_ERROR_UNKNOWN_OPERATION:
		(void)err_set(e, ERR_SERVICE, "%s: %s does not know this call (%s)%s", name,
			ep->parts.host_header, text, ep->is_custom ? check_endpoint : "");
		break;
	default:
		(void)err_set(e, ERR_SERVICE, "%s: %s answered with %s%s", name,
			ep->parts.host_header, text,
			status >= 300 && status < 400 ? ": a proxy or login page may have answered"
				: refuses_protocol(ep, status, error) ? check_endpoint
								      : "");
		break;
	}
}

bool explain_query_answer(const char *name, const struct endpoint *ep, const struct buf *body,
	struct err *e) {
	const char *text = buf_str(body);
	text += strspn(text, " \t\r\n");
	if (*text != '<' || !strstr(text, "amazonaws.com/doc/"))
		return false;
	(void)err_set(e, ERR_SERVICE,
		"%s: the answer from %s is not AWS's JSON: it is XML, of the older query protocol%s",
		name, ep->parts.host_header, check_endpoint);
	return true;
}

void explain_malformed_body(const char *name, const struct endpoint *ep, const struct err *reason,
	struct err *e) {
	(void)err_set(e, ERR_SERVICE,
		"%s: the answer from %s is not AWS's (%s): a proxy or login page may have answered",
		name, ep->parts.host_header, reason->message);
}
