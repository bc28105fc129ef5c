/* The name that was meant, then what is typed at a list ("\x1" up, "\x2" down, "\x3" erase), then
 * the names there are. The list shows what holds the text, and what is suggested is near. */
#include "config.h"

#include "fuzz.h"

#include "base/nearest.h"
#include "base/text.h"
#include "term/picker_list.h"

#include <stdlib.h>

enum {
	MAX_NAMES = 12,
	MAX_KEYS_BYTES = 40,
	MAX_ROWS = 5,
	MAX_DISTANCE = 6,
	KEY_UP = 1,
	KEY_DOWN,
	KEY_ERASE
};

struct names {
	char *items[MAX_NAMES];
	size_t count;
};

/* --- the list --- */

static void must_be_shown(const struct picker_list *l) {
	size_t shown = 0;
	for (size_t i = 0; i < l->count; i++) {
		size_t from;
		size_t to;
		bool holds = !l->filter[0] || text_find_nocase(l->names[i], l->filter);
		picker_list_match(l, l->names[i], &from, &to);
		fuzz_must(from <= to && to <= strlen(l->names[i]), "a match lies in the name");
		fuzz_must(to - from == (holds ? strlen(l->filter) : 0), "all of it matches");
		fuzz_must(!holds || (shown < l->shown_count && l->shown[shown] == i),
			"what holds the text is shown, in order");
		shown += holds;
	}
	fuzz_must(shown == l->shown_count, "nothing else is shown");
	fuzz_must(l->cursor < l->shown_count || (l->cursor == 0 && shown == 0),
		"the cursor is on a name");
	fuzz_must(strlen(l->filter) < sizeof l->filter &&
			text_is_utf8(l->filter, strlen(l->filter)),
		"what was typed is text, and bounded");
}

static void press(struct picker_list *l, uint32_t key) {
	size_t before = strlen(l->filter);
	if (key == KEY_UP || key == KEY_DOWN)
		picker_list_move(l, key == KEY_UP ? -2 : 3);
	else if (key == KEY_ERASE)
		picker_list_erase(l);
	else
		picker_list_type(l, key);
	fuzz_must(key != KEY_ERASE || strlen(l->filter) < before || before == 0,
		"erasing shortens");
}

static void type(const struct names *names, const char *keys) {
	struct picker_list l;
	struct err e = {.code = ERR_NONE};
	size_t left = strnlen(keys, MAX_KEYS_BYTES);
	fuzz_must(picker_list_init(&l, (const char *const *)names->items, names->count, &e) == 0,
		"there is memory");
	must_be_shown(&l);
	while (left > 0) {
		uint32_t key = 0;
		size_t used = text_utf8_decode(keys, left, &key);
		if (used > 0)
			press(&l, key);
		must_be_shown(&l);
		for (size_t rows = 1; rows <= MAX_ROWS; rows++) {
			picker_list_scroll(&l, rows);
			fuzz_must(l.top <= l.cursor && l.cursor - l.top < rows,
				"the cursor is on the screen");
			fuzz_must(l.top == 0 || l.shown_count - l.top >= rows,
				"no row is empty without need");
		}
		keys += used > 0 ? used : 1;
		left -= used > 0 ? used : 1;
	}
	picker_list_free(&l);
}

/* --- the suggestions --- */

static void must_be_distance(const char *a, const char *b) {
	size_t a_len = strlen(a);
	size_t b_len = strlen(b);
	size_t there = nearest_distance(a, a_len, b, b_len, MAX_DISTANCE);
	fuzz_must(there == nearest_distance(b, b_len, a, a_len, MAX_DISTANCE),
		"it is as far there as back");
	fuzz_must(there <= MAX_DISTANCE + 1, "a distance has its bound");
	fuzz_must(strcmp(a, b) != 0 || a_len > NEAREST_MAX_CHARS || there == 0,
		"nothing is nearer");
	for (size_t most = 0; most < MAX_DISTANCE; most++) {
		size_t bounded = nearest_distance(a, a_len, b, b_len, most);
		fuzz_must(bounded == (there <= most ? there : most + 1),
			"the bound changes no distance below it");
	}
}

static void suggest(const struct names *names, const char *wanted) {
	struct nearest n;
	struct err e = {.code = ERR_NONE};
	bool known = false;
	nearest_begin(&n, wanted, strlen(wanted));
	for (size_t i = 0; i < names->count; i++) {
		nearest_consider(&n, names->items[i], strlen(names->items[i]));
		known = known || strcmp(wanted, names->items[i]) == 0;
		must_be_distance(wanted, names->items[i]);
	}
	fuzz_must(n.count <= NEAREST_MAX && n.count <= names->count, "few names are suggested");
	fuzz_must(!known || n.is_known || strlen(wanted) > NEAREST_MAX_CHARS,
		"a name that is there was not mistyped");
	(void)err_set(&e, ERR_USAGE, "no such cluster");
	fuzz_must(nearest_explain(&n, "", &e) == -1, "it is a failure all the same");
	fuzz_must_explain(&e);
	fuzz_must(text_starts_with(e.message, "no such cluster"), "the message stays");
	size_t end = strlen(e.message);
	fuzz_must(fuzz_is_clean(e.message, end - (e.message[end - 1] == ' ')), "and it is clean");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	struct names names = {.count = 0};
	char *wanted = fuzz_field(&in, '\n');
	char *keys = fuzz_field(&in, '\n');
	while (in.left > 0 && names.count < MAX_NAMES)
		names.items[names.count++] = fuzz_field(&in, '\n');
	type(&names, keys);
	suggest(&names, wanted);
	for (size_t i = 0; i < names.count; i++)
		free(names.items[i]);
	free(keys);
	free(wanted);
	return 0;
}
