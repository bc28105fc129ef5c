#include "config.h"

#include "aws/http/http_state.h"

#include "base/crypto.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CONNECTIONS_PER_HOST = 4, MAX_REASON_CHARS = 120 };

struct http *http_new(const char *ca_file, const char *user_agent, struct err *e) {
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		(void)err_no_memory(e);
		return NULL;
	}
	struct http *h = calloc(1, sizeof *h);
	if (h) {
		h->ca_file = ca_file;
		h->user_agent = text_dup(user_agent, strlen(user_agent));
		h->multi = curl_multi_init();
	}
	if (!h || !h->user_agent || !h->multi) {
		http_free(h);
		(void)err_no_memory(e);
		return NULL;
	}
	(void)curl_multi_setopt(h->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
		(long)MAX_CONNECTIONS_PER_HOST);
	(void)curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
	return h;
}

/* libcurl sends from a buffer of its own, which cannot be wiped from here; its list of headers
 * can. */
static void free_headers(struct curl_slist *headers) {
	for (struct curl_slist *line = headers; line; line = line->next)
		crypto_wipe(line->data, strlen(line->data));
	curl_slist_free_all(headers);
}

static void exchange_free(struct exchange *x) {
	curl_easy_cleanup(x->easy);
	free_headers(x->headers);
	buf_free(&x->response_headers);
	buf_wipe(&x->body);
	free(x);
}

static void link_exchange(struct http *h, struct exchange *x) {
	x->next = h->first;
	if (h->first)
		h->first->previous = x;
	h->first = x;
	h->active++;
}

static void unlink_exchange(struct http *h, struct exchange *x) {
	if (x->previous)
		x->previous->next = x->next;
	else
		h->first = x->next;
	if (x->next)
		x->next->previous = x->previous;
	h->active--;
	(void)curl_multi_remove_handle(h->multi, x->easy);
}

void http_abort(struct http *h) {
	while (h->first) {
		struct exchange *x = h->first;
		unlink_exchange(h, x);
		exchange_free(x);
	}
}

bool http_is_resolving(const struct http *h) {
	for (const struct exchange *x = h->first; x; x = x->next) {
		/* Set once the name is known, also when a connection is reused. */
		curl_off_t known_us = 0;
		(void)curl_easy_getinfo(x->easy, CURLINFO_NAMELOOKUP_TIME_T, &known_us);
		if (known_us == 0)
			return true;
	}
	return false;
}

void http_free(struct http *h) {
	if (!h)
		return;
	http_abort(h);
	curl_multi_cleanup(h->multi);
	free(h->user_agent);
	free(h);
	curl_global_cleanup();
}

static bool add_header_line(struct exchange *x, const char *line) {
	struct curl_slist *longer = curl_slist_append(x->headers, line);
	if (longer)
		x->headers = longer;
	return longer != NULL;
}

int http_start(struct http *h, const struct http_request *r, struct err *e) {
	struct exchange *x = calloc(1, sizeof *x);
	if (!x)
		return err_no_memory(e);
	x->tag = r->tag;
	if (!r->no_proxy && http_proxy_find(r->url, &x->proxy, e)) {
		free(x);
		return -1;
	}
	buf_init(&x->body, r->max_body_bytes ? r->max_body_bytes : HTTP_MAX_BODY_BYTES);
	buf_init(&x->response_headers, HTTP_MAX_HEADER_BYTES);
	x->easy = curl_easy_init();
	/* Removes the header: older versions wait for 100 Continue before bodies over 1 KiB. */
	bool ready = x->easy && add_header_line(x, "Expect:");
	for (size_t i = 0; ready && i < r->header_count; i++)
		ready = add_header_line(x, r->headers[i]);
	if (!ready) {
		exchange_free(x);
		return err_no_memory(e);
	}
	CURLcode rc = http_set_up(h, r, x);
	CURLMcode mc = rc == CURLE_OK ? curl_multi_add_handle(h->multi, x->easy) : CURLM_OK;
	if (rc == CURLE_OK && mc == CURLM_OK) {
		link_exchange(h, x);
		return 0;
	}
	exchange_free(x);
	if (rc == CURLE_OUT_OF_MEMORY || mc == CURLM_OUT_OF_MEMORY)
		return err_no_memory(e);
	return err_set(e, ERR_INTERNAL, "libcurl refused the request: %s",
		rc != CURLE_OK ? curl_easy_strerror(rc) : curl_multi_strerror(mc));
}

