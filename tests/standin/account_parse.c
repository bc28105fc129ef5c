/* The account file, line by line. A service belongs to the cluster above it, a metric, an event or
 * another deployment than the PRIMARY one to the service above it:
 *
 *   account NUMBER
 *   partition NAME                                (default aws)
 *   key, role, web-identity, sso-...              (see identity_parse.c)
 *   cluster NAME region=REGION [arn=short]
 *   service NAME [desired=N] [running=N] [pending=N] [status=ACTIVE] [created=AGE] [deployed=AGE]
 *     [updated=AGE] [rollout=STATE] [failed=N] [taskset=AGE] [scheduling=REPLICA]
 *     [controller=ECS] [missing] and the words of a deployment
 *   deployment STATUS [deployed=AGE] [updated=AGE] [rollout=STATE] [failed=N] [launch=FARGATE]
 *     [providers=NAME,...] [platform=1.4.0] [os=LINUX] [task=FAMILY] [revision=7] [size=256x512]
 *   reason TEXT                                   (of the deployment above, else the service's)
 *   event AGE TEXT                                (in place of a steady state when it was deployed)
 *   cpu|memory|ebs [flat=VALUE] [points=MINUTES[-MINUTES]:VALUE,...] [csv=FILE] [since=MINUTES]
 *     [until=MINUTES] [units=mixed]
 *
 * A service with controller=EXTERNAL and a task set has no deployments; metrics of a service with
 * more than one running task have no percentiles.
 * AGE is -30d, -2h, -5m or -90s before the server's start, MINUTES lie before its start minute. */
#define _POSIX_C_SOURCE 200809L
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "csv.h"
#include "dice.h"
#include "identity_parse.h"
#include "parser.h"
#include "task.h"

static double read_value(struct parser *parser, const char *word) {
	char *end = NULL;
	double value = strtod(word, &end);
	if (end == word || *end != '\0' || !isfinite(value)) {
		parser_fail(parser, "'%s' is not a number", word);
		return 0;
	}
	return value;
}

static void parse_cluster(struct parser *parser, char **rest) {
	struct account *account = parser->account;
	struct cluster *cluster = must_alloc(sizeof(*cluster));
	size_t size = (account->cluster_count + 1) * sizeof(struct cluster *);
	account->clusters = must_grow(account->clusters, size);
	cluster->name = must_copy(parser_need(parser, rest, "the cluster's name"));
	const char *value = NULL;
	for (const char *word = parser_word(rest); word != NULL; word = parser_word(rest)) {
		if ((value = parser_value(word, "region")) != NULL) {
			free(cluster->region);
			cluster->region = must_copy(value);
		} else if (strcmp(word, "arn=short") == 0) {
			cluster->short_arns = true;
		} else {
			parser_fail(parser, "unknown word '%s'", word);
		}
	}
	if (cluster->region == NULL) {
		cluster->region = must_copy("");
		parser_fail(parser, "a cluster needs region=");
	}
	if (account_cluster(account, cluster->region, cluster->name) != NULL) {
		parser_fail(parser, "cluster %s exists already in %s", cluster->name,
			cluster->region);
	}
	account->clusters[account->cluster_count++] = cluster;
	parser->cluster = cluster;
	parser->service = NULL;
}

static void set_text(char **field, const char *value) {
	free(*field);
	*field = must_copy(value);
}

/* False if the word is none of a deployment's. */
static bool deployment_word(struct parser *parser, struct deployment *deployment,
	const char *word) {
	const char *value = NULL;
	if ((value = parser_value(word, "deployed")) != NULL) {
		deployment->created = parser_age(parser, value);
	} else if ((value = parser_value(word, "updated")) != NULL) {
		deployment->updated = parser_age(parser, value);
	} else if ((value = parser_value(word, "rollout")) != NULL) {
		set_text(&deployment->rollout, value);
	} else if ((value = parser_value(word, "failed")) != NULL) {
		deployment->failed = (int)parser_count(parser, value);
	} else {
		return task_word(parser, &deployment->task, word);
	}
	return true;
}

