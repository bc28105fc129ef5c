#include "config.h"

#include "base/child.h"

#include "base/crypto.h"
#include "base/num.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	MAX_WAIT_MS = 250, /* the delay if a stop signal arrives just before the wait */
	EXIT_WAIT_MS = 5,  /* both pipes are closed: the exit is near */
	GRACE_MS = 200,    /* between SIGTERM and SIGKILL */
	GRACE_STEP_MS = 10,
	CHUNK_BYTES = 4096,
	LAST_CHUNKS = 64, /* read from each pipe after the exit: more than a pipe holds */
	USUAL_DESCRIPTORS = 1024,
	MAX_DESCRIPTORS = 65536 /* a limit may be in the billions */
};

#if !HAVE_DECL_ENVIRON
extern char **environ;
#endif

/* The child's descriptors. */
enum { INPUT, OUTPUT, LOG, DESCRIPTORS };

/* One of the two pipes. */
struct stream {
	int read_fd, write_fd; /* -1: closed */
	struct buf *into;
	bool may_drop; /* discards what exceeds the bound */
};

struct child {
	pid_t pid; /* also its process group */
	struct stream streams[2];
};

static void close_fd(int *fd) {
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/* --- start --- */

static void set_close_on_exec(int fd) {
	int flags = fcntl(fd, F_GETFD);
	if (flags >= 0)
		(void)fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
}

static void set_close_on_exec_up_to_limit(void) {
	long limit = sysconf(_SC_OPEN_MAX);
	int end = limit < 0               ? USUAL_DESCRIPTORS
		: limit > MAX_DESCRIPTORS ? MAX_DESCRIPTORS
					  : (int)limit;
	for (int fd = DESCRIPTORS; fd < end; fd++)
		set_close_on_exec(fd);
}

/* Libraries do not always set the flag, and the parent may have left descriptors open. /dev/fd
 * lists 0 to 2 only where the system has not mounted its file system (FreeBSD): the list is whole
 * if it has the descriptor that it is read from. */
static void set_all_close_on_exec(void) {
	DIR *open_ones = opendir("/dev/fd");
	bool is_whole = false;
	for (const struct dirent *d; open_ones && (d = readdir(open_ones)) != NULL;) {
		int64_t fd;
		if (num_parse_whole(d->d_name, strlen(d->d_name), INT32_MAX, &fd) ||
			fd < DESCRIPTORS)
			continue;
		is_whole = is_whole || fd == dirfd(open_ones);
		set_close_on_exec((int)fd);
	}
	if (!is_whole)
		set_close_on_exec_up_to_limit();
	if (open_ones)
		(void)closedir(open_ones);
}

static int open_stream(struct stream *s, struct buf *into) {
	int fds[2];
	if (pipe(fds))
		return -1;
	*s = (struct stream){.read_fd = fds[0], .write_fd = fds[1], .into = into};
	return fcntl(s->read_fd, F_SETFL, O_NONBLOCK);
}

static int set_attributes(posix_spawnattr_t *a) {
	sigset_t all, none;
	(void)sigfillset(&all);
	(void)sigdelset(&all, SIGKILL);
	(void)sigdelset(&all, SIGSTOP);
	(void)sigemptyset(&none);
	int rc = posix_spawnattr_setflags(a,
		POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	rc = rc ? rc : posix_spawnattr_setpgroup(a, 0);
	rc = rc ? rc : posix_spawnattr_setsigdefault(a, &all);
	return rc ? rc : posix_spawnattr_setsigmask(a, &none);
}

static int set_descriptors(posix_spawn_file_actions_t *f, const struct stream streams[2]) {
	int rc = posix_spawn_file_actions_addopen(f, INPUT, "/dev/null", O_RDONLY, 0);
	rc = rc ? rc : posix_spawn_file_actions_adddup2(f, streams[0].write_fd, OUTPUT);
	return rc ? rc : posix_spawn_file_actions_adddup2(f, streams[1].write_fd, LOG);
}

/* Signals are blocked until the child has been reported: otherwise the backstop could leave it
 * running. Returns an errno value. */
static int spawn(struct child *c, char *const argv[], const struct child_limits *limits,
	const posix_spawn_file_actions_t *f, const posix_spawnattr_t *a) {
	sigset_t all, before;
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &before);
	int rc = posix_spawnp(&c->pid, argv[0], f, a, argv, environ);
	if (rc == 0 && limits->started)
		limits->started(c->pid);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}

/* Returns an errno value. */
static int start(struct child *c, char *const argv[], const struct child_limits *limits) {
	posix_spawn_file_actions_t f;
	posix_spawnattr_t a;
	int rc = posix_spawn_file_actions_init(&f);
	if (rc)
		return rc;
	rc = posix_spawnattr_init(&a);
	if (rc == 0) {
		set_all_close_on_exec();
		rc = set_attributes(&a);
		rc = rc ? rc : set_descriptors(&f, c->streams);
		rc = rc ? rc : spawn(c, argv, limits, &f, &a);
		(void)posix_spawnattr_destroy(&a);
	}
	(void)posix_spawn_file_actions_destroy(&f);
	return rc;
}

/* --- while it runs --- */

static void append_bytes(const struct stream *s, const char *bytes, size_t n) {
	size_t room = s->into->max - s->into->len;
	buf_add(s->into, bytes, s->may_drop && n > room ? room : n);
}

/* Reads what is available, at most max_chunks chunks. -1 when it cannot be stored. */
static int read_stream(struct stream *s, int max_chunks) {
	char chunk[CHUNK_BYTES];
	while (s->read_fd >= 0 && max_chunks-- > 0) {
		ssize_t n = read(s->read_fd, chunk, sizeof chunk);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (n <= 0)
			close_fd(&s->read_fd);
		else
			append_bytes(s, chunk, (size_t)n);
	}
	crypto_wipe(chunk, sizeof chunk);
	return s->into->failed && !s->may_drop ? -1 : 0;
}

/* The child stays a zombie, so that its PID is not reused. */
static bool has_exited(pid_t pid) {
	siginfo_t info = {0};
	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT))
		return errno != EINTR;
	return info.si_pid == pid;
}

