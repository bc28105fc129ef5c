/* From samples to what is printed, in every form: options, ranges, names and errors, then services
 * with their points. The state is true, and the result is one that can be parsed. */
#include "config.h"

#include "fuzz.h"

#include "base/num.h"
#include "base/text.h"
#include "model/selection.h"
#include "report/report.h"
#include "scene.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_SERVICES = 24, LONG_WINDOW_H = 40 };

/* How it is told; the last three are charts at a terminal. */
enum form {
	FORM_LINES,
	FORM_ASCII,
	FORM_OBJECT,
	FORM_CHART,
	FORM_NARROW,
	FORM_SCREEN,
	FORM_WIDE,
	FORMS
};
enum { BOUNDS = 4 };

static const char *const state_names[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

struct sketch {
	struct scene scene;
	char *cluster, *pattern;
	int form, bound;
};

/* --- the input: a letter an option, then a line for each text --- */

static void set_option(struct sketch *s, char letter) {
	struct rules *r = &s->scene.rules;
	struct style *style = &s->scene.style;
	style->verbosity += letter == 'v' && style->verbosity < 3;
	r->breaches += letter == 'b' && r->breaches < 4;
	s->form = (s->form + (letter == 'f')) % FORMS;
	s->bound = (s->bound + (letter == 'm')) % BOUNDS;
	r->metrics[METRIC_EBS] |= letter == 'e';
	r->metrics[METRIC_TASKS] |= letter == 'T' || letter == 'A';
	if (letter == 'A')
		r->metrics[METRIC_CPU] = r->metrics[METRIC_MEMORY] = false;
	if (letter == '9')
		scene_statistic(&s->scene, "p99");
	r->window.with_filling &= letter != 'a';
	r->window.window_s = letter == 'w' ? LONG_WINDOW_H * SCENE_HOUR_S : r->window.window_s;
	style->perfdata = letter == 'p' ? PERFDATA_PROBLEMS
		: letter == 's'         ? PERFDATA_SUMMARY
					: style->perfdata;
	if (letter >= '0' && letter <= '3') {
		r->no_data = NO_DATA_STATE;
		r->no_data_state = (enum state)(letter - '0');
	}
	r->timeout_state = letter == 'o' ? STATE_OK
		: letter == 'c'          ? STATE_CRITICAL
					 : r->timeout_state;
	s->scene.samples.end = letter == 'd' ? SAMPLES_DEADLINE
		: letter == 'x'              ? SAMPLES_STOPPED
					     : s->scene.samples.end;
	s->scene.samples.list_complete &= letter != 'i';
	if (letter == 'n')
		s->scene.target = (struct target){.region = "cn-north-1"};
}

static void read_range(struct fuzz_input *in, const char *usual, enum threshold_level level,
	struct scene *scene) {
	char *text = fuzz_field(in, '\n');
	struct err e = {.code = ERR_NONE};
	struct threshold_text parts;
	scene_range(scene, level, threshold_parse(text, &parts, &e) ? usual : text);
	free(text);
}

/* Notes a text as collect does. */
static void add_line(struct buf *out, const char *text) {
	size_t before = out->len;
	text_add_clean(out, text, 300);
	if (out->len > before)
		buf_addc(out, '\n');
}

static void read_options(struct sketch *s, struct fuzz_input *in) {
	scene_begin(&s->scene);
	s->scene.rules.metrics[METRIC_MEMORY] = true;
	s->scene.rules.no_data_state = STATE_UNKNOWN;
	char *letters = fuzz_field(in, '\n');
	for (const char *at = letters; *at; at++)
		set_option(s, *at);
	free(letters);
	read_range(in, "80", THRESHOLD_WARNING, &s->scene);
	read_range(in, "95", THRESHOLD_CRITICAL, &s->scene);
	s->cluster = fuzz_field(in, '\n');
	s->scene.target.name = s->cluster;
	s->pattern = fuzz_field(in, '\n');
	s->scene.patterns[0] = s->pattern;
	s->scene.rules.include.count = *s->pattern ? 1 : 0;
	s->scene.rules.services_are_named = patterns_are_names(&s->scene.rules.include);
	char *failure = fuzz_field(in, '\n');
	add_line(s->scene.samples.end == SAMPLES_WHOLE ? &s->scene.samples.failures
						       : &s->scene.samples.end_reason,
		failure);
	free(failure);
}

static double value_of(char letter) {
	static const double special[] = {80, 80.04, 95, 95.0000001, 95.00000000000003, 100.2, 110,
		110.0001, 1e308, 5e-324, -0.0, -1, 1e15, 34.44, 79.96, 99.95};
	if (letter >= 'a' && letter < 'a' + (int)(sizeof special / sizeof special[0]))
		return special[letter - 'a'];
	return letter == '.' ? NAN : (double)(unsigned char)letter / 1.7;
}

/* "-why": failed; "~": pending; else a letter a point. */
static void read_series(struct sketch *s, struct fuzz_input *in, struct series *x) {
	char *line = fuzz_field(in, '\n');
	const struct window *w = &s->scene.samples.window;
	bool failed = line[0] == '-';
	x->status = line[0] == '~' ? SERIES_PENDING : SERIES_COMPLETE;
	for (size_t i = 0; !failed && line[i] && i < w->points; i++)
		if (!isnan(value_of(line[i])))
			(void)series_add_point(x, w, NULL, window_time(w, i), value_of(line[i]));
	if (failed)
		series_fail(x, line + 1);
	free(line);
}

static void read_description(struct sketch *s, struct fuzz_input *in, struct description *d) {
	char *line = fuzz_field(in, '\n');
	static const enum description_status statuses[] = {DESCRIPTION_NONE, DESCRIPTION_PENDING,
		DESCRIPTION_BEYOND, DESCRIPTION_KNOWN, DESCRIPTION_GONE, DESCRIPTION_FAILED};
	if (line[0] >= '0' && line[0] <= '5') {
		d->status = statuses[line[0] - '0'];
		d->desired_count = line[1] == '0' ? 0 : line[1];
		d->running_count = line[1] && line[2] == 'r' ? 3 : 0;
		d->is_daemon = line[1] && line[2] == 'd';
		d->primary_created_ms = line[1] == 'n' ? (s->scene.samples.now_s - 60) * 1000 : 0;
		if (d->status == DESCRIPTION_KNOWN && line[1] == 'f') {
			d->rollout_failed = true;
			d->rollout_reason = fuzz_have(text_dup(line + 2, strlen(line + 2)));
		}
		if (d->status == DESCRIPTION_KNOWN && line[1] == '?')
			description_add_fault(d, FAULT_SERVICE, line + 2);
		if (d->status == DESCRIPTION_GONE || d->status == DESCRIPTION_FAILED)
			d->text = fuzz_have(text_dup(line + 1, strlen(line + 1)));
	}
	free(line);
}

static void read_services(struct sketch *s, struct fuzz_input *in) {
	for (int n = 0; n < MAX_SERVICES && in->left > 0; n++) {
		char *name = fuzz_field(in, '\n');
		struct service *service = scene_service(&s->scene, name);
		for (int m = 0; m < METRICS; m++)
			if (s->scene.rules.metrics[m])
				read_series(s, in, &service->series[m]);
		read_description(s, in, &service->description);
		s->scene.samples.pattern_matched[0] = s->scene.samples.pattern_matched[0] ||
			strstr(name, s->pattern);
		free(name);
	}
	samples_sort(&s->scene.samples);
}

/* --- the state --- */

static bool alerts(const struct range *r, double value, bool filling) {
	bool above = value > r->end;
	if (filling)
		return above && !r->inside;
	return r->inside ? value >= r->start && !above : value < r->start || above;
}

static bool breaches(const struct sketch *s, const struct series *x, const struct range *r) {
	const struct window *w = &s->scene.samples.window;
	size_t count = 0;
	for (size_t i = 0; x->values && i < w->points; i++)
		count += !isnan(x->values[i]) &&
			alerts(r, x->values[i], w->filling && i + 1 == w->points);
	return count >= s->scene.rules.breaches;
}

/* No task of what is wanted runs, there is no point, and the rollout has failed. */
static bool is_down(const struct sketch *s, const struct service *service) {
	const struct description *d = &service->description;
	const struct series *x = &service->series[METRIC_CPU];
	return s->scene.rules.no_data == NO_DATA_AUTO && d->status == DESCRIPTION_KNOWN &&
		d->fault == FAULT_NONE && d->desired_count > 0 && d->running_count == 0 &&
		d->rollout_failed && x->status == SERIES_COMPLETE && !x->values;
}

/* Nothing excuses that less than half of what is wanted runs: no deployment, no event. */
static bool lacks_tasks(const struct sketch *s, const struct service *service) {
	const struct description *d = &service->description;
	return s->scene.rules.metrics[METRIC_TASKS] && d->status == DESCRIPTION_KNOWN &&
		d->fault == FAULT_NONE && d->primary_created_ms == 0 &&
		2 * d->running_count < d->desired_count;
}

/* What was not told of a service's running tasks. */
static bool is_tasks_lost(const struct sketch *s, const struct service *service) {
	const struct description *d = &service->description;
	bool pending = d->status != DESCRIPTION_KNOWN && d->status != DESCRIPTION_GONE &&
		d->status != DESCRIPTION_FAILED;
	return s->scene.rules.metrics[METRIC_TASKS] &&
		(d->status == DESCRIPTION_FAILED || d->fault == FAULT_SERVICE ||
			(pending && s->scene.samples.end == SAMPLES_WHOLE));
}

static void must_be_true(const struct sketch *s) {
	bool critical = false;
	bool warning = false;
	bool lost = !s->scene.samples.list_complete && s->scene.samples.end == SAMPLES_WHOLE;
	for (size_t i = 0; i < s->scene.samples.service_count; i++) {
		critical = critical || is_down(s, &s->scene.samples.services[i]) ||
			lacks_tasks(s, &s->scene.samples.services[i]);
		lost = lost || is_tasks_lost(s, &s->scene.samples.services[i]);
		for (int m = 0; m < METRICS; m++) {
			const struct service *service = &s->scene.samples.services[i];
			const struct series *x = &service->series[m];
			const struct series_ranges own = service_ranges(service, (enum metric)m);
			critical = critical || breaches(s, x, own.critical);
			warning = warning || breaches(s, x, own.warning);
			lost = lost || x->status == SERIES_FAILED;
			lost = lost ||
				(x->status == SERIES_PENDING &&
					s->scene.samples.end == SAMPLES_WHOLE);
		}
	}
	enum state state = s->scene.verdict.state;
	fuzz_must(!critical || state == STATE_CRITICAL,
		"a critical breach is CRITICAL, and so is what is down");
	fuzz_must(!warning || state == STATE_CRITICAL || state == STATE_WARNING,
		"a breach is WARNING at least");
	fuzz_must(!lost || state != STATE_OK, "what is not known is never OK");
}

/* --- text --- */

static bool is_harmless(const char *text, size_t n) {
	for (size_t i = 0; i < n;) {
		uint32_t c;
		size_t used = text_utf8_decode(text + i, n - i, &c);
		if (used == 0 || c < 0x20U || (c >= 0x7FU && c <= 0x9FU) || c == '|' ||
			(c >= 0x202AU && c <= 0x202EU) || (c >= 0x2066U && c <= 0x2069U) ||
			c == 0x200EU || c == 0x200FU || c == 0x2028U || c == 0x2029U)
			return false;
		i += used;
	}
	return n > 0;
}

/* Above 100 % the next multiple of 100 is the maximum; nothing else has one. */
static const char *skip_maximum(const char *at, double value, bool is_percent) {
	double maximum = 0;
	if (*at != ';') {
		fuzz_must(!is_percent || value <= 100, "a value above 100 has a maximum");
		return at;
	}
	size_t n = strcspn(++at, " ");
	fuzz_must(num_parse(at, n, &maximum) == 0 && is_percent && value > 100,
		"a maximum is one of a value above 100");
	fuzz_must(maximum >= value && maximum <= 100 * ceil(value / 100),
		"a maximum is the next multiple of 100");
	return at + n;
}

/* Passes over "label=value%;warning;critical;0". */
static const char *skip_item(const char *at) {
	struct range r;
	struct err e = {.code = ERR_NONE};
	double value;
	bool quoted = *at == '\'';
	size_t label = quoted ? strcspn(at + 1, "'") : strcspn(at, "'= ;");
	at += quoted ? label + 2 : label;
	fuzz_must(label > 0 && *at == '=', "perfdata has a label");
	size_t n = strcspn(++at, "%;");
	fuzz_must(num_parse(at, n, &value) == 0, "perfdata has a value");
	bool is_percent = at[n] == '%';
	at += n + is_percent;
	for (int i = 0; i < 2; i++) {
		fuzz_must(*at++ == ';', "perfdata has ranges");
		char *range = fuzz_have(text_dup(at, strcspn(at, "; ")));
		fuzz_must(!*range || range_parse(range, &r, &e) == 0,
			"perfdata's ranges are ranges");
		at += strlen(range);
		free(range);
	}
	fuzz_must(text_starts_with(at, ";0"), "perfdata has a minimum");
	return skip_maximum(at + strlen(";0"), value, is_percent);
}

static size_t count_items(const char *perfdata) {
	size_t count = 1;
	const char *at = skip_item(perfdata);
	for (; *at; count++) {
		fuzz_must(*at == ' ', "a blank stands between items");
		at = skip_item(at + 1);
	}
	return count;
}

/* A line, which may hold perfdata behind separator. Returns the number of its items. */
static size_t must_be_line(char *line, const char *separator) {
	char *found = separator ? strstr(line, separator) : NULL;
	size_t items = found ? count_items(found + strlen(separator)) : 0;
	if (found)
		*found = '\0';
	fuzz_must(is_harmless(line, strlen(line)), "a line is harmless");
	return items;
}

/* The bytes of a colour at the start of text; 0: there is none. */
static size_t colour_length(const char *text) {
	size_t n = text_starts_with(text, "\033[") ? strlen("\033[") : 0;
	while (n > 0 && ((text[n] >= '0' && text[n] <= '9') || text[n] == ';'))
		n++;
	return n > 0 && text[n] == 'm' ? n + 1 : 0;
}

/* The bytes of a link's beginning (is_end: its end) at the start of text; 0: there is none. */
static size_t link_length(const char *text, bool *is_end) {
	const size_t begin = strlen("\033]8;;");
	if (!text_starts_with(text, "\033]8;;"))
		return 0;
	size_t url = strcspn(text + begin, "\033");
	*is_end = url == 0;
	fuzz_must(text_starts_with(text + begin + url, "\033\\"), "a link's URL ends");
	fuzz_must(text_is_visible(text + begin, url), "a link's URL is visible ASCII");
	return begin + url + strlen("\033\\");
}

/* Colours and links begin and end in one line. */
static void take_sequences_out(char *text) {
	char *to = text;
	bool coloured = false;
	bool linked = false;
	for (const char *at = text; *at;) {
		bool is_end = false;
		size_t colour = colour_length(at);
		size_t link = link_length(at, &is_end);
		if (colour > 0) {
			fuzz_must(coloured == text_starts_with(at, "\033[0m"),
				"a colour ends before the next one begins");
			coloured = !coloured;
		}
		if (link > 0) {
			fuzz_must(linked == is_end, "a link ends before the next one begins");
			linked = !linked;
		}
		fuzz_must(*at != '\n' || (!coloured && !linked), "both end in their line");
		if (colour + link > 0)
			at += colour + link;
		else
			*to++ = *at++;
	}
	*to = '\0';
}

/* The line that tells the state: the first one; of charts at a terminal the last one, which may be
 * broken at blanks. */
static const char *find_verdict(const struct report_input *in, const char *text,
	const char *start) {
	const char *found = text;
	bool on_screen = in->chart && in->columns > 0;
	if (on_screen && !text_starts_with(text, start))
		found = NULL;
	for (const char *line = text; on_screen && line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (text_starts_with(line, "ECS "))
			found = line;
	}
	return found ? found : "";
}

static void must_be_result(const struct report_input *in, const struct buf *out) {
	char start[32];
	char *text = fuzz_have(text_dup(buf_str(out), out->len));
	size_t lines = 0;
	size_t items = 0;
	bool on_screen = in->chart && in->columns > 0;
	(void)snprintf(start, sizeof start, "ECS %s", state_names[in->verdict->state]);
	fuzz_must(strlen(text) == out->len, "there is no NUL in a result");
	if (in->colour)
		take_sequences_out(text);
	fuzz_must(text_starts_with(find_verdict(in, text, start), start),
		"the first line tells the state, on a screen the last one");
	bool is_lines = !on_screen || text_starts_with(text, start);
	for (char *line = text; *line; lines++) {
		char *end = strchr(line, '\n');
		fuzz_must(end != NULL, "a result ends with its line");
		*end = '\0';
		bool last = end[1] == '\0';
		fuzz_must(in->chart || !strpbrk(line, "<>"), "text has nothing like a tag");
		/* On a screen there are no perfdata unless asked for: behind its first line those
		 * of the series, behind its last line the others. */
		const char *separator = lines == 0 ? " | " : last ? " |" : NULL;
		if (!is_lines)
			separator = last ? " | " : strstr(line, " |") ? " |" : NULL;
		bool is_blank = !is_lines && !*line;
		size_t found = is_blank ? 0 : must_be_line(line, separator);
		items += is_lines ? (lines > 0 ? found : 0) : (last ? 0 : found);
		line = end + 1;
	}
	fuzz_must(lines >= 2 || on_screen, "a report has a first and a last line");
	fuzz_must(items <= in->verdict->series_count, "no more items than series");
	free(text);
}

static struct buf report_of(const struct report_input *in) {
	struct err e = {.code = ERR_NONE};
	struct buf out = fuzz_buf();
	fuzz_must(report(in, &out, &e) == 0, "a report can be made");
	return out;
}

/* Within a bound the first line stays, as long as there is room. */
static void check_bounded(struct sketch *s, const struct report_input *in,
	const struct buf *whole) {
	static const size_t bounds[BOUNDS] = {1000, 1023, 2000, 4096};
	const size_t room_for_others = 400;
	size_t bound = bounds[s->bound];
	size_t first = strcspn(buf_str(whole), "\n") + 1;
	s->scene.style.max_output.max = bound;
	struct buf out = report_of(in);
	must_be_result(in, &out);
	fuzz_must(out.len <= bound, "a bound is kept");
	fuzz_must(whole->len > bound || fuzz_same(&out, whole), "what fits stays as it is");
	if (first + room_for_others <= bound && in->columns == 0)
		fuzz_must(strncmp(buf_str(&out), buf_str(whole), first) == 0,
			"the first line stays");
	buf_free(&out);
}

static void check_text(struct sketch *s, const struct report_input *in) {
	struct buf whole = report_of(in);
	must_be_result(in, &whole);
	check_bounded(s, in, &whole);
	buf_free(&whole);
}

/* --- JSON --- */

static void must_be_number(const json *found, double value) {
	double number = 0;
	bool there = json_number(found, &number);
	fuzz_must(there == !isnan(value), "what is not known is null");
	fuzz_must(!there || (number <= value && number >= value), "a number reads as the same");
}

static void must_be_tasks(const struct sketch *s, const json *tasks,
	const struct series_verdict *v) {
	const struct description *d = &s->scene.samples.services[v->service].description;
	bool lost = v->reason == REASON_FAILED || v->reason == REASON_UNANSWERED;
	must_be_number(json_member(tasks, "running"), lost ? NAN : (double)d->running_count);
	must_be_number(json_member(tasks, "desired"), lost ? NAN : (double)d->desired_count);
	must_be_number(json_member(tasks, "peak"), v->running_pct);
	fuzz_must(json_is_absent(json_member(tasks, "values")), "tasks have no series");
}

static void must_be_metric(const struct sketch *s, const json *metric,
	const struct series_verdict *v) {
	const struct series *x = &s->scene.samples.services[v->service].series[v->metric];
	const json *values = json_member(metric, "values");
	size_t n = 0;
	must_be_number(json_member(metric, "peak"), v->points > 0 ? v->peak : NAN);
	for (const json *value = json_first(values); value; value = json_next(value), n++)
		must_be_number(value,
			x->values && n < s->scene.samples.window.points ? x->values[n] : NAN);
	fuzz_must(n == 0 || n == s->scene.samples.window.points,
		"there is a value for each period");
	fuzz_must(n > 0 || v->points == 0, "what is known is told");
}

static void check_json(struct sketch *s, const struct report_input *in) {
	s->scene.style.format = FORMAT_JSON;
	struct buf out = report_of(in);
	json *document = fuzz_json((const uint8_t *)buf_str(&out), out.len);
	const char *state = json_string(json_member(document, "state"));
	const struct verdict *v = &s->scene.verdict;
	size_t at = 0;
	size_t services = 0;
	fuzz_must(document && buf_str(&out)[out.len - 1] == '\n', "a report is one document");
	fuzz_must(strcspn(buf_str(&out), "\n") == out.len - 1, "it is one line");
	fuzz_must(is_harmless(buf_str(&out), out.len - 1), "it is harmless");
	fuzz_must(state && strcmp(state, state_names[v->state]) == 0, "its state is the verdict's");
	for (const json *x = json_first(json_member(document, "services")); x; x = json_next(x)) {
		const json *metrics = json_member(x, "metrics");
		size_t service = v->series[at].service;
		for (; at < v->series_count && v->series[at].service == service; at++) {
			const struct series_verdict *one = &v->series[at];
			const json *told = json_member(metrics, metric_name(one->metric));
			if (one->metric == METRIC_TASKS)
				must_be_tasks(s, told, one);
			else
				must_be_metric(s, told, one);
		}
		services++;
	}
	fuzz_must(services == v->services && at == v->series_count, "every service is told");
	json_free(document);
	buf_free(&out);
}

/* --- the whole --- */

static void check(struct sketch *s) {
	static const int columns[] = {[FORM_NARROW] = 20, [FORM_SCREEN] = 80, [FORM_WIDE] = 230};
	bool on_screen = s->form >= FORM_NARROW;
	struct report_input in = scene_input(&s->scene);
	if (s->scene.style.verbosity >= 2)
		in.diagnosis = "credentials: environment\n";
	in.to_terminal = on_screen || s->form == FORM_ASCII;
	in.utf8 = s->form != FORM_ASCII && s->form != FORM_NARROW;
	in.chart = on_screen || s->form == FORM_CHART;
	in.colour = on_screen;
	in.links = on_screen;
	in.rows = s->form == FORM_WIDE ? 50 : 24;
	in.columns = on_screen ? columns[s->form] : 0;
	if (s->form == FORM_OBJECT)
		check_json(s, &in);
	else
		check_text(s, &in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct fuzz_input in = {.at = (const char *)data, .left = size};
	struct sketch s = {.pattern = NULL};
	struct samples *samples = &s.scene.samples;
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	read_options(&s, &in);
	samples->window = window_at(&s.scene.rules.window, samples->now_s);
	read_services(&s, &in);
	(void)scene_judge(&s.scene);
	must_be_true(&s);
	check(&s);
	scene_end(&s.scene);
	free(s.cluster);
	free(s.pattern);
	return 0;
}
