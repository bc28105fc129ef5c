/* Transport: HTTP/1.1 requests, several at once, over libcurl's multi interface. The only door to
 * libcurl; no type of it appears here. */
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

/* ca_file: PEM file that replaces the default trust store, or NULL (borrowed, must outlive the
 * transport): those that libcurl was built to trust, from its directory or its bundle. Returns it,
 * or NULL with ERR_MEMORY. */
struct http *http_new(const char *ca_file, const char *user_agent, struct err *e);

/* in_call is told, from now on, when a call into libcurl begins that may block (a resolver), and
 * when it has ended; NULL: nobody is. Of the process, as what it tells is: there is one backstop.
 */
void http_tell_of_calls(void (*in_call)(bool yes));

/* Closes everything; NULL is taken. While http_is_resolving it may wait as long as the resolver:
 * see http_close. */
void http_free(struct http *h);

/* Whether an exchange may still wait for the resolver. */
bool http_is_resolving(const struct http *h);

enum http_method { HTTP_POST, HTTP_GET, HTTP_PUT };

struct http_request {
	enum http_method method;
	const char *url;
	const char *const *headers; /* header_count lines "Name: value" */
	size_t header_count;
	const void *body; /* sent with POST and PUT; borrowed until the response has been taken */
	size_t body_len;
	size_t max_body_bytes; /* bound of the answer's body; 0: HTTP_MAX_BODY_BYTES */
	bool no_proxy;         /* whatever the environment says */
	int64_t timeout_ms;    /* for the whole exchange */
	void *tag;             /* comes back with the response */
};

struct http_response {
	void *tag;
	enum http_failure failure;
	char reason[512];   /* libcurl's words for a failure, cleaned, without secrets */
	long status;        /* HTTP status, 0 without an answer */
	struct buf headers; /* raw header lines of the final response */
	struct buf body;
	int64_t elapsed_ms;
	bool connected; /* the request could be sent, whatever came of it */
	/* The way it went: "HOST:PORT (HTTPS_PROXY)", "": directly; HTTP_MALFORMED_PROXY: the
	 * variable's name. */
	char proxy[HTTP_PROXY_BYTES];
	long proxy_status; /* its answer to CONNECT; 0: none */
};

/* Ends all exchanges without an answer. Not after the deadline either. */
void http_abort(struct http *h);

/* Starts a request; it makes progress in http_wait. 0, or -1 with ERR_MEMORY or ERR_INTERNAL. */
int http_start(struct http *h, const struct http_request *r, struct err *e);

/* Lets the transfers work and waits at most timeout_ms for something to happen (a signal ends the
 * wait early). 0, or -1 with ERR_INTERNAL. */
int http_wait(struct http *h, int timeout_ms, struct err *e);

/* Takes the next finished exchange. true with *out filled (free it with http_response_free), false
 * when there is none. */
bool http_take(struct http *h, struct http_response *out);
void http_response_free(struct http_response *r);

/* The functions below wait, until the deadline at most; its clock is needed. */

/* http_free, but where the time is over and it might wait for a resolver: what is held is given up
 * then, for the rest of the process (which mostly ends, but not when only an early renewal's time
 * was over). NULL is taken. */
void http_close(struct http *h, const struct deadline *d);

/* A whole exchange, waited for: for transports without any other exchange. 0 with *out filled (free
 * it with http_response_free); -1 with ERR_DEADLINE when the time is over, ERR_MEMORY or
 * ERR_INTERNAL. */
int http_fetch(struct http *h, const struct http_request *r, const struct deadline *d,
	struct http_response *out, struct err *e);

/* Waits for ms. 0, or -1 with ERR_DEADLINE when the time is over before that. */
int http_pause(struct http *h, int64_t ms, const struct deadline *d, struct err *e);

/* The value of a response header, trimmed, copied into out. false, with out empty, when it is
 * absent or does not fit. */
bool http_header(const struct http_response *r, const char *name, char *out, size_t size);

#endif