static void service_word(struct parser *parser, struct service *service, const char *word) {
	const char *value = NULL;
	if (deployment_word(parser, &service->deployments[0], word)) {
		return;
	}
	if ((value = parser_value(word, "desired")) != NULL) {
		service->desired = (int)parser_count(parser, value);
	} else if ((value = parser_value(word, "running")) != NULL) {
		service->running = (int)parser_count(parser, value);
	} else if ((value = parser_value(word, "pending")) != NULL) {
		service->pending = (int)parser_count(parser, value);
	} else if ((value = parser_value(word, "status")) != NULL) {
		set_text(&service->status, value);
	} else if ((value = parser_value(word, "scheduling")) != NULL) {
		set_text(&service->scheduling, value);
	} else if ((value = parser_value(word, "controller")) != NULL) {
		set_text(&service->controller, value);
	} else if ((value = parser_value(word, "created")) != NULL) {
		service->created = parser_age(parser, value);
	} else if ((value = parser_value(word, "taskset")) != NULL) {
		service->taskset = parser_age(parser, value);
	} else if (strcmp(word, "missing") == 0) {
		service->missing = true;
	} else {
		parser_fail(parser, "unknown word '%s'", word);
	}
}

static void parse_service(struct parser *parser, char **rest) {
	struct cluster *cluster = parser->cluster;
	if (cluster == NULL) {
		parser_fail(parser, "a service must follow a cluster");
		return;
	}
	if ((cluster->count & (cluster->count - 1)) == 0) {
		size_t room = cluster->count > 0 ? cluster->count * 2 : 1;
		cluster->services = must_grow(cluster->services, room * sizeof(struct service *));
	}
	struct service *service = must_alloc(sizeof(*service));
	cluster->services[cluster->count++] = parser->service = service;
	service->name = must_copy(parser_need(parser, rest, "the service's name"));
	service->status = must_copy("ACTIVE");
	service->scheduling = must_copy("REPLICA");
	service->controller = must_copy("ECS");
	service->created = parser->start - (int64_t)30 * 86400;
	service->deployments[service->deployment_count++] = (struct deployment){.status = must_copy(
											"PRIMARY"),
		.created = service->created};
	task_init(&service->deployments[0].task);
	service->line = parser->line;
	for (size_t i = 0; i < METRICS; i++) {
		series_init(&service->metrics[i]);
	}
	for (const char *word = parser_word(rest); word != NULL; word = parser_word(rest)) {
		service_word(parser, service, word);
	}
}

static struct service *need_service(struct parser *parser) {
	if (parser->service == NULL) {
		parser_fail(parser, "this must follow a service");
	}
	return parser->service;
}

static void parse_deployment(struct parser *parser, char **rest) {
	struct service *service = need_service(parser);
	const char *status = parser_need(parser, rest, "the deployment's status");
	size_t room = sizeof(service->deployments) / sizeof(service->deployments[0]);
	if (service == NULL || service->deployment_count == room) {
		parser_fail(parser, "too many deployments");
		return;
	}
	struct deployment *deployment = &service->deployments[service->deployment_count++];
	*deployment = (struct deployment){.status = must_copy(status), .created = service->created};
	task_init(&deployment->task);
	for (const char *word = parser_word(rest); word != NULL; word = parser_word(rest)) {
		if (!deployment_word(parser, deployment, word)) {
			parser_fail(parser, "unknown word '%s'", word);
		}
	}
}

/* What is left of the line, as it stands. */
static const char *rest_of_line(char **rest) {
	const char *text = *rest != NULL ? *rest + strspn(*rest, PARSER_BLANKS) : "";
	*rest = NULL;
	return text;
}

static void parse_reason(struct parser *parser, char **rest) {
	struct service *service = need_service(parser);
	if (service != NULL) {
		set_text(&service->deployments[service->deployment_count - 1].reason,
			rest_of_line(rest));
	}
}

static void parse_event(struct parser *parser, char **rest) {
	struct service *service = need_service(parser);
	const char *age = parser_need(parser, rest, "the event's age");
	if (service == NULL) {
		return;
	}
	service->events = must_grow(service->events,
		(service->event_count + 1) * sizeof(*service->events));
	service->events[service->event_count++] = (struct event){.at = parser_age(parser, age),
		.message = must_copy(rest_of_line(rest))};
}

static void parse_points(struct parser *parser, struct series *series, char *list) {
	char *rest = NULL;
	for (char *item = strtok_r(list, ",", &rest); item != NULL;
		item = strtok_r(NULL, ",", &rest)) {
		char *colon = strchr(item, ':');
		if (colon == NULL) {
			parser_fail(parser, "'%s' is not MINUTES_AGO:VALUE", item);
			return;
		}
		*colon = '\0';
		char *hyphen = strchr(item, '-');
		if (hyphen != NULL) {
			*hyphen = '\0';
		}
		int64_t first = parser_count(parser, item);
		int64_t last = hyphen != NULL ? parser_count(parser, hyphen + 1) : first;
		double value = read_value(parser, colon + 1);
		for (int64_t ago = first; ago >= last; ago--) {
			series_add(series, parser->start / 60 - ago, value);
		}
	}
}

