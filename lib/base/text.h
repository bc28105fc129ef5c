/* External text: UTF-8 checks, cleaning for one line of plugin output, small string tools. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes the character at s (n bytes left). Returns its length in bytes and sets *codepoint; 0 if
 * it is not valid UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF) or n
 * is 0. */
size_t text_utf8_decode(const char *s, size_t n, uint32_t *codepoint);

/* Whether all n bytes are valid UTF-8. */
bool text_is_utf8(const char *s, size_t n);

/* Appends the codepoint as UTF-8: all its bytes, or none if the buffer is full. */
void text_utf8_encode(struct buf *out, uint32_t codepoint);

/* The number of characters in a valid UTF-8 string. */
size_t text_length(const char *s);

/* How many bytes of s, at most max_bytes, form whole characters. s is UTF-8. */
size_t text_fitting(const char *s, size_t max_bytes);

/* Appends s as one harmless line of at most max_chars characters ("..." replaces the rest): '|'
 * becomes '/', control characters and runs of blanks become one blank, escape sequences,
 * bidirectional controls and invisible format characters are removed, invalid bytes become '?'.
 * (Plugin guidelines: '|' begins perfdata; Nagios and terminals interpret the others.) For our own
 * text, the user's, and names. */
void text_add_clean(struct buf *out, const char *s, size_t max_chars);

/* The same for text from AWS, proxies, agents and child programs, which may repeat what they
 * received: the run's secrets (base/secrets.h) are removed before it is shortened. Such text enters
 * messages only this way. When out of memory, nothing is appended and out fails. */
void text_add_foreign(struct buf *out, const char *s, size_t max_chars);

/* Appends clean UTF-8 text (what the two above have made) with at most max_bytes: of a longer one
 * beginning and end remain, with " ... " between, and of the two more of the end, where AWS says
 * why. */
void text_add_shortened(struct buf *out, const char *clean, size_t max_bytes);

/* Appends n bytes percent-encoded (RFC 3986): all but letters, digits, "-._~" and the characters in
 * also_plain become %XX. */
void text_add_percent_encoded(struct buf *out, const char *s, size_t n, const char *also_plain);

/* A copy of n bytes as a string, which the caller frees; NULL when out of memory. */
char *text_dup(const char *s, size_t n);

/* Narrows *s and *n past blanks (space, tab, CR, LF) at both ends. */
void text_trim(const char **s, size_t *n);

/* Whether s begins with prefix. */
bool text_starts_with(const char *s, const char *prefix);

/* ASCII letters and digits, whatever the locale (in a Turkish one tolower('I') is not 'i'). */
char text_lower(char c);
bool text_is_alnum(char c);

/* Whether all n bytes are visible ASCII characters: no blank, no control character. Such text is
 * valid in a header line and a URL (RFC 9110, section 5.5; RFC 3986, section 2). */
bool text_is_visible(const char *s, size_t n);

/* Compare like strcasecmp and strncasecmp, ignoring ASCII case. */
int text_compare_nocase(const char *a, const char *b);
bool text_equal_nocase(const char *a, const char *b, size_t n);

/* The first occurrence of the ASCII word in s, ignoring case; NULL: none. */
const char *text_find_nocase(const char *s, const char *word);

/* The ending of a regular noun behind a count: "1 service", "0 services", "2 services". */
const char *text_plural(size_t count);

/* Whether s (NULL: no) is the given ASCII word, ignoring case. */
bool text_is_word(const char *s, const char *word);

#endif
