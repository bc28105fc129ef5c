/* An error as a value: the caller owns one, the function that fails fills it. */
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
	ERR_SYNTAX,      /* text that is not what it should be */
	ERR_CREDENTIALS, /* none found, or AWS does not take them */
	ERR_EXPIRED,     /* AWS says that the keys which signed are too old */
	ERR_DENIED,      /* authenticated, but not permitted */
	ERR_NOT_FOUND,   /* the named thing does not exist */
	ERR_NETWORK,     /* no answer, or not a whole one */
	ERR_SERVICE,     /* AWS answered with an error */
	ERR_CLOCK,       /* a wrong clock went into the request, and is known by now */
	ERR_DEADLINE,    /* the run's time is over, or a signal ended it */
	ERR_INTERNAL
};

/* A value of fixed size, so that reporting a failed allocation needs none. */
struct err {
	enum err_code code;
	char message[600]; /* one line, UTF-8, no full stop at the end */
};

/* Sets e (NULL: ignored) to code and the formatted message, cut on a character's border. Returns
 * -1, so that a caller can write `return err_set(...)`. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Puts "PREFIX: " before the message that e already holds. */
void err_prefix(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Puts text behind the message that e already holds, as far as there is room. */
void err_suffix(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The message for a failed allocation; returns -1. */
int err_no_memory(struct err *e);

#endif
