#include "config.h"

#include "base/json_writer.h"

#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* 15 digits are always as they were written by hand, 17 are always enough for a double. */
enum { LEAST_DIGITS = 15, MOST_DIGITS = 17, NUMBER_BYTES = 40 };

static void begin_value(struct json_writer *w, const char *name) {
	if (w->needs_comma)
		buf_addc(w->out, ',');
	if (name) {
		json_add_string(w->out, name);
		buf_addc(w->out, ':');
	}
	w->needs_comma = true;
}

static void begin(struct json_writer *w, const char *name, char bracket) {
	begin_value(w, name);
	buf_addc(w->out, bracket);
	w->needs_comma = false;
}

static void end(struct json_writer *w, char bracket) {
	buf_addc(w->out, bracket);
	w->needs_comma = true;
}

void json_begin_object(struct json_writer *w, const char *name) {
	begin(w, name, '{');
}

void json_end_object(struct json_writer *w) {
	end(w, '}');
}

void json_begin_array(struct json_writer *w, const char *name) {
	begin(w, name, '[');
}

void json_end_array(struct json_writer *w) {
	end(w, ']');
}

void json_write_string(struct json_writer *w, const char *name, const char *text) {
	begin_value(w, name);
	if (text)
		json_add_string(w->out, text);
	else
		buf_adds(w->out, "null");
}

void json_write_number(struct json_writer *w, const char *name, double number) {
	char text[NUMBER_BYTES] = "null";
	begin_value(w, name);
	for (int digits = LEAST_DIGITS; isfinite(number) && digits <= MOST_DIGITS; digits++) {
		(void)snprintf(text, sizeof text, "%.*g", digits, number);
		double back = strtod(text, NULL);
		if (!(back < number) && !(back > number))
			break;
	}
	buf_adds(w->out, text);
}

void json_write_whole(struct json_writer *w, const char *name, int64_t number) {
	begin_value(w, name);
	buf_addf(w->out, "%lld", (long long)number);
}

void json_write_null(struct json_writer *w, const char *name) {
	json_write_string(w, name, NULL);
}
