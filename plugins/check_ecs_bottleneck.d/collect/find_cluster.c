#include "config.h"

#include "collect/find_cluster.h"

#include "aws/config/endpoint.h"
#include "aws/service/arn.h"
#include "base/text.h"
#include "collect/clusters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NAMES_SHOWN_CHARS = 400, MAX_NAME = 255, MAX_NAME_BYTES = 4 * MAX_NAME };

static int compare_arns(const void *a, const void *b) {
	const char *const *x = a;
	const char *const *y = b;
	return strcmp(*x, *y);
}

static int set_from_arn(struct target *t, const char *text, struct err *e) {
	struct arn arn;
	if (arn_parse(text, &arn))
		return err_set(e, ERR_SERVICE, "'%s' is not a valid ARN", text);
	t->cluster = text_dup(text, strlen(text));
	t->name = text_dup(arn.name, strlen(arn.name));
	(void)snprintf(t->account, sizeof t->account, "%s", arn.account);
	return t->cluster && t->name ? 0 : err_no_memory(e);
}

_Static_assert((int)TARGET_ACCOUNT_BYTES == (int)ARN_FIELD_BYTES, "a field of an ARN fits");

/* The names, cleaned, in the order of found; free with clusters_free. */
static int clean_names(const struct clusters *found, struct clusters *names, struct err *e) {
	names->arns = calloc(found->count, sizeof *names->arns);
	if (!names->arns)
		return err_no_memory(e);
	for (; names->count < found->count; names->count++) {
		const char *text = found->arns[names->count];
		struct arn arn;
		struct buf name;
		buf_init(&name, MAX_NAME_BYTES);
		text_add_clean(&name, arn_parse(text, &arn) == 0 ? arn.name : text, MAX_NAME);
		names->arns[names->count] = text_dup(buf_str(&name), name.len);
		buf_free(&name);
		if (!names->arns[names->count])
			return err_no_memory(e);
	}
	return 0;
}

static enum outcome ask_person(const struct target_chooser *chooser, const struct clusters *found,
	struct target *t, struct err *e) {
	char title[120];
	struct clusters names = {0};
	size_t index = 0;
	enum chooser_end end = CHOOSER_FAILED;
	(void)snprintf(title, sizeof title, "%zu clusters in %.60s: which one?", found->count,
		t->region);
	if (clean_names(found, &names, e) == 0)
		end = chooser->choose(chooser->ctx, title, (const char *const *)names.arns,
			names.count, &index, e);
	clusters_free(&names);
	if (end == CHOOSER_STOPPED)
		return OUTCOME_STOPPED;
	if (end == CHOOSER_CHOSEN && set_from_arn(t, found->arns[index], e) == 0)
		return OUTCOME_DONE;
	if (end == CHOOSER_LEFT)
		(void)err_set(e, ERR_USAGE, "no cluster was chosen: name one with -c");
	return OUTCOME_FAILED;
}

/* For scripts. Without memory there are fewer: the message has the first ones anyway. */
static void keep_choices(const struct clusters *found, struct target *t) {
	size_t most = found->count < TARGET_MAX_CHOICES ? found->count : TARGET_MAX_CHOICES;
	struct clusters names = {0};
	struct clusters some = *found;
	struct err ignored;
	some.count = most;
	(void)clean_names(&some, &names, &ignored);
	t->choices = names.arns;
	t->choice_count = names.count;
}

static int refuse_several(const struct clusters *found, struct target *t, struct err *e) {
	keep_choices(found, t);
	struct buf names;
	struct arn arn;
	buf_init(&names, 1024 * 1024);
	for (size_t i = 0; i < found->count; i++) {
		if (names.len > MAX_NAMES_SHOWN_CHARS) {
			buf_addf(&names, " and %zu more", found->count - i);
			break;
		}
		buf_adds(&names, i > 0 ? ", " : "");
		text_add_clean(&names,
			arn_parse(found->arns[i], &arn) == 0 ? arn.name : found->arns[i], MAX_NAME);
	}
	(void)err_set(e, ERR_USAGE, "%zu clusters in %s, name one with -c: %s", found->count,
		t->region, buf_str(&names));
	buf_free(&names);
	return -1;
}

static enum outcome choose_cluster(struct clusters *found, const struct target_chooser *chooser,
	struct target *t, struct err *e) {
	int rc;
	if (found->count > 1)
		qsort(found->arns, found->count, sizeof *found->arns, compare_arns);
	if (found->count > 1 && chooser->choose)
		return ask_person(chooser, found, t, e);
	if (found->count > 1)
		rc = refuse_several(found, t, e);
	else if (found->count == 1)
		rc = set_from_arn(t, found->arns[0], e);
	else
		rc = err_set(e, ERR_NOT_FOUND,
			"no ECS clusters in %s: check the region (-r) and the account (-p)",
			t->region);
	return rc ? OUTCOME_FAILED : OUTCOME_DONE;
}

static enum outcome find_cluster(struct client *client, const struct target_chooser *chooser,
	struct target *out, struct err *e) {
	struct clusters found;
	enum outcome how = clusters_list(client, out->region, true, NULL, &found, e);
	if (how == OUTCOME_DONE)
		how = choose_cluster(&found, chooser, out, e);
	clusters_free(&found);
	return how;
}

/* The console hosts of other partitions are not known for certain. */
static void set_console_host(struct target *t) {
	if (strcmp(partition_of(t->region), "aws") == 0)
		(void)snprintf(t->console_host, sizeof t->console_host, "%s.console.aws.amazon.com",
			t->region);
}

static int set_given(const struct choice *choice, struct target *out, struct err *e) {
	if (choice->cluster_account[0])
		return set_from_arn(out, choice->cluster, e);
	out->cluster = text_dup(choice->cluster, strlen(choice->cluster));
	out->name = text_dup(choice->cluster, strlen(choice->cluster));
	return out->cluster && out->name ? 0 : err_no_memory(e);
}

enum outcome target_resolve(const struct choice *choice, const char *region, struct client *client,
	const struct target_chooser *chooser, struct target *out, struct err *e) {
	*out = (struct target){.region = region};
	set_console_host(out);
	if (!choice->cluster)
		return find_cluster(client, chooser, out, e);
	return set_given(choice, out, e) ? OUTCOME_FAILED : OUTCOME_DONE;
}

void target_free(struct target *t) {
	free(t->cluster);
	free(t->name);
	for (size_t i = 0; i < t->choice_count; i++)
		free(t->choices[i]);
	free(t->choices);
	*t = (struct target){0};
}
