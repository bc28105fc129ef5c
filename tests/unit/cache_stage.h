/* A stage for the credential cache: a stand-in for AWS, and the directory below the test's own. */
#ifndef UNIT_CACHE_STAGE_H
#define UNIT_CACHE_STAGE_H

#include "support.h"

#include "aws/identity/cache.h"
#include "base/crypto.h"

#include <signal.h>
#include <sys/types.h>

enum { NOW_S = 1767225600 /* 2026-01-01T00:00:00Z */, HOUR_S = 3600, LINE_BYTES = 1024 };

#define IDENTITY "assume-role\nsource=AKIAEXAMPLE\nrole=arn:aws:iam::123456789012:role/\"R\n"
#define JSON_IDENTITY \
	"assume-role\\nsource=AKIAEXAMPLE\\nrole=arn:aws:iam::123456789012:role/\\\"R\\n"
/* SHA-256 of IDENTITY, computed with sha256sum. */
#define HASH   "418b319306d089189cd1c312ce3bf5fe75e03f49c35b3b41662180d8084ef520"
#define FOLDER "cache/check_ecs_bottleneck"

/* Stands for AWS: what it answers, and how often it was asked. */
struct source {
	const char *id;     /* NULL: it fails */
	enum err_code code; /* then */
	int64_t lives_s;
	int calls;
	const char *tally; /* a file that gets a byte for each call, or NULL */
	int takes_ms;
	int64_t deadline_ms; /* that it was given; seen_ms of it is left when it is asked */
	int64_t seen_ms;
};

/* What the runs are given; begin() sets them: the clock at NOW_S, 30 s of time. */
extern struct clock host_clock;
extern volatile sig_atomic_t stop;
extern struct buf trace;
extern const char *spent;
extern bool no_cache;
extern int64_t limit_ms;

/* Begins with an empty trace, and XDG_CACHE_HOME below the scratch directory. stage_end frees. */
void begin(void);
int stage_end(void **state);

struct provider_context context_now(void);
void clock_at(int64_t s);
void wait_ms(int ms);

/* Asks AWS, for struct cache_request; asks the cache, with the AWS CLI's name or NULL. */
int fetch(void *ctx, struct keys *out, struct err *e);
int asked(struct source *s, const char *cli, struct keys *out, struct err *e);

/* Asks the cache and expects a key; the number of calls to AWS that it took comes back. */
int calls_for(struct source *s, const char *wanted_id, const char *what);

/* Where the entry is; writes one as the documents describe it; a good one, made a minute ago, with
 * an hour to live and the key ASIAOLD. */
const char *entry_path(void);
void put_entry(const char *name, const char *version, const char *identity, const char *id,
	int64_t made_s, int64_t expires_s);
void put_good_entry(void);

/* The same of any body, which the checksum closes. */
void put_text(const char *name, const char *body);

mode_t mode_of(const char *path);
int count_names(const char *path);

#endif
