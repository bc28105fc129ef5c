/* An error as a value: the caller owns it, the function that fails fills it. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#if defined(__GNUC__)
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define PRINTF_LIKE(fmt, args)
#endif

enum err_code {
	ERR_NONE = 0,
	ERR_USAGE,       /* the command line or its ini file */
	ERR_CONFIG,      /* environment, AWS config files, the host */
	ERR_MEMORY,      /* an allocation failed */
	ERR_LIMIT,       /* something exceeded its bound */
	ERR_SYNTAX,      /* malformed text */
	ERR_CREDENTIALS, /* none found, or AWS rejects them */
	ERR_EXPIRED,     /* AWS reports that the signing keys are too old */
	ERR_DENIED,      /* authenticated, but not permitted */
	ERR_NOT_FOUND,   /* the named thing does not exist */
	ERR_NETWORK,     /* no answer, or an incomplete one */
	ERR_SERVICE,     /* AWS answered with an error */
	ERR_CLOCK,       /* the request used a wrong clock, which is known by now */
	ERR_DEADLINE,    /* the deadline has passed, or a signal ended the run */
	ERR_INTERNAL
};

/* The size is fixed, so that reporting a failed allocation needs none. */
struct err {
	enum err_code code;
	char message[600]; /* one line, UTF-8, no full stop */
};

/* Sets e (NULL: ignored) to code and the formatted message, cut at a character boundary. Returns
 * -1, so that a caller can write `return err_set(...)`. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Puts "PREFIX: " before the message in e. */
void err_prefix(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Appends text to the message in e, as much as fits. */
void err_suffix(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Sets the message for a failed allocation. Returns -1. */
int err_no_memory(struct err *e);

#endif