static void parse_csv(struct parser *parser, struct series *series, const char *file) {
	struct text path = {0};
	text_addf(&path, "%s%s", file[0] == '/' ? "" : parser->directory, file);
	struct text why = {0};
	if (!csv_read(text_string(&path), parser->start / 60, series, &why)) {
		parser_fail(parser, "%s", text_string(&why));
	}
	text_free(&path);
	text_free(&why);
}

static void series_word(struct parser *parser, struct series *series, char *word) {
	const char *value = NULL;
	if ((value = parser_value(word, "flat")) != NULL) {
		series->flat = read_value(parser, value);
		series->is_flat = true;
	} else if (parser_value(word, "points") != NULL) {
		parse_points(parser, series, word + strlen("points="));
	} else if ((value = parser_value(word, "until")) != NULL) {
		series->until_minute = parser->start / 60 - parser_count(parser, value);
	} else if ((value = parser_value(word, "since")) != NULL) {
		series->since_minute = parser->start / 60 - parser_count(parser, value);
	} else if ((value = parser_value(word, "csv")) != NULL) {
		parse_csv(parser, series, value);
	} else if (strcmp(word, "units=mixed") == 0) {
		series->has_mixed_units = true;
	} else {
		parser_fail(parser, "unknown word '%s'", word);
	}
}

static void parse_series(struct parser *parser, enum metric metric, char **rest) {
	if (parser->service == NULL) {
		parser_fail(parser, "a metric must follow a service");
		return;
	}
	struct series *series = &parser->service->metrics[metric];
	if (series->published) {
		parser_fail(parser, "the service has this metric already");
	}
	series->published = true;
	for (char *word = parser_word(rest); word != NULL; word = parser_word(rest)) {
		series_word(parser, series, word);
	}
	series_sort(series);
	if (!series->is_flat && series->count == 0) {
		parser_fail(parser, "a metric needs flat=, points= or csv=");
	}
}

static void set_once(struct parser *parser, char **field, char **rest, const char *what) {
	if (*field != NULL) {
		parser_fail(parser, "%s is given twice", what);
	}
	free(*field);
	*field = must_copy(parser_need(parser, rest, what));
	if (parser_word(rest) != NULL) {
		parser_fail(parser, "words follow %s", what);
	}
}

static void parse_line(struct parser *parser, char *line) {
	char *rest = NULL;
	const char *word = strtok_r(line, PARSER_BLANKS, &rest);
	if (word == NULL || word[0] == '#') {
		return;
	}
	if (strcmp(word, "account") == 0) {
		set_once(parser, &parser->account->id, &rest, "the account's number");
	} else if (strcmp(word, "partition") == 0) {
		set_once(parser, &parser->account->partition, &rest, "the partition");
	} else if (strcmp(word, "cluster") == 0) {
		parse_cluster(parser, &rest);
	} else if (strcmp(word, "service") == 0) {
		parse_service(parser, &rest);
	} else if (strcmp(word, "deployment") == 0) {
		parse_deployment(parser, &rest);
	} else if (strcmp(word, "reason") == 0) {
		parse_reason(parser, &rest);
	} else if (strcmp(word, "event") == 0) {
		parse_event(parser, &rest);
	} else if (strcmp(word, "cpu") == 0) {
		parse_series(parser, CPU, &rest);
	} else if (strcmp(word, "memory") == 0) {
		parse_series(parser, MEMORY, &rest);
	} else if (strcmp(word, "ebs") == 0) {
		parse_series(parser, EBS, &rest);
	} else if (!identity_parse_line(parser, word, &rest)) {
		parser_fail(parser, "unknown word '%s'", word);
	}
}

static void finish_cluster(struct parser *parser, struct cluster *cluster, uint64_t seed) {
	const struct service *twice = cluster_index(cluster);
	if (twice != NULL) {
		parser->line = twice->line;
		parser_fail(parser, "cluster %s has two services %s", cluster->name, twice->name);
	}
	size_t *order = must_alloc(cluster->count * sizeof(*order));
	dice_order(seed, order, cluster->count);
	for (size_t i = 0; i < cluster->count; i++) {
		struct service *service = cluster->by_name[order[i]];
		for (size_t m = 0; m < METRICS; m++) {
			service->metrics[m].of_several_tasks = service->running > 1;
		}
		cluster->services[i] = service;
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
		parser_fail(&parser, "there is no account line");
	}
	if (account->partition == NULL) {
		account->partition = must_copy("aws");
	}
	identity_parse_end(&parser);
	for (size_t i = 0; i < account->cluster_count; i++) {
		finish_cluster(&parser, account->clusters[i], seed);
	}
	return !parser.failed;
}
