#define _POSIX_C_SOURCE 200809L
#include "csv.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"

static bool parse_sample(const char *line, struct sample *sample) {
	int year, month, day, hour, minute, second;
	int length = 0;
	/* The widths bound every number. NOLINTNEXTLINE(cert-err34-c) */
	if (sscanf(line, "%4d-%2d-%2d %2d:%2d:%2d,%n", &year, &month, &day, &hour, &minute, &second,
		    &length) != 6 ||
		length == 0) {
		return false;
	}
	char *end = NULL;
	sample->value = strtod(line + length, &end);
	sample->minute = date_seconds(year, month, day, hour, minute, 0) / 60;
	return end != line + length && end[strspn(end, "\r\n")] == '\0' && isfinite(sample->value);
}

static bool read_samples(FILE *file, struct series *series, struct text *why) {
	char line[256];
	for (size_t number = 1; fgets(line, sizeof(line), file) != NULL; number++) {
		struct sample sample;
		if (number == 1) {
			continue;
		}
		if (!parse_sample(line, &sample)) {
			text_addf(why, "line %zu is not 'YYYY-MM-DD HH:MM:SS,value'", number);
			return false;
		}
		series_add(series, sample.minute, sample.value);
	}
	return true;
}

bool csv_read(const char *path, int64_t last_minute, struct series *series, struct text *why) {
	FILE *file = fopen(path, "r");
	if (file == NULL) {
		text_addf(why, "%s: %s", path, strerror(errno));
		return false;
	}
	size_t before = series->count;
	bool done = read_samples(file, series, why);
	fclose(file);
	int64_t newest = INT64_MIN;
	for (size_t i = before; i < series->count; i++) {
		newest = series->samples[i].minute > newest ? series->samples[i].minute : newest;
	}
	for (size_t i = before; i < series->count; i++) {
		series->samples[i].minute += last_minute - newest;
	}
	return done;
}
