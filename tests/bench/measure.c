/* Runs a command with its output thrown away and prints what it took:
 *
 *	measure COMMAND... -> "STATUS WALL_US CPU_US PEAK_KB"
 *
 * STATUS is the exit status, or 128 and the signal. A program of its own, since Perl's core cannot
 * ask for one child's memory. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long microseconds(const struct timeval *t) {
	return (long long)t->tv_sec * 1000000 + (long long)t->tv_usec;
}

static long long now_us(void) {
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000000 + (long long)t.tv_nsec / 1000;
}

static void become(char **command) {
	int null = open("/dev/null", O_RDWR);
	(void)dup2(null, 0);
	(void)dup2(null, 1);
	(void)dup2(null, 2);
	(void)execvp(command[0], command);
	_exit(127);
}

int main(int argc, char **argv) {
	struct rusage used;
	int status;
	if (argc < 2) {
		fputs("usage: measure COMMAND...\n", stderr);
		return 2;
	}
	long long began_us = now_us();
	pid_t pid = fork();
	if (pid == 0)
		become(argv + 1);
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		perror("measure");
		return 2;
	}
	long long wall_us = now_us() - began_us;
	(void)getrusage(RUSAGE_CHILDREN, &used);
	printf("%d %lld %lld %ld\n",
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), wall_us,
		microseconds(&used.ru_utime) + microseconds(&used.ru_stime), used.ru_maxrss);
	return 0;
}
