#include "config.h"

#include "report/json.h"
#include "report/report.h"

#include "base/text.h"
#include "report/words/series.h"

#include <stdio.h>
#include <string.h>

void report_json_last_words(const char *kind, enum state state, const char *message,
	char out[static REPORT_LAST_WORDS_BYTES]) {
	char plain[REPORT_LAST_MESSAGE_BYTES];
	size_t n = 0;
	/* There is no space for escapes: characters that need one are replaced. */
	for (; message[n] && n + 1 < sizeof plain; n++)
		plain[n] = message[n];
	plain[n] = '\0';
	for (char *c = plain; *c; c++)
		*c = *c == '"' ? '\'' : *c == '\\' ? '/' : *c;
	(void)snprintf(out, REPORT_LAST_WORDS_BYTES,
		"{%s%s%s\"version\":\"" PACKAGE_VERSION "\",\"state\":\"%s\",\"exit_code\":%d,"
		"\"summary\":\"ECS %s - %s\",\"cluster\":null,\"region\":null,\"account\":null,"
		"\"window\":null,\"statistic\":null,\"recover\":null,\"thresholds\":null,\"idle_ranges\":null,\"services\":null,"
		"\"errors\":[\"%s\"],\"diagnosis\":[],\"code\":null,\"clusters\":null}\n",
		kind ? "\"kind\":\"" : "", kind ? kind : "", kind ? "\"," : "", state_name(state),
		(int)state, state_name(state), plain, plain);
}

static const char *without_brackets(char *text) {
	struct buf whole = {.data = text, .len = strlen(text)};
	report_replace_brackets(&whole, 0);
	return text;
}

void report_last_words(enum report_format format, const char *kind, enum state state,
	const char *message, char out[static REPORT_LAST_WORDS_BYTES]) {
	char whole[REPORT_LAST_MESSAGE_BYTES];
	(void)snprintf(whole, sizeof whole, "%.*s", (int)text_fitting(message, sizeof whole - 1),
		message);
	if (format == FORMAT_JSON)
		report_json_last_words(kind, state, whole, out);
	else
		(void)snprintf(out, REPORT_LAST_WORDS_BYTES, "ECS %s - %s\n", state_name(state),
			without_brackets(whole));
}
