#include "config.h"

#include "harness/process.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#ifdef HAVE_GETAUXVAL
#include <sys/auxv.h>
#endif
#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif

enum {
	STOP_GRACE_S = 1,
	MIN_WRITE_US = 600000,
	LATE_MS = 1000,
	SHORTLY_MS = 500,
	LONG_CALL_MS = 300,
	EARLY_MS = 50
};

/* Progress of writing the result. */
enum { NOTHING_WRITTEN, WRITE_BEGUN, WRITE_DONE };

/* Signal handlers can reach only statics. */
static volatile sig_atomic_t stop_requested;
static volatile sig_atomic_t write_progress = NOTHING_WRITTEN;
static volatile sig_atomic_t written_state;
static volatile sig_atomic_t child_group; /* 0: none */
static volatile sig_atomic_t failure_fd = STDOUT_FILENO;
static bool stdout_was_closed;
/* One is in use while the other is being filled. */
static struct process_ends kept[2];
static volatile sig_atomic_t kept_index;
static int64_t backstop_fires_ms = INT64_MAX;     /* on the monotonic clock */
static volatile int64_t continued_ms = INT64_MIN; /* when SIGCONT last arrived */
static volatile int64_t in_call_since_ms = INT64_MAX;
static sigset_t handled;

static struct {
	const char *undo; /* NULL: nothing to restore */
	size_t len;
	bool has_modes;
	struct termios modes;
} terminal;

const volatile sig_atomic_t *process_stop_flag(void) {
	return &stop_requested;
}

static int64_t monotonic_ms(void) {
	struct timespec t = {0};
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A blocked call does not check the flag: the backstop is brought forward, never delayed. */
static void on_stop(int signal_number) {
	(void)signal_number;
	if (!stop_requested && backstop_fires_ms - monotonic_ms() > STOP_GRACE_S * 1000)
		(void)alarm(STOP_GRACE_S);
	stop_requested = 1;
}

/* Never waits: a terminal that accepts no output (Ctrl-S), or now belongs to another job, is left
 * unchanged. */
static void restore_terminal(void) {
	if (!terminal.undo)
		return;
	pid_t foreground = tcgetpgrp(STDERR_FILENO);
	if (foreground > 0 && foreground != getpgrp())
		return;
	if (terminal.has_modes)
		(void)tcsetattr(STDERR_FILENO, TCSANOW, &terminal.modes);
	int flags = fcntl(STDERR_FILENO, F_GETFL);
	if (flags < 0 || fcntl(STDERR_FILENO, F_SETFL, flags | O_NONBLOCK) < 0)
		return;
	ssize_t written = write(STDERR_FILENO, terminal.undo, terminal.len);
	(void)written;
	(void)fcntl(STDERR_FILENO, F_SETFL, flags);
}

/* Neither blocks another handler nor is blocked: of two that are due, this one runs first. */
static void on_continue(int signal_number) {
	(void)signal_number;
	continued_ms = monotonic_ms();
}

/* Whether the process was stopped, frozen or starved when its time was up. */
static bool did_not_run(void) {
	return monotonic_ms() - backstop_fires_ms > LATE_MS ||
		continued_ms > backstop_fires_ms - SHORTLY_MS;
}

/* Whether one call has lasted longer than any should. */
static bool is_blocked(void) {
	return monotonic_ms() - LONG_CALL_MS > in_call_since_ms && !did_not_run();
}

static const struct process_end *current_end(void) {
	const struct process_ends *ends = &kept[kept_index];
	if (stop_requested)
		return &ends->stopped;
	return is_blocked() ? &ends->blocked : &ends->late;
}

/* A result that nobody can read is not known to be OK. */
static enum state state_if_unwritten(enum state state) {
	return state_worse(state, STATE_UNKNOWN);
}

static void on_alarm(int signal_number) {
	/* Sent by somebody else: a stop signal like the others. */
	if (!stop_requested && monotonic_ms() < backstop_fires_ms - EARLY_MS) {
		on_stop(signal_number);
		return;
	}
	restore_terminal();
	if (child_group > 0)
		(void)kill(-(pid_t)child_group, SIGKILL);
	if (write_progress != NOTHING_WRITTEN)
		_exit((int)(write_progress == WRITE_DONE
				? (enum state)written_state
				: state_if_unwritten((enum state)written_state)));
	const struct process_end *end = current_end();
	size_t len = strlen(end->line);
	ssize_t n = write(end->state == STATE_OK ? STDOUT_FILENO : (int)failure_fd, end->line, len);
	bool whole = n >= 0 && (size_t)n == len && !stdout_was_closed;
	_exit((int)(whole ? end->state : state_if_unwritten(end->state)));
}

/* The handlers block one another: each reads what another one changes. */
static void set_handler(int signal_number, void (*handler)(int)) {
	struct sigaction action = {.sa_handler = handler, .sa_mask = handled};
	(void)sigaction(signal_number, &action, NULL);
}

/* The signals that end a process by default, except SIGKILL and those with which the kernel reports
 * a fault (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT): nothing after these can be
 * trusted. signal(7). */
static void handle_stops(void) {
	static const int stops[] = {
		SIGTERM,
		SIGINT,
		SIGHUP,
		SIGQUIT,
		SIGUSR1,
		SIGUSR2,
		SIGVTALRM,
		SIGPROF,
		SIGXCPU,
#ifdef SIGIO
		SIGIO,
#endif
#ifdef SIGPWR
		SIGPWR,
#endif
#ifdef SIGSTKFLT
		SIGSTKFLT,
#endif
	};
	(void)sigemptyset(&handled);
	(void)sigaddset(&handled, SIGALRM);
	for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++)
		(void)sigaddset(&handled, stops[i]);
#ifdef SIGRTMIN
	for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
		(void)sigaddset(&handled, number);
	for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
		set_handler(number, on_stop);
#endif
	for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++)
		set_handler(stops[i], on_stop);
	set_handler(SIGALRM, on_alarm);
	(void)sigaction(SIGCONT,
		&(struct sigaction){.sa_handler = on_continue, .sa_flags = SA_RESTART}, NULL);
}

