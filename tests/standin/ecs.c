#define _POSIX_C_SOURCE 200809L
#include "ecs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "describe.h"
#include "identifier.h"
#include "schema.h"

#define PAGE_MAX     100
#define SERVICES_MAX 10

static const struct member list_clusters_members[] = {
	{"nextToken", STRING, NULL},
	{"maxResults", INTEGER, NULL},
	{NULL, STRING, NULL},
};

static const struct member list_services_members[] = {
	{"cluster", STRING, NULL},
	{"nextToken", STRING, NULL},
	{"maxResults", INTEGER, NULL},
	{"launchType", STRING, NULL},
	{"schedulingStrategy", STRING, NULL},
	{"resourceManagementType", STRING, NULL},
	{NULL, STRING, NULL},
};

static const struct member describe_services_members[] = {
	{"cluster", STRING, NULL},
	{"services", STRINGS, NULL},
	{"include", STRINGS, NULL},
	{NULL, STRING, NULL},
};

static bool check_members(struct call *call, const struct member *members) {
	struct text why = {0};
	bool known = schema_check(call->body, members, &why);
	if (!known) {
		answer_error(&call->answer, 400, "SerializationException", "%s: %s",
			call->operation->name, why.data);
	}
	text_free(&why);
	return known;
}

static bool invalid(struct call *call, const char *message) {
	answer_error(&call->answer, 400, "InvalidParameterException", "%s", message);
	return false;
}

/* One List request: `total` items in all, of which the page covers `count` from `first` on. */
struct listing {
	size_t page_size, total, first, count;
	unsigned char binding[BINDING_SIZE];
};

/* Find the first item, from the token if there is one. `subject` is what else the token is bound to
 * beside operation, region and page size. */
static bool listing_begin(struct listing *listing, struct call *call, size_t fallback,
	const char *subject) {
	int64_t page_size = json_integer(call->body, "maxResults", (int64_t)fallback);
	if (page_size < 1 || page_size > PAGE_MAX) {
		return invalid(call, "maxResults must be between 1 and 100");
	}
	struct text request = {0};
	text_addf(&request, "%s\n%s\n%d\n%s", call->operation->name, call->claim.region,
		(int)page_size, subject);
	tokens_bind(text_string(&request), listing->binding);
	text_free(&request);
	const char *token = json_string(call->body, "nextToken");
	struct place place = {0};
	if (token != NULL && !tokens_find(&call->server->tokens, listing->binding, token, &place)) {
		return invalid(call, "Invalid token");
	}
	size_t bound = call->server->settings.page_size;
	listing->page_size = (size_t)page_size < bound ? (size_t)page_size : bound;
	listing->first = place.item;
	return true;
}

/* Decide how many items the page holds, and open the answer with them as the member `name`. */
static cJSON *listing_open(struct listing *listing, struct call *call, cJSON *root, size_t total,
	const char *name) {
	struct dice *dice = &call->server->dice;
	size_t left = total - listing->first;
	listing->total = total;
	listing->count = left < listing->page_size ? left : listing->page_size;
	if (call->server->settings.short_pages) {
		bool none = dice_below(dice, 4) == 0;
		listing->count = none ? 0 : dice_below(dice, listing->count + 1);
	}
	return cJSON_AddArrayToObject(root, name);
}

static void answer_json(struct call *call, cJSON *root) {
	char *body = cJSON_PrintUnformatted(root);
	answer_plain(&call->answer, 200, call->operation->content_type, body);
	cJSON_free(body);
	cJSON_Delete(root);
}

/* Close the answer, with a token if items are left; short pages have one now and then if not. */
static void listing_close(struct listing *listing, struct call *call, cJSON *root) {
	struct server *server = call->server;
	struct place place = {.item = listing->first + listing->count};
	bool goes_on = place.item < listing->total ||
		(server->settings.short_pages && dice_below(&server->dice, 4) == 0);
	if (goes_on) {
		char token[TOKEN_SIZE];
		tokens_issue(&server->tokens, &server->dice, listing->binding, &place, token);
		cJSON_AddStringToObject(root, "nextToken", token);
	}
	answer_json(call, root);
}

static void add_arn(cJSON *list, struct text *arn) {
	cJSON_AddItemToArray(list, cJSON_CreateString(text_string(arn)));
	text_free(arn);
}

