/* What the unit tests share: expectations that do not end a table at its first mistake, a clean
 * environment, a scratch directory, the published test data. */
#ifndef UNIT_SUPPORT_H
#define UNIT_SUPPORT_H

/* cmocka.h needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"

#include <stdbool.h>

/* A test that begins in a clean environment and fails when an expectation was not met. */
#define UNIT_TEST(f) cmocka_unit_test_setup_teardown(f, support_begin, support_end)

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

int support_begin(void **state);
int support_end(void **state);

/* Note what was not met and go on; what (printf's way) names the case. */
void expect(bool met, const char *what, ...) PRINTF_LIKE(2, 3);
/* NULL is a value like others. */
void expect_text(const char *got, const char *wanted, const char *what, ...) PRINTF_LIKE(3, 4);
void expect_whole(int64_t got, int64_t wanted, const char *what, ...) PRINTF_LIKE(3, 4);
/* Bit by bit the same, or both no number. */
void expect_number(double got, double wanted, const char *what, ...) PRINTF_LIKE(3, 4);
/* got holds every one of the words, which are separated by '&'. */
void expect_holds(const char *got, const char *words, const char *what, ...) PRINTF_LIKE(3, 4);

/* Unsets every variable that the AWS, Monitoring Plugins and ini file code reads. */
void environment_clear(void);

/* The path of a name below this test's own directory, which vanishes with the test. Valid until
 * the test ends. */
const char *scratch_path(const char *name);
/* Writes n bytes into such a file; returns its path. */
const char *scratch_write(const char *name, const void *bytes, size_t n);
const char *scratch_text(const char *name, const char *text);

/* The content of a file below tests/vectors; ends the test if it is missing. cJSON_Delete it. */
cJSON *vectors_load(const char *name);
/* The members of one case. Text is NULL for null; a missing member ends the test, but for the
 * second. */
const char *vector_text(const cJSON *v, const char *name);
const char *vector_text_or_null(const cJSON *v, const char *name);
bool vector_flag(const cJSON *v, const char *name);
double vector_number(const cJSON *v, const char *name);
const cJSON *vector_member(const cJSON *v, const char *name);

/* A clock whose wall stands still at now_s (one at a time); the monotonic side is the host's. */
struct clock clock_standing_at(int64_t now_s);

#endif