static void fill_descriptors(void) {
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		if (fd == STDOUT_FILENO)
			stdout_was_closed = true;
		(void)open("/dev/null", O_RDWR); /* gets the lowest free number, which is fd */
	}
}

/* Linux has getauxval, the BSDs and macOS issetugid. */
static bool is_privileged(void) {
#if defined HAVE_GETAUXVAL
	if (getauxval(AT_SECURE))
		return true;
#elif defined HAVE_ISSETUGID
	if (issetugid())
		return true;
#endif
	return getuid() != geteuid() || getgid() != getegid();
}

int process_begin(struct err *e) {
	sigset_t none;
	fill_descriptors();
	handle_stops();
	set_handler(SIGCHLD, SIG_DFL);
	set_handler(SIGPIPE, SIG_IGN);
	set_handler(SIGXFSZ, SIG_IGN); /* a file size limit becomes a failed write */
	/* A pending signal must find its handler. */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)umask(S_IRWXG | S_IRWXO);
	(void)setrlimit(RLIMIT_CORE, &(struct rlimit){0});
#ifdef PR_SET_NO_NEW_PRIVS
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL);
#endif
	if (is_privileged())
		return err_set(e, ERR_CONFIG,
			"this plugin does not run setuid or setgid: remove the bit and run it as the monitoring user");
	return 0;
}

/* Blocks the handlers while what they read changes. */
static void block_handlers(sigset_t *before) {
	(void)sigprocmask(SIG_BLOCK, &handled, before);
}

void process_keep(const struct process_ends *ends) {
	sigset_t before;
	int other = 1 - (int)kept_index;
	kept[other] = *ends;
	block_handlers(&before);
	kept_index = other;
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
}

void process_fail_on_stderr(bool yes) {
	failure_fd = yes ? STDERR_FILENO : STDOUT_FILENO;
}

void process_in_call(bool yes) {
	in_call_since_ms = yes ? monotonic_ms() : INT64_MAX;
}

void process_arm_backstop(int64_t delay_ms) {
	sigset_t before;
	block_handlers(&before);
	/* After a stop signal the shorter time is already running. */
	if (!stop_requested) {
		int64_t ms = delay_ms > 0 ? delay_ms : 1;
		struct itimerval timer = {.it_value = {.tv_sec = (time_t)(ms / 1000),
						  .tv_usec = (suseconds_t)(ms % 1000 * 1000)}};
		backstop_fires_ms = monotonic_ms() + ms;
		(void)setitimer(ITIMER_REAL, &timer, NULL);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
}

void process_pause_backstop(void) {
	sigset_t before;
	block_handlers(&before);
	if (!stop_requested) {
		backstop_fires_ms = INT64_MAX;
		(void)setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
}

void process_guard_terminal(const char *undo) {
	sigset_t before;
	block_handlers(&before);
	terminal.undo = undo;
	terminal.len = undo ? strlen(undo) : 0;
	terminal.has_modes = undo && tcgetattr(STDERR_FILENO, &terminal.modes) == 0;
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
}

void process_child_group(pid_t group) {
	child_group = group;
}

/* A non-blocking pipe, as some parents create, is full only for now. If it stays full, the backstop
 * ends the wait. */
static bool wait_for_room(int fd) {
	struct pollfd out = {.fd = fd, .events = POLLOUT};
	return poll(&out, 1, -1) > 0 || errno == EINTR;
}

static bool write_result(int fd, const char *text, size_t n) {
	size_t done = 0;
	do {
		done += file_write(fd, text + done, n - done);
	} while (done < n && errno == EAGAIN && wait_for_room(fd));
	return done == n;
}

/* On a busy host the backstop may be about to fire: half a result is worse than a late one. */
static void make_time_to_write(void) {
	struct itimerval timer;
	if (getitimer(ITIMER_REAL, &timer) || timer.it_value.tv_sec > 0 ||
		timer.it_value.tv_usec == 0 || timer.it_value.tv_usec >= MIN_WRITE_US)
		return;
	timer.it_value.tv_usec = MIN_WRITE_US;
	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

/* A program that reads the output learns from standard error alone what failed. */
static void tell_unwritten(int fd) {
	const char *line = kept[kept_index].unwritten.line;
	if (fd == STDOUT_FILENO && failure_fd == STDERR_FILENO)
		(void)write_result(STDERR_FILENO, line, strlen(line));
}

int process_finish(const char *text, size_t n, enum state state) {
	make_time_to_write();
	written_state = (sig_atomic_t)state;
	write_progress = WRITE_BEGUN;
	int fd = state == STATE_OK ? STDOUT_FILENO : (int)failure_fd;
	if ((stdout_was_closed && fd == STDOUT_FILENO) || !write_result(fd, text, n) || close(fd)) {
		written_state = (sig_atomic_t)state_if_unwritten(state);
		tell_unwritten(fd);
	}
	write_progress = WRITE_DONE;
	return (int)written_state;
}

int process_finish_kept(void) {
	const struct process_end *end = &kept[kept_index].no_memory;
	return process_finish(end->line, strlen(end->line), end->state);
}