void ecs_list_clusters(struct call *call) {
	const struct account *account = &call->server->account;
	struct listing listing;
	if (!check_members(call, list_clusters_members) ||
		!listing_begin(&listing, call, PAGE_MAX, "")) {
		return;
	}
	size_t total = 0;
	for (size_t i = 0; i < account->cluster_count; i++) {
		total += strcmp(account->clusters[i]->region, call->claim.region) == 0;
	}
	cJSON *root = cJSON_CreateObject();
	cJSON *list = listing_open(&listing, call, root, total, "clusterArns");
	size_t position = 0;
	for (size_t i = 0; i < account->cluster_count; i++) {
		const struct cluster *cluster = account->clusters[i];
		if (strcmp(cluster->region, call->claim.region) != 0) {
			continue;
		}
		if (position >= listing.first && position < listing.first + listing.count) {
			struct text arn = {0};
			account_cluster_arn(account, cluster, &arn);
			add_arn(list, &arn);
		}
		position++;
	}
	listing_close(&listing, call, root);
}

/* Every service is one of Fargate, replicated, managed by its owner: a filter takes all or none. */
static bool filter(struct call *call, const char *member, const char *const values[], bool *takes) {
	const char *wanted = json_string(call->body, member);
	if (wanted == NULL) {
		return true;
	}
	for (size_t i = 0; values[i] != NULL; i++) {
		if (strcmp(wanted, values[i]) == 0) {
			*takes = *takes && i == 0;
			return true;
		}
	}
	struct text message = {0};
	text_addf(&message, "%s has an unknown value", member);
	invalid(call, text_string(&message));
	text_free(&message);
	return false;
}

static bool filters(struct call *call, bool *takes) {
	static const char *const types[] = {"FARGATE", "EC2", "EXTERNAL", "MANAGED_INSTANCES",
		NULL};
	static const char *const strategies[] = {"REPLICA", "DAEMON", NULL};
	static const char *const managers[] = {"CUSTOMER", "ECS", NULL};
	*takes = true;
	return filter(call, "launchType", types, takes) &&
		filter(call, "schedulingStrategy", strategies, takes) &&
		filter(call, "resourceManagementType", managers, takes);
}

static const char *or_empty(const char *string) {
	return string != NULL ? string : "";
}

void ecs_list_services(struct call *call) {
	bool takes = true;
	if (!check_members(call, list_services_members) || !filters(call, &takes)) {
		return;
	}
	const struct cluster *cluster = identify_cluster(call);
	if (cluster == NULL) {
		return;
	}
	struct text subject = {0};
	text_addf(&subject, "%s\n%s\n%s\n%s", cluster->name,
		or_empty(json_string(call->body, "launchType")),
		or_empty(json_string(call->body, "schedulingStrategy")),
		or_empty(json_string(call->body, "resourceManagementType")));
	struct listing listing;
	bool begun = listing_begin(&listing, call, 10, text_string(&subject));
	text_free(&subject);
	if (!begun) {
		return;
	}
	cJSON *root = cJSON_CreateObject();
	size_t total = takes ? cluster->count : 0;
	cJSON *list = listing_open(&listing, call, root, total, "serviceArns");
	for (size_t i = 0; i < listing.count; i++) {
		struct text arn = {0};
		const char *name = cluster->services[listing.first + i]->name;
		account_service_arn(&call->server->account, cluster, name, &arn);
		add_arn(list, &arn);
	}
	listing_close(&listing, call, root);
}

static bool check_includes(struct call *call) {
	const cJSON *item = NULL;
	cJSON_ArrayForEach(item, json_member(call->body, "include")) {
		if (strcmp(item->valuestring, "TAGS") != 0) {
			return invalid(call, "include has an unknown value");
		}
	}
	return true;
}

void ecs_describe_services(struct call *call) {
	if (!check_members(call, describe_services_members) || !check_includes(call)) {
		return;
	}
	const struct cluster *cluster = identify_cluster(call);
	if (cluster == NULL) {
		return;
	}
	const cJSON *names = json_member(call->body, "services");
	int count = cJSON_GetArraySize(names);
	if (count < 1 || count > SERVICES_MAX) {
		invalid(call,
			count < 1 ? "Services cannot be empty."
				  : "service names can have at most 10 items.");
		return;
	}
	cJSON *root = cJSON_CreateObject();
	cJSON *services = cJSON_AddArrayToObject(root, "services");
	cJSON *failures = cJSON_AddArrayToObject(root, "failures");
	size_t order[SERVICES_MAX];
	dice_order(dice_next(&call->server->dice), order, (size_t)count);
	for (int i = 0; i < count; i++) {
		const char *text = cJSON_GetArrayItem(names, (int)order[i])->valuestring;
		const char *name = identify_service(call, cluster, text);
		if (name == NULL) {
			cJSON_Delete(root);
			return;
		}
		const struct service *service = cluster_service(cluster, name);
		if (service == NULL || service->missing) {
			cJSON_AddItemToArray(failures,
				describe_missing(call->server, cluster, name));
		} else {
			cJSON_AddItemToArray(services,
				describe_service(call->server, cluster, service));
		}
	}
	answer_json(call, root);
}