static void (*report_call)(bool yes);

void http_tell_of_calls(void (*in_call)(bool yes)) {
	report_call = in_call;
}

/* Each call is reported by itself: what counts is how long one lasts. */
static CURLMcode perform(struct http *h, int *running) {
	if (report_call)
		report_call(true);
	CURLMcode mc = curl_multi_perform(h->multi, running);
	if (report_call)
		report_call(false);
	return mc;
}

static CURLMcode wait_for(struct http *h, int timeout_ms) {
	if (report_call)
		report_call(true);
	CURLMcode mc = curl_multi_poll(h->multi, NULL, 0, timeout_ms, NULL);
	if (report_call)
		report_call(false);
	return mc;
}

int http_wait(struct http *h, int timeout_ms, struct err *e) {
	int running = 0;
	CURLMcode mc = perform(h, &running);
	/* An exchange that has just finished must not wait for the others. */
	if (mc == CURLM_OK && timeout_ms > 0 && running == h->active) {
		mc = wait_for(h, timeout_ms);
		if (mc == CURLM_OK)
			mc = perform(h, &running);
	}
	if (mc == CURLM_OK)
		return 0;
	if (mc == CURLM_OUT_OF_MEMORY)
		return err_no_memory(e);
	return err_set(e, ERR_INTERNAL, "libcurl: %s", curl_multi_strerror(mc));
}

/* libcurl reports a connection closed within the headers as an answer without a body. */
static bool headers_have_ended(const struct exchange *x) {
	const char *headers = buf_str(&x->response_headers);
	return strstr(headers, "\n\r\n") || strstr(headers, "\n\n");
}

static enum http_failure classify(CURLcode rc, const struct exchange *x) {
	if (x->body.no_room || x->response_headers.no_room)
		return HTTP_FAILED_TOO_LARGE;
	if (x->body.failed || x->response_headers.failed)
		return HTTP_FAILED_LOCAL;
	switch (rc) {
	case CURLE_OK:
		return headers_have_ended(x) ? HTTP_NO_FAILURE : HTTP_FAILED_TRANSFER;
	case CURLE_COULDNT_RESOLVE_HOST:
		return HTTP_FAILED_RESOLVE;
	case CURLE_COULDNT_RESOLVE_PROXY:
#if LIBCURL_VERSION_NUM >= 0x074900
	case CURLE_PROXY:
#endif
		return HTTP_FAILED_PROXY;
	case CURLE_COULDNT_CONNECT:
		return HTTP_FAILED_CONNECT;
	case CURLE_OPERATION_TIMEDOUT:
		return HTTP_FAILED_TIMEOUT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
		return HTTP_FAILED_CERTIFICATE;
	case CURLE_SSL_CACERT_BADFILE:
		return HTTP_FAILED_CA_FILE;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER:
		return HTTP_FAILED_TLS;
	case CURLE_FILESIZE_EXCEEDED:
		return HTTP_FAILED_TOO_LARGE;
	case CURLE_OUT_OF_MEMORY:
		return HTTP_FAILED_LOCAL;
	default:
		return HTTP_FAILED_TRANSFER;
	}
}

/* Whether the exchange used the proxy. The port shows it: a proxy's hardly ever equals the
 * endpoint's. */
static bool used_proxy(const struct exchange *x, enum http_failure failure, long proxy_status) {
	long port = 0;
	if (x->proxy.kind == HTTP_PROXY_NONE)
		return false;
	if (*x->proxy.malformed)
		return failure == HTTP_FAILED_PROXY;
	(void)curl_easy_getinfo(x->easy, CURLINFO_PRIMARY_PORT, &port);
	/* Without a connection libcurl says 0, and -1 from 8.7 on. */
	if (port <= 0)
		port = x->peer_port;
	return failure == HTTP_FAILED_PROXY || proxy_status != 0 || port == x->proxy.port;
}

