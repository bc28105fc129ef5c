#include "config.h"

#include "term/picker_list.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

int picker_list_init(struct picker_list *l, const char *const *names, size_t count, struct err *e) {
	*l = (struct picker_list){.names = names, .count = count};
	l->shown = calloc(count ? count : 1, sizeof *l->shown);
	if (!l->shown)
		return err_no_memory(e);
	picker_list_narrow(l, "");
	return 0;
}

void picker_list_free(struct picker_list *l) {
	free(l->shown);
	*l = (struct picker_list){0};
}

void picker_list_move(struct picker_list *l, long steps) {
	size_t last = l->shown_count > 0 ? l->shown_count - 1 : 0;
	if (steps < 0) {
		size_t up = (size_t) - (steps + 1) + 1;
		l->cursor = up < l->cursor ? l->cursor - up : 0;
	} else {
		size_t down = (size_t)steps;
		l->cursor = down < last - l->cursor ? l->cursor + down : last;
	}
}

static bool holds_filter(const struct picker_list *l, const char *name) {
	return !l->filter[0] || text_find_nocase(name, l->filter);
}

/* Updates the shown names to the filter. */
static void refilter(struct picker_list *l) {
	size_t pointed_at = l->shown_count > 0 ? l->shown[l->cursor] : l->count;
	l->cursor = l->top = l->shown_count = 0;
	for (size_t i = 0; i < l->count; i++) {
		if (!holds_filter(l, l->names[i]))
			continue;
		if (i == pointed_at)
			l->cursor = l->shown_count;
		l->shown[l->shown_count++] = i;
	}
}

void picker_list_narrow(struct picker_list *l, const char *filter) {
	size_t n = strlen(filter);
	if (n >= sizeof l->filter)
		n = sizeof l->filter - 1;
	while (n > 0 && !text_is_utf8(filter, n))
		n--;
	memcpy(l->filter, filter, n);
	l->filter[n] = '\0';
	refilter(l);
}

void picker_list_type(struct picker_list *l, uint32_t codepoint) {
	struct buf text;
	struct buf clean;
	buf_init(&text, sizeof l->filter - 1);
	buf_init(&clean, sizeof l->filter - 1);
	buf_adds(&text, l->filter);
	size_t before = text.len;
	text_utf8_encode(&text, codepoint);
	if (!text.failed && codepoint >= ' ')
		text_add_clean(&clean, buf_str(&text) + before, 1);
	if (clean.len > 0 || codepoint == ' ')
		picker_list_narrow(l, buf_str(&text));
	buf_free(&text);
	buf_free(&clean);
}

void picker_list_erase(struct picker_list *l) {
	size_t n = strlen(l->filter);
	while (n > 0 && ((unsigned char)l->filter[--n] & 0xC0U) == 0x80U)
		;
	l->filter[n] = '\0';
	refilter(l);
}

void picker_list_scroll(struct picker_list *l, size_t rows) {
	if (l->top > l->cursor)
		l->top = l->cursor;
	if (l->cursor - l->top >= rows)
		l->top = l->cursor - rows + 1;
	size_t last_top = l->shown_count > rows ? l->shown_count - rows : 0;
	if (l->top > last_top)
		l->top = last_top;
}

void picker_list_match(const struct picker_list *l, const char *name, size_t *from, size_t *to) {
	const char *found = l->filter[0] ? text_find_nocase(name, l->filter) : NULL;
	*from = found ? (size_t)(found - name) : 0;
	*to = found ? *from + strlen(l->filter) : 0;
}
