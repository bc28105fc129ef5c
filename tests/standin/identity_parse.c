/* The lines of the account file about identities:
 *
 *   key ID SECRET [token=TOKEN] [user=NAME] [expires=AGE] [deny=ecs:DescribeServices,...]
 *     [because=with_an_explicit_deny_in_a_service_control_policy]
 *   role ARN [trusts=KEY_ID|ROLE_ARN,...] [external-id=ID] [max-duration=SECONDS]
 *     [lifetime=SECONDS] [deny=...]
 *   web-identity TOKEN [roles=ARN,...] [subject=NAME] [state=good|expired|rejected]
 *   sso-role ACCOUNT NAME [lifetime=SECONDS] [deny=...]
 *   sso-token ACCESS_TOKEN [expires=AGE]
 *   sso-client ID SECRET [expires=AGE]
 *   sso-refresh REFRESH_TOKEN [client=ID] [expires=AGE]
 *
 * A key without token= is a long-term one. because= ends the messages of its denials, with blanks
 * in place of "_". Without trusts= a role trusts every key of the account;
 * max-duration= (3600 unless given) bounds what may be asked for, lifetime= is how long its
 * sessions live whatever was asked for. An expiry is an age as above, or such as +90s for one to
 * come. */
#define _POSIX_C_SOURCE 200809L
#include "identity_parse.h"

#include <stdlib.h>
#include <string.h>

#define ROLE_ARN_MIN 20

static void replace(char **field, const char *value) {
	free(*field);
	*field = must_copy(value);
}

static void parse_denied(struct parser *parser, bool denied[OPERATIONS], const char *list) {
	while (*list != '\0') {
		size_t length = strcspn(list, ",");
		bool known = false;
		for (size_t i = 0; i < OPERATIONS; i++) {
			const char *action = operations[i].action;
			if (strlen(action) == length && strncmp(action, list, length) == 0) {
				denied[i] = known = true;
			}
		}
		if (!known) {
			parser_fail(parser, "unknown action '%.*s'", (int)length, list);
		}
		list += length + (list[length] == ',');
	}
}

static void unknown(struct parser *parser, const char *word) {
	parser_fail(parser, "unknown word '%s'", word);
}

static void parse_key(struct parser *parser, char **rest) {
	struct identity *identity = &parser->account->identity;
	const char *id = parser_need(parser, rest, "the key's id");
	if (identity_key(identity, id) != NULL) {
		parser_fail(parser, "key %s exists already", id);
	}
	size_t size = (identity->key_count + 1) * sizeof(*identity->keys);
	identity->keys = must_grow(identity->keys, size);
	struct key *key = &identity->keys[identity->key_count++];
	*key = (struct key){.id = must_copy(id), .user = must_copy("nagios")};
	key->secret = must_copy(parser_need(parser, rest, "the key's secret"));
	const char *value = NULL;
	for (const char *word = parser_word(rest); word != NULL; word = parser_word(rest)) {
		if ((value = parser_value(word, "token")) != NULL) {
			replace(&key->token, value);
		} else if ((value = parser_value(word, "user")) != NULL) {
			replace(&key->user, value);
		} else if ((value = parser_value(word, "expires")) != NULL) {
			key->expires = parser_age(parser, value);
		} else if ((value = parser_value(word, "deny")) != NULL) {
			parse_denied(parser, key->denied, value);
		} else if ((value = parser_value(word, "because")) != NULL) {
			replace(&key->because, value);
			for (char *c = key->because; (c = strchr(c, '_')) != NULL; c++) {
				*c = ' ';
			}
		} else {
			unknown(parser, word);
		}
	}
}

static void parse_role(struct parser *parser, char **rest) {
	struct identity *identity = &parser->account->identity;
	const char *arn = parser_need(parser, rest, "the role's ARN");
	if (strncmp(arn, "arn:", 4) != 0 || strlen(arn) < ROLE_ARN_MIN ||
		strstr(arn, ":role/") == NULL) {
		parser_fail(parser, "'%s' is not the ARN of a role", arn);
	}
	if (identity_role(identity, arn) != NULL) {
		parser_fail(parser, "role %s exists already", arn);
	}
	size_t size = (identity->role_count + 1) * sizeof(*identity->roles);
	identity->roles = must_grow(identity->roles, size);
	struct role *role = &identity->roles[identity->role_count++];
	*role = (struct role){.arn = must_copy(arn), .max_duration = 3600};
	const char *value = NULL;
	for (const char *word = parser_word(rest); word != NULL; word = parser_word(rest)) {
		if ((value = parser_value(word, "trusts")) != NULL) {
			replace(&role->trusts, value);
		} else if ((value = parser_value(word, "external-id")) != NULL) {
			replace(&role->external_id, value);
		} else if ((value = parser_value(word, "max-duration")) != NULL) {
			role->max_duration = parser_count(parser, value);
		} else if ((value = parser_value(word, "lifetime")) != NULL) {
			role->lifetime = parser_count(parser, value);
		} else if ((value = parser_value(word, "deny")) != NULL) {
			parse_denied(parser, role->denied, value);
		} else {
			unknown(parser, word);
		}
	}
}