static void fill_reason(struct http_response *out, const struct exchange *x, CURLcode rc) {
	struct buf reason;
	const char *words = rc == CURLE_OK ? "closed before the end of the headers" : x->error_text;
	if (out->failure == HTTP_MALFORMED_PROXY)
		words = x->proxy.malformed;
	else if (out->failure == HTTP_FAILED_CA_FILE && classify(rc, x) != out->failure)
		words = "it holds no certificate in PEM";
	else if (!*words || http_proxy_is_quoted(&x->proxy, words))
		words = curl_easy_strerror(rc);
	buf_init(&reason, sizeof out->reason - 1);
	text_add_foreign(&reason, words, MAX_REASON_CHARS);
	memcpy(out->reason, buf_str(&reason), reason.len + 1);
	buf_free(&reason);
}

static void fill_response(const struct http *h, struct http_response *out, struct exchange *x,
	CURLcode rc) {
	curl_off_t elapsed_us = 0;
	curl_off_t ready_us = 0;
	*out = (struct http_response){.tag = x->tag, .failure = classify(rc, x)};
	(void)curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &out->status);
	(void)curl_easy_getinfo(x->easy, CURLINFO_HTTP_CONNECTCODE, &out->proxy_status);
	(void)curl_easy_getinfo(x->easy, CURLINFO_TOTAL_TIME_T, &elapsed_us);
	(void)curl_easy_getinfo(x->easy, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
	out->connected = ready_us > 0;
	if (used_proxy(x, out->failure, out->proxy_status)) {
		(void)snprintf(out->proxy, sizeof out->proxy, "%s",
			*x->proxy.malformed ? x->proxy.variable : x->proxy.shown);
		out->proxy_variable = x->proxy.variable;
		out->failure = http_proxy_classify(&x->proxy, out->failure, out->proxy_status);
	}
	if (out->failure == HTTP_FAILED_CERTIFICATE && http_trusts_nobody(h))
		out->failure = HTTP_FAILED_CA_FILE;
	out->elapsed_ms = (int64_t)(elapsed_us / 1000);
	if (out->failure != HTTP_NO_FAILURE)
		fill_reason(out, x, rc);
	out->headers = x->response_headers;
	out->body = x->body;
	buf_init(&x->response_headers, 0);
	buf_init(&x->body, 0);
}

/* Whether the exchange was restarted with the whole bundle, as the directory alone was not enough.
 * Nothing has been sent by then. */
static bool restart_with_bundle(struct http *h, struct exchange *x, CURLcode *rc) {
	enum http_failure failure = classify(*rc, x);
	bool is_distrust = failure == HTTP_FAILED_CERTIFICATE || failure == HTTP_FAILED_CA_FILE;
	if (!x->trusts_directory || !is_distrust)
		return false;
	h->certificate_is_missing = true;
	buf_truncate(&x->response_headers, 0);
	x->error_text[0] = '\0';
	x->peer_port = 0;
	(void)curl_multi_remove_handle(h->multi, x->easy);
	if (http_set_trust(h, x) == CURLE_OK &&
		curl_multi_add_handle(h->multi, x->easy) == CURLM_OK)
		return true;
	*rc = CURLE_OUT_OF_MEMORY;
	return false;
}

bool http_take(struct http *h, struct http_response *out) {
	int left = 0;
	for (CURLMsg *m; (m = curl_multi_info_read(h->multi, &left)) != NULL;) {
		if (m->msg != CURLMSG_DONE)
			continue;
		CURL *easy = m->easy_handle;
		CURLcode rc = m->data.result;
		char *private_pointer = NULL;
		(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private_pointer);
		struct exchange *x = (void *)private_pointer;
		if (restart_with_bundle(h, x, &rc))
			continue;
		unlink_exchange(h, x);
		fill_response(h, out, x, rc);
		exchange_free(x);
		return true;
	}
	return false;
}

void http_response_free(struct http_response *r) {
	buf_free(&r->headers);
	buf_wipe(&r->body);
}

bool http_header(const struct http_response *r, const char *name, char *out, size_t size) {
	size_t name_len = strlen(name);
	out[0] = '\0';
	for (const char *line = buf_str(&r->headers); *line; line += *line == '\n') {
		size_t n = strcspn(line, "\n");
		if (n > name_len && line[name_len] == ':' &&
			text_equal_nocase(line, name, name_len)) {
			const char *value = line + name_len + 1;
			size_t value_len = n - name_len - 1;
			text_trim(&value, &value_len);
			if (value_len >= size)
				return false;
			memcpy(out, value, value_len);
			out[value_len] = '\0';
			return true;
		}
		line += n;
	}
	return false;
}
