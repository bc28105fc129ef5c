/* How an exchange can fail. */
#ifndef AWS_FAILURE_H
#define AWS_FAILURE_H

/* Why there is no answer, or an incomplete one. */
enum http_failure {
	HTTP_NO_FAILURE,
	HTTP_FAILED_RESOLVE,
	HTTP_FAILED_CONNECT,
	HTTP_FAILED_PROXY,
	HTTP_REFUSED_BY_PROXY, /* it answered and refused */
	HTTP_MALFORMED_PROXY,  /* the environment variable names none */
	HTTP_FAILED_TLS,
	HTTP_FAILED_CERTIFICATE,
	HTTP_FAILED_CA_FILE,
	HTTP_FAILED_TIMEOUT,
	HTTP_FAILED_TRANSFER,
	HTTP_FAILED_TOO_LARGE,
	HTTP_FAILED_LOCAL
};

enum { HTTP_PROXY_BYTES = 200 }; /* of the text that names a proxy */

#endif
