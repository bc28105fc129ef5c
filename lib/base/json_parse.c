#include "config.h"

#include "base/json_state.h"

#include "base/crypto.h"
#include "base/text.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MIN_BLOCK_BYTES = 512, FEW_MEMBERS = 8 };

/* --- memory --- */

struct json_block {
	struct json_block *older;
	size_t room, used;
	max_align_t bytes[];
};

/* cJSON's hooks take no context, so the arena in use is static; NULL outside calls into cJSON. */
static struct json_arena *current;

/* Adds a block of at least this many bytes, the newest. */
static int add_block(struct json_arena *a, size_t least) {
	size_t room = a->blocks ? 2 * a->blocks->room : MIN_BLOCK_BYTES;
	room = room < least ? least : room;
	struct json_block *b = malloc(sizeof *b + room);
	if (!b)
		return -1;
	*b = (struct json_block){.older = a->blocks, .room = room};
	a->blocks = b;
	return 0;
}

static bool has_room(const struct json_arena *a, size_t n) {
	return a->blocks && a->blocks->room - a->blocks->used >= n;
}

static void *allocate(size_t n) {
	const size_t step = sizeof(max_align_t);
	size_t rounded = n < SIZE_MAX - step ? (n + step - 1) / step * step : SIZE_MAX;
	if (!has_room(current, rounded) && (rounded == SIZE_MAX || add_block(current, rounded))) {
		current->failed = true;
		return NULL;
	}
	struct json_block *b = current->blocks;
	void *p = (char *)b->bytes + b->used;
	b->used += rounded;
	return p;
}

/* The arena is freed as a whole. */
static void ignore_free(void *p) {
	(void)p;
}

int json_enter_arena(struct json_arena *a, size_t pieces, size_t bytes) {
	cJSON_Hooks hooks = {.malloc_fn = allocate, .free_fn = ignore_free};
	size_t least = bytes + pieces * sizeof(max_align_t);
	if (!has_room(a, least) && add_block(a, least))
		return -1;
	current = a;
	cJSON_InitHooks(&hooks);
	return 0;
}

void json_leave_arena(void) {
	cJSON_InitHooks(NULL);
	current = NULL;
}

static void free_document(json *document, bool wipe) {
	if (!document)
		return;
	struct json_document *d = (struct json_document *)document;
	while (d->arena.blocks) {
		struct json_block *b = d->arena.blocks;
		d->arena.blocks = b->older;
		if (wipe)
			crypto_wipe(b->bytes, b->used);
		free(b);
	}
	free(d);
}

void json_free(json *document) {
	free_document(document, false);
}

void json_free_secret(json *document) {
	free_document(document, true);
}

/* --- what cJSON leaves unchecked --- */

struct walk {
	const struct json_scan *scanned;
	size_t number; /* numbers stored so far */
};

static int compare_names(const void *a, const void *b) {
	const char *const *x = a;
	const char *const *y = b;
	return strcmp(*x, *y);
}

static bool is_same(const char *a, const char *b) {
	return *a == *b && strcmp(a, b) == 0;
}

static bool few_repeat(const cJSON *first) {
	for (const cJSON *v = first; v; v = v->next)
		for (const cJSON *w = v->next; w; w = w->next)
			if (is_same(v->string, w->string))
				return true;
	return false;
}

/* 1, 0, or -1 when out of memory. */
static int many_repeat(const cJSON *first, size_t count) {
	const char **names = malloc(count * sizeof *names);
	int repeat = 0;
	if (!names)
		return -1;
	count = 0;
	for (const cJSON *v = first; v; v = v->next)
		names[count++] = v->string;
	qsort(names, count, sizeof *names, compare_names);
	for (size_t i = 1; i < count && !repeat; i++)
		repeat = is_same(names[i - 1], names[i]);
	free(names);
	return repeat;
}

static int check_names(const cJSON *object, struct err *e) {
	size_t count = 0;
	for (const cJSON *v = object->child; v; v = v->next)
		count++;
	int repeat = count <= FEW_MEMBERS ? few_repeat(object->child)
					  : many_repeat(object->child, count);
	if (repeat < 0)
		return err_no_memory(e);
	return repeat ? json_bad(e, "an object has two members with the same name") : 0;
}

static void put_number(cJSON *v, struct walk *w) {
	double number = w->number < w->scanned->number_count ? w->scanned->numbers[w->number]
							     : json_null_itself;
	w->number++;
	if (isinf(number))
		return;
	v->type = cJSON_Number;
	if (isnan(number))
		v->valuedouble = number;
	else
		(void)cJSON_SetNumberHelper(v, number);
}

/* Stores the numbers and checks the names of all objects, in the order of the text. The depth is
 * bounded. */
static int finish_values(cJSON *v, struct walk *w, struct err *e) {
	for (; v; v = v->next) {
		if (v->type == cJSON_NULL)
			put_number(v, w);
		else if (v->child && v->type == cJSON_Object && check_names(v, e))
			return -1;
		if (v->child && finish_values(v->child, w, e))
			return -1;
	}
	return 0;
}

/* --- the document --- */

static int parse_scanned(const struct json_scan *scanned, struct json_document *d, struct err *e) {
	struct walk w = {.scanned = scanned};
	const char *end = NULL;
	/* Makes a single block: a value takes at most a node and a text, and no text is longer than
	 * in the source. */
	if (json_enter_arena(&d->arena, 2 * scanned->value_count,
		    scanned->value_count * sizeof(cJSON) + scanned->len))
		return err_no_memory(e);
	cJSON *root = cJSON_ParseWithLengthOpts(scanned->text, scanned->len, &end, false);
	json_leave_arena();
	if (!root)
		return d->arena.failed ? err_no_memory(e) : json_bad(e, "wrong structure");
	d->root = *root;
	const char *rest = end;
	size_t left = scanned->len - (size_t)(end - scanned->text);
	text_trim(&rest, &left);
	if (left > 0)
		return json_bad(e, "text after the end");
	if (finish_values(&d->root, &w, e))
		return -1;
	return w.number == scanned->number_count ? 0 : json_bad(e, "wrong structure");
}

static json *parse(const char *text, size_t n, bool any_number, struct err *e) {
	struct json_scan scanned = {0};
	struct json_document *d = NULL;
	int rc = n > 0 ? json_scan(text, n, &scanned, e) : json_bad(e, "empty");
	if (rc == 0 && scanned.out_of_range && !any_number)
		rc = json_bad(e, "a number out of range");
	if (rc == 0) {
		d = calloc(1, sizeof *d);
		rc = d ? parse_scanned(&scanned, d, e) : err_no_memory(e);
	}
	json_scan_free(&scanned);
	if (rc == 0)
		return &d->root;
	if (d)
		json_free_secret(&d->root);
	return NULL;
}

json *json_parse(const char *text, size_t n, struct err *e) {
	return parse(text, n, false, e);
}

json *json_parse_answer(const char *text, size_t n, struct err *e) {
	return parse(text, n, true, e);
}
