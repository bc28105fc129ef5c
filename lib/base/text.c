#include "config.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static size_t sequence_length(unsigned char lead) {
	if (lead < 0x80U)
		return 1;
	if (lead >= 0xC2U && lead <= 0xDFU)
		return 2;
	if (lead >= 0xE0U && lead <= 0xEFU)
		return 3;
	if (lead >= 0xF0U && lead <= 0xF4U)
		return 4;
	return 0;
}

size_t text_utf8_decode(const char *s, size_t n, uint32_t *codepoint) {
	if (n == 0)
		return 0;
	const unsigned char *u = (const unsigned char *)s;
	size_t len = sequence_length(u[0]);
	if (len == 0 || len > n)
		return 0;
	static const uint32_t lead_mask[] = {0, 0x7FU, 0x1FU, 0x0FU, 0x07U};
	static const uint32_t smallest[] = {0, 0, 0x80U, 0x800U, 0x10000U};
	uint32_t c = u[0] & lead_mask[len];
	for (size_t i = 1; i < len; i++) {
		if ((u[i] & 0xC0U) != 0x80U)
			return 0;
		c = (c << 6) | (u[i] & 0x3FU);
	}
	if (c < smallest[len] || c > 0x10FFFFU || (c >= 0xD800U && c <= 0xDFFFU))
		return 0;
	*codepoint = c;
	return len;
}

bool text_is_utf8(const char *s, size_t n) {
	uint32_t c;
	while (n > 0) {
		/* Answers of 8 MiB are almost entirely ASCII. */
		size_t len = (unsigned char)*s < 0x80U ? 1 : text_utf8_decode(s, n, &c);
		if (len == 0)
			return false;
		s += len;
		n -= len;
	}
	return true;
}

void text_utf8_encode(struct buf *out, uint32_t c) {
	char bytes[4];
	size_t n = 0;
	if (c < 0x80U) {
		bytes[n++] = (char)c;
	} else if (c < 0x800U) {
		bytes[n++] = (char)(0xC0U | (c >> 6));
		bytes[n++] = (char)(0x80U | (c & 0x3FU));
	} else if (c < 0x10000U) {
		bytes[n++] = (char)(0xE0U | (c >> 12));
		bytes[n++] = (char)(0x80U | ((c >> 6) & 0x3FU));
		bytes[n++] = (char)(0x80U | (c & 0x3FU));
	} else {
		bytes[n++] = (char)(0xF0U | (c >> 18));
		bytes[n++] = (char)(0x80U | ((c >> 12) & 0x3FU));
		bytes[n++] = (char)(0x80U | ((c >> 6) & 0x3FU));
		bytes[n++] = (char)(0x80U | (c & 0x3FU));
	}
	/* In one append: a full buffer takes the whole character or nothing. */
	buf_add(out, bytes, n);
}

size_t text_length(const char *s) {
	size_t chars = 0;
	for (; *s; s++)
		chars += ((unsigned char)*s & 0xC0U) != 0x80U;
	return chars;
}

size_t text_fitting(const char *s, size_t max_bytes) {
	size_t n = strlen(s);
	if (n <= max_bytes)
		return n;
	n = max_bytes;
	while (n > 0 && ((unsigned char)s[n] & 0xC0U) == 0x80U)
		n--;
	return n;
}

/* Characters that are invisible and may reorder or hide their surroundings: bidirectional controls,
 * zero-width and other format characters, fillers, variation selectors, tags, the line and
 * paragraph separators (Unicode: Default_Ignorable_Code_Point, and Zl, Zp). */
