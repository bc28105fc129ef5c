/* Ini files in both dialects: what was read, written down and read again is the same. */
#include "config.h"

#include "fuzz.h"

#include "base/ini.h"

#include <stdlib.h>

struct record {
	struct buf text; /* what was read, as an ini file */
	bool in_section, after_key;
	bool nameless; /* the section that has just come has no name */
	int line;
};

static void must_be_trimmed(const char *s) {
	static const char blanks[] = " \t\r\n";
	size_t n = strlen(s);
	fuzz_must(n == 0 || (!strchr(blanks, s[0]) && !strchr(blanks, s[n - 1])),
		"text comes trimmed");
	fuzz_must(!strchr(s, '\n'), "text comes a line at a time");
}

static int on_event(void *ctx, enum ini_event event, int line, const char *key, const char *text,
	struct err *e) {
	struct record *r = ctx;
	(void)e;
	fuzz_must(line > r->line || (event == INI_MALFORMED && line == r->line),
		"lines are counted");
	r->line = line;
	must_be_trimmed(key);
	must_be_trimmed(text);
	fuzz_must(r->in_section || event == INI_SECTION || event == INI_MALFORMED,
		"a section comes first");
	fuzz_must(r->after_key || event != INI_CONTINUATION, "a continuation has a key");
	fuzz_must((*key != '\0') == (event == INI_KEY), "keys have a name, and nothing else has");
	switch (event) {
	case INI_SECTION:
		buf_addf(&r->text, "[%s]\n", text);
		break;
	case INI_KEY:
		buf_addf(&r->text, "%s=%s\n", key, text);
		break;
	case INI_CONTINUATION:
		buf_addf(&r->text, " %s\n", text);
		break;
	case INI_OTHER:
		buf_addf(&r->text, "%s\n", text);
		break;
	case INI_MALFORMED:
		fuzz_must(*text, "it is told why");
		/* An empty name is malformed whenever it is read. */
		if (!r->nameless)
			buf_adds(&r->text, "malformed\n");
		r->nameless = r->after_key = false;
		return 0;
	}
	r->in_section = true;
	r->nameless = event == INI_SECTION && !*text;
	r->after_key = event == INI_KEY || event == INI_CONTINUATION;
	return 0;
}

static int read_into(struct record *r, const char *text, size_t n, enum ini_dialect dialect) {
	struct err e = {.code = ERR_NONE};
	*r = (struct record){.text = fuzz_buf()};
	int rc = ini_read(text, n, dialect, on_event, r, &e);
	if (rc)
		fuzz_must_explain(&e);
	return rc;
}

static void dialect_is_stable(const char *text, size_t n, enum ini_dialect dialect) {
	struct record first;
	struct record second;
	if (read_into(&first, text, n, dialect) == 0) {
		char *written = fuzz_bytes(buf_str(&first.text), first.text.len);
		fuzz_must(read_into(&second, written, first.text.len, dialect) == 0,
			"what was read can be read again");
		fuzz_must(fuzz_same(&first.text, &second.text), "and reads as the same");
		buf_free(&second.text);
		free(written);
	}
	buf_free(&first.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char *text = fuzz_bytes(data, size);
	dialect_is_stable(text, size, INI_PLUGIN);
	dialect_is_stable(text, size, INI_AWS);
	free(text);
	return 0;
}