static void wait_for_streams(const struct child *c, const struct deadline *d) {
	struct pollfd fds[2];
	for (size_t i = 0; i < 2; i++)
		fds[i] = (struct pollfd){.fd = c->streams[i].read_fd, .events = POLLIN};
	int max_ms = fds[0].fd < 0 && fds[1].fd < 0 ? EXIT_WAIT_MS : MAX_WAIT_MS;
	(void)poll(fds, 2, deadline_slice_ms(d, max_ms));
}

/* Whether the stop flag or the deadline ended it. */
static enum child_end end_of_time(const struct deadline *d) {
	return d->stop && *d->stop ? CHILD_STOPPED : CHILD_OUT_OF_TIME;
}

/* CHILD_EXITED here includes a child killed by somebody else. */
static enum child_end watch(struct child *c, const struct child_limits *limits) {
	for (;;) {
		/* Checked first: all output written before the exit is then in the pipes. */
		bool exited = has_exited(c->pid);
		for (size_t i = 0; i < 2; i++)
			if (read_stream(&c->streams[i], exited ? LAST_CHUNKS : 1))
				return CHILD_TOO_LOUD;
		if (exited)
			return CHILD_EXITED;
		if (deadline_is_over(&limits->deadline))
			return end_of_time(&limits->deadline);
		wait_for_streams(c, &limits->deadline);
	}
}

/* --- termination --- */

static void end_group(pid_t group) {
	(void)kill(-group, SIGTERM);
	for (int ms = 0; ms < GRACE_MS && !has_exited(group); ms += GRACE_STEP_MS)
		(void)poll(NULL, 0, GRACE_STEP_MS);
	(void)kill(-group, SIGKILL);
}

static struct child_result reap(const struct child *c, enum child_end end) {
	int status = 0;
	pid_t reaped;
	do
		reaped = waitpid(c->pid, &status, 0);
	while (reaped < 0 && errno == EINTR);
	if (end != CHILD_EXITED)
		return (struct child_result){.end = end};
	if (reaped < 0)
		return (struct child_result){.end = CHILD_NOT_STARTED, .number = errno};
	if (WIFSIGNALED(status))
		return (struct child_result){.end = CHILD_KILLED, .number = WTERMSIG(status)};
	return (struct child_result){.end = CHILD_EXITED, .number = WEXITSTATUS(status)};
}

static struct child_result run(struct child *c, char *const argv[],
	const struct child_limits *limits) {
	int rc = start(c, argv, limits);
	close_fd(&c->streams[0].write_fd);
	close_fd(&c->streams[1].write_fd);
	if (rc)
		return (struct child_result){.end = CHILD_NOT_STARTED, .number = rc};
	enum child_end end = watch(c, limits);
	if (end != CHILD_EXITED)
		end_group(c->pid);
	if (limits->started)
		limits->started(0);
	return reap(c, end);
}

struct child_result child_run(char *const argv[], const struct child_limits *limits,
	struct buf *out, struct buf *log) {
	struct child c = {
		.streams = {{.read_fd = -1, .write_fd = -1}, {.read_fd = -1, .write_fd = -1}}};
	struct child_result result;
	if (deadline_is_over(&limits->deadline))
		return (struct child_result){.end = end_of_time(&limits->deadline)};
	if (open_stream(&c.streams[0], out) || open_stream(&c.streams[1], log))
		result = (struct child_result){.end = CHILD_NOT_STARTED, .number = errno};
	else {
		c.streams[1].may_drop = true;
		result = run(&c, argv, limits);
	}
	for (size_t i = 0; i < 2; i++) {
		close_fd(&c.streams[i].read_fd);
		close_fd(&c.streams[i].write_fd);
	}
	return result;
}
