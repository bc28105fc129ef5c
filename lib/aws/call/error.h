/* Reads and classifies the error answers of AWS. */
#ifndef AWS_ERROR_H
#define AWS_ERROR_H

#include "aws/call/denial.h"
#include "aws/http/http.h"
#include "base/json.h"

#include <stdbool.h>

enum aws_error_class {
	AWS_ERROR_THROTTLING,
	AWS_ERROR_TRANSIENT,
	AWS_ERROR_EXPIRED_CREDENTIALS,
	AWS_ERROR_BAD_CREDENTIALS,
	AWS_ERROR_SIGNATURE,
	AWS_ERROR_DENIED,
	AWS_ERROR_NOT_SUBSCRIBED, /* the account cannot use the service, at least not in the region
				   */
	AWS_ERROR_NOT_FOUND,
	AWS_ERROR_UNKNOWN_OPERATION,
	AWS_ERROR_OTHER
};

enum { AWS_ERROR_CODE_BYTES = 128, AWS_ERROR_MESSAGE_BYTES = 300 };

struct aws_error {
	char code[AWS_ERROR_CODE_BYTES]; /* cleaned, without secrets; "": none in the answer */
	/* Cleaned, shortened in its middle and without the run's secrets; "": none. Cut where it
	 * repeats a sent header. */
	char message[AWS_ERROR_MESSAGE_BYTES + 1];
	enum aws_error_class class;
	struct denial denial; /* what the whole message says of a denial */
};

/* Reads the error of a response with a status other than 200 (awsJson; smithy: aws-json and
 * aws-query-protocol rules). An XML error of the query protocol is read, too: emulators from before
 * December 2025 know CloudWatch by that alone. Never fails: if the body is unreadable, code and
 * message stay empty, and the class follows from the status. */
void aws_error_read(const struct http_response *response, struct aws_error *out);

/* The same for the query protocol (STS): ErrorResponse/Error with Code and Message in XML. */
void aws_error_read_xml(const struct http_response *response, struct aws_error *out);

/* Sets the code from its form in an answer ("a.b#FooError:http://..." is FooError), if it is a
 * single word. Parts of secrets are removed from a code that no rule uses. */
void aws_error_set_code(struct aws_error *out, const char *raw);

/* The class of a cleaned code and its HTTP status (botocore: retries/standard.py; also 429 as
 * throttling). */
enum aws_error_class aws_error_classify(const char *code, long status);

/* Whether the class means that AWS does not, or no longer, accept the signing keys for the call.
 * Other keys from the same source may be accepted. */
bool aws_error_refuses_keys(enum aws_error_class class);

/* Whether a wrong clock can cause the code (aws-sdk-go-v2: clockskew_test.go). */
int aws_error_may_be_skew(const char *code);

#endif
