#define _POSIX_C_SOURCE 200809L
#include "identifier.h"

#include <string.h>

#include "schema.h"

#define NAME_MAX_LENGTH 255

static void refuse(struct call *call, const char *what) {
	answer_error(&call->answer, 400, "InvalidParameterException", "Invalid identifier: %s",
		what);
}

/* What follows `prefix` in `text`; NULL if it does not begin so. */
static const char *after(const char *text, const char *prefix) {
	size_t length = strlen(prefix);
	return text != NULL && strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

/* ECS's words for an ARN of another account name both. */
static void refuse_owner(struct call *call, const char *arn) {
	const char *at = arn;
	for (int field = 0; field < 4 && at != NULL; field++) {
		at = strchr(at, ':');
		at = at != NULL ? at + 1 : NULL;
	}
	size_t length = at != NULL ? strspn(at, "0123456789") : 0;
	const char *own = call->server->account.id;
	if (length == 12 && strncmp(at, own, length) != 0) {
		answer_error(&call->answer, 400, "InvalidParameterException",
			"Identifier is for %.*s. Your accountId is %s", (int)length, at, own);
	} else {
		refuse(call, "Identifier is for another partition or region.");
	}
}

/* The part of an ARN behind partition, region and account; NULL with the error in the answer if
 * they are not the caller's. */
static const char *own_resource(struct call *call, const char *arn) {
	const struct account *account = &call->server->account;
	struct text own = {0};
	text_addf(&own, "arn:%s:ecs:%s:%s:", account->partition, call->claim.region, account->id);
	const char *resource = after(arn, text_string(&own));
	text_free(&own);
	if (resource == NULL) {
		refuse_owner(call, arn);
	}
	return resource;
}

const struct cluster *identify_cluster(struct call *call) {
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *text = json_string(call->body, "cluster");
	const char *name = text != NULL ? text : "default";
	if (after(name, "arn:") != NULL) {
		name = own_resource(call, name);
		if (name == NULL) {
			return NULL;
		}
		name = after(name, "cluster/");
		if (name == NULL) {
			refuse(call, "Identifier is not for a cluster.");
			return NULL;
		}
	}
	const struct cluster *cluster = account_cluster(&call->server->account, call->claim.region,
		name);
	size_t length = strlen(name);
	if (cluster != NULL) {
		return cluster;
	}
	if (length == 0 || length > NAME_MAX_LENGTH || strspn(name, letters) != length) {
		refuse(call, "Unexpected character or length in cluster.");
	} else {
		answer_error(&call->answer, 400, "ClusterNotFoundException", "Cluster not found.");
	}
	return NULL;
}

const char *identify_service(struct call *call, const struct cluster *cluster, const char *text) {
	const char *name = text;
	if (after(text, "arn:") != NULL) {
		const char *resource = own_resource(call, text);
		if (resource == NULL) {
			return NULL;
		}
		name = after(resource, "service/");
		size_t length = strlen(cluster->name);
		if (name != NULL && strncmp(name, cluster->name, length) == 0 &&
			name[length] == '/') {
			name += length + 1;
		}
	}
	if (name == NULL || *name == '\0' || strchr(name, '/') != NULL) {
		refuse(call, "Identifier is not for a service of this cluster.");
		return NULL;
	}
	return name;
}