static enum web_state read_state(struct parser *parser, const char *word) {
	if (strcmp(word, "expired") == 0) {
		return WEB_EXPIRED;
	}
	if (strcmp(word, "rejected") == 0) {
		return WEB_REJECTED;
	}
	if (strcmp(word, "good") != 0) {
		parser_fail(parser, "state= is good, expired or rejected");
	}
	return WEB_GOOD;
}

static void parse_web_identity(struct parser *parser, char **rest) {
	struct identity *identity = &parser->account->identity;
	size_t size = (identity->web_token_count + 1) * sizeof(*identity->web_tokens);
	identity->web_tokens = must_grow(identity->web_tokens, size);
	struct web_token *token = &identity->web_tokens[identity->web_token_count++];
	*token = (struct web_token){.subject = must_copy("system:serviceaccount:ns:monitoring")};
	token->text = must_copy(parser_need(parser, rest, "the token"));
	const char *value = NULL;
	for (const char *word = parser_word(rest); word != NULL; word = parser_word(rest)) {
		if ((value = parser_value(word, "roles")) != NULL) {
			replace(&token->roles, value);
		} else if ((value = parser_value(word, "subject")) != NULL) {
			replace(&token->subject, value);
		} else if ((value = parser_value(word, "state")) != NULL) {
			token->state = read_state(parser, value);
		} else {
			unknown(parser, word);
		}
	}
}

static void parse_assignment(struct parser *parser, char **rest) {
	struct identity *identity = &parser->account->identity;
	size_t size = (identity->assignment_count + 1) * sizeof(*identity->assignments);
	identity->assignments = must_grow(identity->assignments, size);
	struct assignment *assignment = &identity->assignments[identity->assignment_count++];
	*assignment = (struct assignment){.lifetime = 3600};
	assignment->account = must_copy(parser_need(parser, rest, "the account's number"));
	assignment->role_name = must_copy(parser_need(parser, rest, "the role's name"));
	const char *value = NULL;
	for (const char *word = parser_word(rest); word != NULL; word = parser_word(rest)) {
		if ((value = parser_value(word, "lifetime")) != NULL) {
			assignment->lifetime = parser_count(parser, value);
		} else if ((value = parser_value(word, "deny")) != NULL) {
			parse_denied(parser, assignment->denied, value);
		} else {
			unknown(parser, word);
		}
	}
}

static void parse_client(struct parser *parser, char **rest) {
	struct identity *identity = &parser->account->identity;
	size_t size = (identity->client_count + 1) * sizeof(*identity->clients);
	identity->clients = must_grow(identity->clients, size);
	struct client *client = &identity->clients[identity->client_count++];
	*client = (struct client){.id = must_copy(parser_need(parser, rest, "the client's id"))};
	client->secret = must_copy(parser_need(parser, rest, "the client's secret"));
	const char *value = NULL;
	for (const char *word = parser_word(rest); word != NULL; word = parser_word(rest)) {
		if ((value = parser_value(word, "expires")) != NULL) {
			client->expires = parser_age(parser, value);
		} else {
			unknown(parser, word);
		}
	}
}

static void parse_grant(struct parser *parser, char **rest, enum grant_kind kind) {
	struct identity *identity = &parser->account->identity;
	size_t size = (identity->grant_count + 1) * sizeof(*identity->grants);
	identity->grants = must_grow(identity->grants, size);
	struct grant *grant = &identity->grants[identity->grant_count++];
	*grant = (struct grant){kind, .text = must_copy(parser_need(parser, rest, "the token"))};
	const char *value = NULL;
	for (const char *word = parser_word(rest); word != NULL; word = parser_word(rest)) {
		if ((value = parser_value(word, "expires")) != NULL) {
			grant->expires = parser_age(parser, value);
		} else if (kind == GRANT_REFRESH &&
			(value = parser_value(word, "client")) != NULL) {
			replace(&grant->client, value);
		} else {
			unknown(parser, word);
		}
	}
}

bool identity_parse_line(struct parser *parser, const char *word, char **rest) {
	if (strcmp(word, "key") == 0) {
		parse_key(parser, rest);
	} else if (strcmp(word, "role") == 0) {
		parse_role(parser, rest);
	} else if (strcmp(word, "web-identity") == 0) {
		parse_web_identity(parser, rest);
	} else if (strcmp(word, "sso-role") == 0) {
		parse_assignment(parser, rest);
	} else if (strcmp(word, "sso-client") == 0) {
		parse_client(parser, rest);
	} else if (strcmp(word, "sso-token") == 0) {
		parse_grant(parser, rest, GRANT_ACCESS);
	} else if (strcmp(word, "sso-refresh") == 0) {
		parse_grant(parser, rest, GRANT_REFRESH);
	} else {
		return false;
	}
	return true;
}

void identity_parse_end(struct parser *parser) {
	const struct account *account = parser->account;
	for (size_t i = 0; i < account->identity.key_count; i++) {
		struct key *key = &account->identity.keys[i];
		struct text arn = {0};
		text_addf(&arn, "arn:%s:iam::%s:user/%s", account->partition,
			account->id != NULL ? account->id : "", key->user);
		key->principal = arn.data;
		key->unique_id = identity_unique_id("AIDA", key->principal);
	}
}
