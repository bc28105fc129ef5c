/* Transport: HTTP/1.1 requests, several at once, over libcurl's multi interface. Only lib/aws/http
 * uses libcurl; no type of it appears here. */
#ifndef AWS_HTTP_H
#define AWS_HTTP_H

#include "aws/http/failure.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/deadline.h"

#include <stdbool.h>
#include <stdint.h>

enum { HTTP_MAX_BODY_BYTES = 8 * 1024 * 1024, HTTP_MAX_HEADER_BYTES = 64 * 1024 };

/* The transport; opaque. */
struct http;

/* ca_file: PEM file that replaces the default trust store (borrowed, must outlive the transport),
 * or NULL: the certificates that libcurl was built to trust, from its directory or its bundle.
 * Returns the transport, or NULL with ERR_MEMORY. */
struct http *http_new(const char *ca_file, const char *user_agent, struct err *e);

/* Sets a function that is called when a call into libcurl that may block (a resolver) begins and
 * when it ends; NULL: none. One for the process, as there is one backstop. */
void http_tell_of_calls(void (*in_call)(bool yes));

/* Closes everything; NULL is allowed. While http_is_resolving it may block as long as the resolver:
 * see http_close. */
void http_free(struct http *h);

/* Whether an exchange may still be waiting for the resolver. */
bool http_is_resolving(const struct http *h);

enum http_method { HTTP_POST, HTTP_GET, HTTP_PUT };

struct http_request {
	enum http_method method;
	const char *url;
	const char *const *headers; /* header_count lines "Name: value" */
	size_t header_count;
	const void *body; /* sent with POST and PUT; borrowed until the response has been taken */
	size_t body_len;
	size_t max_body_bytes; /* maximum of the answer's body; 0: HTTP_MAX_BODY_BYTES */
	bool no_proxy;         /* whatever the environment says */
	int64_t timeout_ms;    /* for the whole exchange */
	void *tag;             /* returned with the response */
};

struct http_response {
	void *tag;
	enum http_failure failure;
	char reason[512];   /* libcurl's message for a failure, cleaned, without secrets */
	long status;        /* HTTP status; 0 without an answer */
	struct buf headers; /* raw header lines of the final response */
	struct buf body;
	int64_t elapsed_ms;
	bool connected; /* the request could be sent, whatever followed */
	/* The proxy used: "HOST:PORT (HTTPS_PROXY)"; "": none; with HTTP_MALFORMED_PROXY the
	 * variable's name. */
	char proxy[HTTP_PROXY_BYTES];
	const char *proxy_variable; /* the variable that names it; static; NULL: none was used */
	long proxy_status;          /* its answer to CONNECT; 0: none */
};

/* Ends all exchanges without an answer. May block like http_free: not for use after the
 * deadline. */
void http_abort(struct http *h);

/* Starts a request, which makes progress in http_wait. 0, or -1 with ERR_MEMORY or ERR_INTERNAL. */
int http_start(struct http *h, const struct http_request *r, struct err *e);

/* Runs the transfers and waits at most timeout_ms for activity (a signal ends the wait early). 0,
 * or -1 with ERR_MEMORY or ERR_INTERNAL. */
int http_wait(struct http *h, int timeout_ms, struct err *e);

/* Takes the next finished exchange. true with *out filled (free it with http_response_free), false
 * if there is none. */
bool http_take(struct http *h, struct http_response *out);
void http_response_free(struct http_response *r);

/* The next three functions wait until the deadline at most; its clock is required. */

/* As http_free, unless the time is over and it could block on a resolver: then the transport is
 * abandoned for the rest of the process (which usually ends, but not if only an early renewal ran
 * out of time). NULL is allowed. */
void http_close(struct http *h, const struct deadline *d);

/* A whole blocking exchange, for transports without any other. 0 with *out filled (free it with
 * http_response_free); -1 with ERR_DEADLINE when the time is over, ERR_MEMORY or ERR_INTERNAL. */
int http_fetch(struct http *h, const struct http_request *r, const struct deadline *d,
	struct http_response *out, struct err *e);

/* Waits for ms. 0; -1 with ERR_DEADLINE when the time is over first, ERR_MEMORY or ERR_INTERNAL. */
int http_pause(struct http *h, int64_t ms, const struct deadline *d, struct err *e);

/* Copies a response header's value, trimmed, into out. false, with out empty, if it is absent or
 * does not fit. */
bool http_header(const struct http_response *r, const char *name, char *out, size_t size);

#endif