static const struct {
	uint32_t first, last;
} invisible[] = {{0xAD, 0xAD}, {0x34F, 0x34F}, {0x61C, 0x61C}, {0x115F, 0x1160}, {0x17B4, 0x17B5},
	{0x180B, 0x180F}, {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F}, {0x3164, 0x3164},
	{0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3},
	{0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};

static bool is_invisible(uint32_t c) {
	for (size_t i = 0; i < sizeof invisible / sizeof invisible[0]; i++)
		if (c >= invisible[i].first && c <= invisible[i].last)
			return true;
	return false;
}

static bool is_control(uint32_t c) {
	return c < 0x20U || (c >= 0x7FU && c <= 0x9FU);
}

/* The length of the escape sequence (ECMA-48) at s, which starts with ESC: CSI ... final byte,
 * string sequences up to BEL or ST, else two. */
static size_t escape_length(const char *s, size_t n) {
	if (n < 2)
		return n;
	size_t i = 2;
	if (s[1] == '[') {
		while (i < n && (unsigned char)s[i] >= 0x20U && (unsigned char)s[i] < 0x40U)
			i++;
		return i < n && (unsigned char)s[i] >= 0x40U && (unsigned char)s[i] < 0x7FU ? i + 1
											    : i;
	}
	if (strchr("]PX^_", s[1])) {
		while (i < n && s[i] != '\a' && s[i] != '\033')
			i++;
		if (i < n && s[i] == '\033' && i + 1 < n && s[i + 1] == '\\')
			return i + 2;
		return i < n && s[i] == '\a' ? i + 1 : i;
	}
	return (unsigned char)s[1] >= 0x20U && (unsigned char)s[1] < 0x7FU ? 2 : 1;
}

/* Reads the next character of s and sets *c to its harmless form (0: nothing to print). Returns the
 * bytes consumed. */
static size_t next_clean(const char *s, size_t n, uint32_t *c) {
	if (*s == '\033') {
		*c = 0;
		return escape_length(s, n);
	}
	size_t len = text_utf8_decode(s, n, c);
	if (len == 0) {
		*c = '?';
		return 1;
	}
	if (is_control(*c))
		*c = ' ';
	else if (is_invisible(*c))
		*c = 0;
	else if (*c == '|')
		*c = '/';
	return len;
}

/* Whether text_add_clean would change nothing: printable ASCII without '|', single blanks inside.
 * True of nearly every name. */
static bool is_clean_ascii(const char *s, size_t n) {
	for (size_t i = 0; i < n; i++) {
		bool is_single_blank = s[i] == ' ' && i > 0 && i + 1 < n && s[i + 1] != ' ';
		if (!is_single_blank && (s[i] <= ' ' || s[i] > '~' || s[i] == '|'))
			return false;
	}
	return true;
}

void text_add_clean(struct buf *out, const char *s, size_t max_chars) {
	size_t n = strlen(s);
	if (n <= max_chars && is_clean_ascii(s, n)) {
		buf_add(out, s, n);
		return;
	}
	size_t chars = 0;
	size_t tail_start = out->len; /* where "..." goes if the text is too long */
	bool blank_pending = false;
	while (n > 0) {
		uint32_t c;
		size_t used = next_clean(s, n, &c);
		s += used;
		n -= used;
		if (c == 0)
			continue;
		if (c == ' ') {
			blank_pending = chars > 0;
			continue;
		}
		size_t width = blank_pending ? 2 : 1;
		if (chars + width > max_chars) {
			buf_truncate(out, tail_start);
			buf_adds(out, max_chars >= 3 ? "..." : "");
			return;
		}
		if (blank_pending)
			buf_addc(out, ' ');
		text_utf8_encode(out, c);
		blank_pending = false;
		chars += width;
		if (chars + 3 <= max_chars)
			tail_start = out->len;
	}
}

void text_add_shortened(struct buf *out, const char *clean, size_t max_bytes) {
	static const char gap[] = " ... ";
	size_t n = strlen(clean);
	if (n <= max_bytes || max_bytes < sizeof gap) {
		buf_add(out, clean, text_fitting(clean, max_bytes < n ? max_bytes : n));
		return;
	}
	size_t room = max_bytes - (sizeof gap - 1);
	const char *tail = clean + n - (room - room / 3);
	while (((unsigned char)*tail & 0xC0U) == 0x80U || *tail == ' ')
		tail++;
	size_t head = text_fitting(clean, room / 3);
	while (head > 0 && clean[head - 1] == ' ')
		head--;
	buf_add(out, clean, head);
	buf_adds(out, gap);
	buf_adds(out, tail);
}

char *text_dup(const char *s, size_t n) {
	char *copy = malloc(n + 1);
	if (!copy)
		return NULL;
	if (n > 0)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

static bool is_blank(char c) {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void text_trim(const char **s, size_t *n) {
	while (*n > 0 && is_blank(**s)) {
		(*s)++;
		(*n)--;
	}
	while (*n > 0 && is_blank((*s)[*n - 1]))
		(*n)--;
}

bool text_starts_with(const char *s, const char *prefix) {
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

char text_lower(char c) {
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_is_alnum(char c) {
	char lower = text_lower(c);
	return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

bool text_is_visible(const char *s, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] > '~')
			return false;
	return true;
}

int text_compare_nocase(const char *a, const char *b) {
	while (*a && text_lower(*a) == text_lower(*b)) {
		a++;
		b++;
	}
	return (unsigned char)text_lower(*a) - (unsigned char)text_lower(*b);
}

bool text_equal_nocase(const char *a, const char *b, size_t n) {
	for (size_t i = 0; i < n; i++) {
		if (text_lower(a[i]) != text_lower(b[i]))
			return false;
		if (a[i] == '\0')
			return true;
	}
	return true;
}

void text_add_percent_encoded(struct buf *out, const char *s, size_t n, const char *also_plain) {
	for (size_t i = 0; i < n; i++) {
		bool is_plain = text_is_alnum(s[i]) ||
			(s[i] != '\0' && (strchr("-._~", s[i]) || strchr(also_plain, s[i])));
		if (is_plain)
			buf_addc(out, s[i]);
		else
			buf_addf(out, "%%%02X", (unsigned)(unsigned char)s[i]);
	}
}

const char *text_find_nocase(const char *s, const char *word) {
	size_t n = strlen(word);
	/* The comparison stops at a NUL in s. */
	for (; *s; s++)
		if (text_lower(*s) == text_lower(*word) && text_equal_nocase(s, word, n))
			return s;
	return NULL;
}

const char *text_plural(size_t count) {
	return count == 1 ? "" : "s";
}

bool text_is_word(const char *s, const char *word) {
	return s && text_compare_nocase(s, word) == 0;
}
