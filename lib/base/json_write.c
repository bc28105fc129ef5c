#include "config.h"

#include "base/json_write.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>

enum { ALWAYS_ENOUGH_DIGITS = 17, NUMBER_BYTES = 40 };

void json_add_string(struct buf *out, const char *s) {
	buf_addc(out, '"');
	for (;;) {
		const char *plain = s;
		while ((unsigned char)*s >= 0x20U && *s != '"' && *s != '\\' && *s != 0x7F)
			s++;
		buf_add(out, plain, (size_t)(s - plain));
		if (!*s)
			break;
		if (*s == '"' || *s == '\\') {
			buf_addc(out, '\\');
			buf_addc(out, *s);
		} else {
			buf_addf(out, "\\u%04x", (unsigned)(unsigned char)*s);
		}
		s++;
	}
	buf_addc(out, '"');
}

static void break_line(struct json_writer *w) {
	if (!w->is_indented)
		return;
	buf_addc(w->out, '\n');
	for (int i = 0; i < w->depth; i++)
		buf_adds(w->out, "  ");
}

static void begin_value(struct json_writer *w, const char *name) {
	if (w->needs_comma)
		buf_addc(w->out, ',');
	if (w->depth > 0)
		break_line(w);
	if (name) {
		json_add_string(w->out, name);
		buf_adds(w->out, w->is_indented ? ": " : ":");
	}
	w->needs_comma = true;
	w->amid_numbers = false;
}

/* The numbers of an array share a line. */
static void begin_number(struct json_writer *w, const char *name) {
	if (name || !w->is_indented) {
		begin_value(w, name);
		return;
	}
	buf_adds(w->out, w->needs_comma ? ", " : "");
	w->needs_comma = true;
	w->amid_numbers = true;
}

static void begin_container(struct json_writer *w, const char *name, char bracket) {
	begin_value(w, name);
	buf_addc(w->out, bracket);
	w->needs_comma = false;
	w->depth++;
}

static void end_container(struct json_writer *w, char bracket) {
	bool is_empty = !w->needs_comma;
	w->depth--;
	if (!is_empty && !w->amid_numbers)
		break_line(w);
	buf_addc(w->out, bracket);
	w->needs_comma = true;
	w->amid_numbers = false;
}

void json_begin_object(struct json_writer *w, const char *name) {
	begin_container(w, name, '{');
}

void json_end_object(struct json_writer *w) {
	end_container(w, '}');
}

void json_begin_array(struct json_writer *w, const char *name) {
	begin_container(w, name, '[');
}

void json_end_array(struct json_writer *w) {
	end_container(w, ']');
}

void json_write_string(struct json_writer *w, const char *name, const char *text) {
	begin_value(w, name);
	if (text)
		json_add_string(w->out, text);
	else
		buf_adds(w->out, "null");
}

/* Nearly all values have at most two decimals: integers suffice, without printf. */
static bool write_short(struct buf *out, double number) {
	const double largest = 1e9;
	char text[NUM_TEXT_BYTES];
	double units = number * 100;
	if (!(fabs(number) < largest))
		return false;
	units = floor(units + 0.5);
	/* Named, so that it is rounded to a double where a processor computes with more digits. */
	double read_back = units / 100;
	if (read_back < number || read_back > number)
		return false;
	(void)num_format_scaled((int64_t)units, 2, text);
	buf_adds(out, num_trim_zeros(text));
	return true;
}

void json_write_number(struct json_writer *w, const char *name, double number) {
	char text[NUMBER_BYTES];
	begin_number(w, name);
	if (!isfinite(number)) {
		buf_adds(w->out, "null");
	} else if (!write_short(w->out, number)) {
		(void)snprintf(text, sizeof text, "%.*g", ALWAYS_ENOUGH_DIGITS, number);
		buf_adds(w->out, text);
	}
}

void json_write_whole(struct json_writer *w, const char *name, int64_t number) {
	begin_number(w, name);
	buf_addf(w->out, "%lld", (long long)number);
}

void json_write_null(struct json_writer *w, const char *name) {
	json_write_string(w, name, NULL);
}
