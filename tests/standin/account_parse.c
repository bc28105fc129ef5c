/* The account file, line by line. A service belongs to the cluster above it, a metric to the
 * service above it:
 *
 *   account NUMBER
 *   partition NAME                                (default aws)
 *   key ID SECRET [token=TOKEN] [user=NAME] [deny=ecs:DescribeServices,...]
 *   cluster NAME region=REGION [arn=short]
 *   service NAME [desired=N] [running=N] [pending=N] [status=ACTIVE] [created=AGE] [deployed=AGE]
 *     [taskset=AGE] [missing]
 *   cpu|memory|ebs [flat=VALUE] [points=MINUTES:VALUE,...] [csv=FILE] [since=MINUTES]
 *     [until=MINUTES]
 *
 * AGE is -30d, -2h, -5m or -90s before the server's start, MINUTES lie before its start minute. */
#define _POSIX_C_SOURCE 200809L
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "csv.h"
#include "dice.h"

#define BLANKS " \t\r"

struct parser {
	struct account *account;
	const char *name, *directory;
	int64_t start;
	size_t line;
	struct cluster *cluster;
	struct service *service;
	bool failed;
};

static void fail(struct parser *parser, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void fail(struct parser *parser, const char *format, ...) {
	if (parser->failed) {
		return;
	}
	parser->failed = true;
	fprintf(stderr, "standin: %s:%zu: ", parser->name, parser->line);
	va_list arguments;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

/* The next word of the line; NULL at its end or at a comment. */
static char *next_word(char **rest) {
	char *word = strtok_r(NULL, BLANKS, rest);
	if (word != NULL && word[0] == '#') {
		*rest = word + strlen(word);
		return NULL;
	}
	return word;
}

static const char *need_word(struct parser *parser, char **rest, const char *what) {
	const char *word = next_word(rest);
	if (word == NULL) {
		fail(parser, "%s is missing", what);
		return "";
	}
	return word;
}

/* The value of a word `name=value`, NULL if the word has another name. */
static const char *value_in(const char *word, const char *name) {
	size_t length = strlen(name);
	return strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

static long read_count(struct parser *parser, const char *word) {
	char *end = NULL;
	size_t digits = strspn(word, "0123456789");
	long number = digits > 0 && digits < 10 ? strtol(word, &end, 10) : -1;
	if (end == NULL || *end != '\0' || number > INT_MAX) {
		fail(parser, "'%s' is not a whole number", word);
		return 0;
	}
	return number;
}

static double read_value(struct parser *parser, const char *word) {
	char *end = NULL;
	double value = strtod(word, &end);
	if (end == word || *end != '\0' || !isfinite(value)) {
		fail(parser, "'%s' is not a number", word);
		return 0;
	}
	return value;
}

/* An age such as -30d, as seconds since 1970. */
static int64_t read_age(struct parser *parser, const char *word) {
	static const char units[] = "smhd";
	static const int64_t seconds[] = {1, 60, 3600, 86400};
	size_t digits = word[0] == '-' ? strspn(word + 1, "0123456789") : 0;
	const char *unit = digits > 0 && digits < 10 ? strchr(units, word[digits + 1]) : NULL;
	if (unit == NULL || *unit == '\0' || word[digits + 2] != '\0') {
		fail(parser, "'%s' is not an age such as -30d, -2h, -5m or -90s", word);
		return 0;
	}
	return parser->start - strtol(word + 1, NULL, 10) * seconds[unit - units];
}

static void parse_denied(struct parser *parser, struct key *key, const char *list) {
	while (*list != '\0') {
		size_t length = strcspn(list, ",");
		bool known = false;
		for (size_t i = 0; i < OPERATIONS; i++) {
			const char *action = operations[i].action;
			if (strlen(action) == length && strncmp(action, list, length) == 0) {
				key->denied[i] = known = true;
			}
		}
		if (!known) {
			fail(parser, "unknown action '%.*s'", (int)length, list);
		}
		list += length + (list[length] == ',');
	}
}

static void parse_key(struct parser *parser, char **rest) {
	struct account *account = parser->account;
	size_t size = (account->key_count + 1) * sizeof(*account->keys);
	account->keys = must_grow(account->keys, size);
	const char *id = need_word(parser, rest, "the key's id");
	if (account_key(account, id) != NULL) {
		fail(parser, "key %s exists already", id);
	}
	struct key *key = &account->keys[account->key_count++];
	*key = (struct key){.id = must_copy(id)};
	key->secret = must_copy(need_word(parser, rest, "the key's secret"));
	const char *value = NULL;
	for (const char *word = next_word(rest); word != NULL; word = next_word(rest)) {
		if ((value = value_in(word, "token")) != NULL) {
			free(key->token);
			key->token = must_copy(value);
		} else if ((value = value_in(word, "user")) != NULL) {
			free(key->user);
			key->user = must_copy(value);
		} else if ((value = value_in(word, "deny")) != NULL) {
			parse_denied(parser, key, value);
		} else {
			fail(parser, "unknown word '%s'", word);
		}
	}
	if (key->user == NULL) {
		key->user = must_copy("nagios");
	}
}

static void parse_cluster(struct parser *parser, char **rest) {
	struct account *account = parser->account;
	struct cluster *cluster = must_alloc(sizeof(*cluster));
	size_t size = (account->cluster_count + 1) * sizeof(struct cluster *);
	account->clusters = must_grow(account->clusters, size);
	cluster->name = must_copy(need_word(parser, rest, "the cluster's name"));
	const char *value = NULL;
	for (const char *word = next_word(rest); word != NULL; word = next_word(rest)) {
		if ((value = value_in(word, "region")) != NULL) {
			free(cluster->region);
			cluster->region = must_copy(value);
		} else if (strcmp(word, "arn=short") == 0) {
			cluster->short_arns = true;
		} else {
			fail(parser, "unknown word '%s'", word);
		}
	}
	if (cluster->region == NULL) {
		cluster->region = must_copy("");
		fail(parser, "a cluster needs region=");
	}
	if (account_cluster(account, cluster->region, cluster->name) != NULL) {
		fail(parser, "cluster %s exists already in %s", cluster->name, cluster->region);
	}
	account->clusters[account->cluster_count++] = cluster;
	parser->cluster = cluster;
	parser->service = NULL;
}

static void service_word(struct parser *parser, struct service *service, const char *word) {
	const char *value = NULL;
	if ((value = value_in(word, "desired")) != NULL) {
		service->desired = (int)read_count(parser, value);
	} else if ((value = value_in(word, "running")) != NULL) {
		service->running = (int)read_count(parser, value);
	} else if ((value = value_in(word, "pending")) != NULL) {
		service->pending = (int)read_count(parser, value);
	} else if ((value = value_in(word, "status")) != NULL) {
		free(service->status);
		service->status = must_copy(value);
	} else if ((value = value_in(word, "created")) != NULL) {
		service->created = read_age(parser, value);
	} else if ((value = value_in(word, "deployed")) != NULL) {
		service->deployed = read_age(parser, value);
	} else if ((value = value_in(word, "taskset")) != NULL) {
		service->taskset = read_age(parser, value);
	} else if (strcmp(word, "missing") == 0) {
		service->missing = true;
	} else {
		fail(parser, "unknown word '%s'", word);
	}
}

static void parse_service(struct parser *parser, char **rest) {
	struct cluster *cluster = parser->cluster;
	if (cluster == NULL) {
		fail(parser, "a service must follow a cluster");
		return;
	}
	if ((cluster->count & (cluster->count - 1)) == 0) {
		size_t room = cluster->count > 0 ? cluster->count * 2 : 1;
		cluster->services = must_grow(cluster->services, room * sizeof(struct service *));
	}
	struct service *service = must_alloc(sizeof(*service));
	cluster->services[cluster->count++] = parser->service = service;
	service->name = must_copy(need_word(parser, rest, "the service's name"));
	service->status = must_copy("ACTIVE");
	service->created = service->deployed = parser->start - (int64_t)30 * 86400;
	service->line = parser->line;
	for (size_t i = 0; i < METRICS; i++) {
		series_init(&service->metrics[i]);
	}
	for (const char *word = next_word(rest); word != NULL; word = next_word(rest)) {
		service_word(parser, service, word);
	}
}

static void parse_points(struct parser *parser, struct series *series, char *list) {
	char *rest = NULL;
	for (char *item = strtok_r(list, ",", &rest); item != NULL;
		item = strtok_r(NULL, ",", &rest)) {
		char *colon = strchr(item, ':');
		if (colon == NULL) {
			fail(parser, "'%s' is not MINUTES_AGO:VALUE", item);
			return;
		}
		*colon = '\0';
		int64_t minute = parser->start / 60 - read_count(parser, item);
		series_add(series, minute, read_value(parser, colon + 1));
	}
}

static void parse_csv(struct parser *parser, struct series *series, const char *file) {
	struct text path = {0};
	text_addf(&path, "%s%s", file[0] == '/' ? "" : parser->directory, file);
	struct text why = {0};
	if (!csv_read(text_string(&path), parser->start / 60, series, &why)) {
		fail(parser, "%s", text_string(&why));
	}
	text_free(&path);
	text_free(&why);
}

static void series_word(struct parser *parser, struct series *series, char *word) {
	const char *value = NULL;
	if ((value = value_in(word, "flat")) != NULL) {
		series->flat = read_value(parser, value);
		series->is_flat = true;
	} else if (value_in(word, "points") != NULL) {
		parse_points(parser, series, word + strlen("points="));
	} else if ((value = value_in(word, "until")) != NULL) {
		series->until_minute = parser->start / 60 - read_count(parser, value);
	} else if ((value = value_in(word, "since")) != NULL) {
		series->since_minute = parser->start / 60 - read_count(parser, value);
	} else if ((value = value_in(word, "csv")) != NULL) {
		parse_csv(parser, series, value);
	} else {
		fail(parser, "unknown word '%s'", word);
	}
}

static void parse_series(struct parser *parser, enum metric metric, char **rest) {
	if (parser->service == NULL) {
		fail(parser, "a metric must follow a service");
		return;
	}
	struct series *series = &parser->service->metrics[metric];
	if (series->published) {
		fail(parser, "the service has this metric already");
	}
	series->published = true;
	for (char *word = next_word(rest); word != NULL; word = next_word(rest)) {
		series_word(parser, series, word);
	}
	series_sort(series);
	if (!series->is_flat && series->count == 0) {
		fail(parser, "a metric needs flat=, points= or csv=");
	}
}

static void set_once(struct parser *parser, char **field, char **rest, const char *what) {
	if (*field != NULL) {
		fail(parser, "%s is given twice", what);
	}
	free(*field);
	*field = must_copy(need_word(parser, rest, what));
	if (next_word(rest) != NULL) {
		fail(parser, "words follow %s", what);
	}
}

static void parse_line(struct parser *parser, char *line) {
	char *rest = NULL;
	const char *word = strtok_r(line, BLANKS, &rest);
	if (word == NULL || word[0] == '#') {
		return;
	}
	if (strcmp(word, "account") == 0) {
		set_once(parser, &parser->account->id, &rest, "the account's number");
	} else if (strcmp(word, "partition") == 0) {
		set_once(parser, &parser->account->partition, &rest, "the partition");
	} else if (strcmp(word, "key") == 0) {
		parse_key(parser, &rest);
	} else if (strcmp(word, "cluster") == 0) {
		parse_cluster(parser, &rest);
	} else if (strcmp(word, "service") == 0) {
		parse_service(parser, &rest);
	} else if (strcmp(word, "cpu") == 0) {
		parse_series(parser, CPU, &rest);
	} else if (strcmp(word, "memory") == 0) {
		parse_series(parser, MEMORY, &rest);
	} else if (strcmp(word, "ebs") == 0) {
		parse_series(parser, EBS, &rest);
	} else {
		fail(parser, "unknown word '%s'", word);
	}
}

static void finish_cluster(struct parser *parser, struct cluster *cluster, uint64_t seed) {
	const struct service *twice = cluster_index(cluster);
	if (twice != NULL) {
		parser->line = twice->line;
		fail(parser, "cluster %s has two services %s", cluster->name, twice->name);
	}
	size_t *order = must_alloc(cluster->count * sizeof(*order));
	dice_order(seed, order, cluster->count);
	for (size_t i = 0; i < cluster->count; i++) {
		cluster->services[i] = cluster->by_name[order[i]];
	}
	free(order);
}

bool account_parse(struct account *account, const char *name, const char *directory,
	const char *content, int64_t start, uint64_t seed) {
	*account = (struct account){0};
	struct parser parser = {.account = account,
		.name = name,
		.directory = directory,
		.start = start};
	while (*content != '\0' && !parser.failed) {
		size_t length = strcspn(content, "\n");
		char *line = must_slice(content, length);
		parser.line++;
		parse_line(&parser, line);
		free(line);
		content += length + (content[length] == '\n');
	}
	if (account->id == NULL) {
		fail(&parser, "there is no account line");
	}
	if (account->partition == NULL) {
		account->partition = must_copy("aws");
	}
	for (size_t i = 0; i < account->cluster_count; i++) {
		finish_cluster(&parser, account->clusters[i], seed);
	}
	return !parser.failed;
}
