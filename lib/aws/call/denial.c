#include "config.h"

#include "aws/call/denial.h"

#include "base/text.h"

#include <string.h>

/* --- AWS's words --- */

/* How AWS names a kind of policy, behind "in a" or "because no". */
static const struct {
	const char *words;
	enum denial_policy policy;
} kinds[] = {
	{"identity-based policy", DENIAL_IDENTITY},
	{"service control policy", DENIAL_SERVICE_CONTROL},
	{"resource control policy", DENIAL_RESOURCE_CONTROL},
	{"permissions boundary", DENIAL_BOUNDARY},
	{"session policy", DENIAL_SESSION},
	{"resource-based policy", DENIAL_RESOURCE},
	{"role trust policy", DENIAL_TRUST},
	{"trust policy", DENIAL_TRUST},
	{"vpc endpoint policy", DENIAL_VPC_ENDPOINT},
};

static bool begins_with(const char *text, const char *words) {
	return text_equal_nocase(text, words, strlen(words));
}

/* The kind that the text begins with, perhaps behind an article. */
static enum denial_policy read_kind(const char *text) {
	static const char *const articles[] = {"an ", "a ", "the "};
	for (size_t i = 0; i < sizeof articles / sizeof articles[0]; i++) {
		if (begins_with(text, articles[i])) {
			text += strlen(articles[i]);
			break;
		}
	}
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (begins_with(text, kinds[i].words))
			return kinds[i].policy;
	return DENIAL_UNNAMED;
}

/* Behind the last occurrence: what stands before may hold names. NULL: none. */
static const char *behind_last(const char *text, const char *words) {
	const char *found = NULL;
	for (const char *at = text; (at = text_find_nocase(at, words)) != NULL;)
		found = at += strlen(words);
	return found;
}

static void set_account(struct denial_owner *out, const char *s, size_t n) {
	if (n != DENIAL_ACCOUNT_BYTES - 1 || strspn(s, "0123456789") < n)
		return;
	memcpy(out->account, s, n);
	out->account[n] = '\0';
}

/* All partitions are "aws", alone or with more words. */
static void set_partition(struct denial_owner *out, const char *s, size_t n) {
	if (n >= DENIAL_PARTITION_BYTES || !text_starts_with(s, "aws") ||
		strspn(s, "abcdefghijklmnopqrstuvwxyz-") < n)
		return;
	memcpy(out->partition, s, n);
	out->partition[n] = '\0';
}

/* arn:PARTITION:SERVICE:REGION:ACCOUNT:... */
static void read_arn(const char *text, struct denial_owner *out) {
	enum { PARTITION = 1, ACCOUNT = 4 };
	if (!text_starts_with(text, "arn:"))
		return;
	for (int field = 0; field <= ACCOUNT; field++) {
		size_t n = strcspn(text, ": ");
		if (field == PARTITION)
			set_partition(out, text, n);
		else if (field == ACCOUNT)
			set_account(out, text, n);
		if (text[n] != ':')
			return;
		text += n + 1;
	}
}

static void read_owner(const char *message, const char *words, struct denial_owner *out) {
	const char *arn = text_find_nocase(message, words);
	if (arn)
		read_arn(arn + strlen(words), out);
}

/* ECS's words for an ARN of another account. */
static void read_identifier(const char *message, struct denial *out) {
	static const char theirs[] = "Identifier is for ";
	static const char ours[] = "Your accountId is ";
	const char *resource = text_find_nocase(message, theirs);
	const char *caller = text_find_nocase(message, ours);
	if (!resource || !caller)
		return;
	resource += sizeof theirs - 1;
	caller += sizeof ours - 1;
	set_account(&out->resource, resource, strspn(resource, "0123456789"));
	set_account(&out->caller, caller, strspn(caller, "0123456789"));
}

void denial_read(const char *message, struct denial *out) {
	*out = (struct denial){.policy = DENIAL_UNNAMED};
	const char *deny = behind_last(message, "with an explicit deny");
	const char *none = behind_last(message, "because no ");
	if (deny) {
		out->is_explicit = true;
		if (text_starts_with(deny, " in "))
			out->policy = read_kind(deny + strlen(" in "));
	} else if (none) {
		out->policy = read_kind(none);
	}
	read_owner(message, "User: ", &out->caller);
	read_owner(message, "on resource: ", &out->resource);
	read_identifier(message, out);
}

/* --- what to do --- */

static bool differ(const char *a, const char *b) {
	return *a && *b && strcmp(a, b) != 0;
}

bool denial_is_other_account(const struct denial *d) {
	return differ(d->caller.account, d->resource.account);
}

bool denial_is_other_partition(const struct denial *d) {
	return differ(d->caller.partition, d->resource.partition);
}

static void advise_owner(const struct denial *d, const char *action, const char *who,
	struct buf *out) {
	bool partition = denial_is_other_partition(d);
	buf_addf(out, "%s is asked for in %s %s, but %s is of %s: use keys or a role of %s", action,
		partition ? "partition" : "account",
		partition ? d->resource.partition : d->resource.account, who,
		partition ? d->caller.partition : d->caller.account,
		partition ? d->resource.partition : d->resource.account);
}

void denial_advise(const struct denial *d, const char *action, const char *who, struct buf *out) {
	const char *verb = d->is_explicit ? "denies" : "does not allow";
	bool is_assumed = text_starts_with(action, "sts:");
	/* Roles of other accounts are assumed all the time, and an explicit deny is what it is. */
	bool by_owner = denial_is_other_account(d) || denial_is_other_partition(d);
	if (by_owner && !d->is_explicit && !is_assumed) {
		advise_owner(d, action, who, out);
		return;
	}
	switch (d->policy) {
	case DENIAL_SERVICE_CONTROL:
	case DENIAL_RESOURCE_CONTROL:
		buf_addf(out,
			"a %s control policy %s %s for %s: only an administrator of the AWS organization can change that",
			d->policy == DENIAL_SERVICE_CONTROL ? "service" : "resource", verb, action,
			who);
		break;
	case DENIAL_BOUNDARY:
		buf_addf(out,
			"the permissions boundary %s %s for %s: change the boundary; a policy alone does not help",
			verb, action, who);
		break;
	case DENIAL_SESSION:
		buf_addf(out,
			"the session policy %s %s for %s: change it where these keys are issued",
			verb, action, who);
		break;
	case DENIAL_RESOURCE:
	case DENIAL_TRUST:
		buf_addf(out, "the %s policy %s %s for %s: change it there",
			d->policy == DENIAL_TRUST || is_assumed ? "role's trust" : "resource's",
			verb, action, who);
		break;
	case DENIAL_VPC_ENDPOINT:
		buf_addf(out,
			"the policy of the VPC endpoint %s %s for %s: change it at the endpoint",
			verb, action, who);
		break;
	default:
		if (d->is_explicit)
			buf_addf(out,
				"%s policy denies %s for %s: remove that Deny; an Allow does not outweigh it",
				d->policy == DENIAL_IDENTITY ? "an identity-based" : "a", action,
				who);
		else
			buf_addf(out, "add the IAM action %s for %s", action, who);
		break;
	}
}
