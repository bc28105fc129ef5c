/* A stand-in for AWS on the loopback interface: ECS, CloudWatch, STS and IAM Identity Center as far
 * as a monitoring plugin needs them, for tests. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "demo_account.h"
#include "http.h"
#include "server.h"

#define MAX_DATAPOINTS 100800

static const char usage[] =
	"usage: standin [--account=FILE] [--port=N] [--tls-cert=FILE --tls-key=FILE]\n"
	"               [--latency-ms=N] [--page-size=N] [--short-pages] [--clock-offset=SECONDS]\n"
	"               [--max-datapoints=N] [--fault=OPERATION:KIND[:COUNT[:SKIP]]]... [--seed=N]\n"
	"               [--hold=OPERATION[:COUNT[:SKIP]]]... (until POST /_standin/release)\n"
	"               [--session-token-length=N] [--access-token-seconds=N] [--keep-refresh-tokens]\n"
	"               [--max-seconds=N] [--dump-account]\n";

struct options {
	const char *account, *certificate, *key;
	long port, max_seconds;
	uint64_t seed;
	bool dump;
};

static long read_number(const char *text, long lowest, long highest, bool *valid) {
	char *end = NULL;
	errno = 0;
	long number = strtol(text, &end, 10);
	if (end == text || *end != '\0' || errno != 0 || number < lowest || number > highest) {
		*valid = false;
	}
	return number;
}

static const struct option long_options[] = {
	{"account", required_argument, NULL, 'a'},
	{"port", required_argument, NULL, 'p'},
	{"tls-cert", required_argument, NULL, 'c'},
	{"tls-key", required_argument, NULL, 'k'},
	{"latency-ms", required_argument, NULL, 'l'},
	{"page-size", required_argument, NULL, 's'},
	{"short-pages", no_argument, NULL, 'S'},
	{"clock-offset", required_argument, NULL, 'o'},
	{"max-datapoints", required_argument, NULL, 'd'},
	{"fault", required_argument, NULL, 'f'},
	{"hold", required_argument, NULL, 'H'},
	{"seed", required_argument, NULL, 'r'},
	{"session-token-length", required_argument, NULL, 't'},
	{"access-token-seconds", required_argument, NULL, 'A'},
	{"keep-refresh-tokens", no_argument, NULL, 'R'},
	{"max-seconds", required_argument, NULL, 'm'},
	{"dump-account", no_argument, NULL, 'D'},
	{NULL, 0, NULL, 0},
};

static bool take_option(int option, const char *value, struct options *options,
	struct server *server) {
	struct settings *settings = &server->settings;
	bool valid = true;
	switch (option) {
	case 'a':
		options->account = value;
		break;
	case 'p':
		options->port = read_number(value, 0, 65535, &valid);
		break;
	case 'c':
		options->certificate = value;
		break;
	case 'k':
		options->key = value;
		break;
	case 'l':
		settings->latency_ms = (int)read_number(value, 0, 3600000, &valid);
		break;
	case 's':
		settings->page_size = (size_t)read_number(value, 1, INT_MAX, &valid);
		break;
	case 'S':
		settings->short_pages = true;
		break;
	case 'o':
		settings->clock_offset_s = read_number(value, -INT_MAX, INT_MAX, &valid);
		break;
	case 'd':
		settings->max_datapoints = (size_t)read_number(value, 1, MAX_DATAPOINTS, &valid);
		break;
	case 'f':
		valid = faults_add(&server->faults, value);
		break;
	case 'H':
		valid = faults_add_hold(&server->holds, value);
		break;
	case 'r':
		options->seed = (uint64_t)read_number(value, LONG_MIN, LONG_MAX, &valid);
		break;
	case 't':
		settings->session_token_length = (size_t)read_number(value, 16, 65536, &valid);
		break;
	case 'A':
		settings->access_token_s = read_number(value, 1, 86400, &valid);
		break;
	case 'R':
		settings->keeps_refresh_tokens = true;
		break;
	case 'm':
		options->max_seconds = read_number(value, 1, 86400, &valid);
		break;
	case 'D':
		options->dump = true;
		break;
	default:
		return false;
	}
	if (!valid) {
		fprintf(stderr, "standin: invalid value '%s'\n", value);
	}
	return valid;
}

static bool parse_options(int argc, char **argv, struct options *options, struct server *server) {
	for (int option; (option = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
		if (!take_option(option, optarg, options, server)) {
			return false;
		}
	}
	if ((options->certificate == NULL) != (options->key == NULL)) {
		fputs("standin: --tls-cert and --tls-key belong together\n", stderr);
		return false;
	}
	return optind == argc;
}

static bool read_file(const char *path, struct text *content) {
	FILE *file = fopen(path, "r");
	if (file == NULL) {
		fprintf(stderr, "standin: %s: %s\n", path, strerror(errno));
		return false;
	}
	char buffer[65536];
	for (size_t count; (count = fread(buffer, 1, sizeof(buffer), file)) > 0;) {
		text_bytes(content, buffer, count);
	}
	bool complete = !ferror(file);
	if (!complete) {
		fprintf(stderr, "standin: %s: cannot be read\n", path);
	}
	fclose(file);
	return complete;
}

static bool read_account_text(const struct options *options, struct text *content) {
	if (options->account != NULL) {
		return read_file(options->account, content);
	}
	for (size_t i = 0; i < sizeof(demo_account) / sizeof(*demo_account); i++) {
		text_addf(content, "%s\n", demo_account[i]);
	}
	return true;
}

static bool load_account(const struct options *options, struct server *server) {
	struct text content = {0};
	bool loaded = read_account_text(options, &content);
	if (loaded) {
		const char *name = options->account != NULL ? options->account : "demo account";
		const char *slash = strrchr(name, '/');
		char *directory = must_slice(name, slash != NULL ? (size_t)(slash + 1 - name) : 0);
		loaded = account_parse(&server->account, name, directory, text_string(&content),
			server->start, options->seed);
		free(directory);
	}
	if (loaded && options->dump) {
		fputs(text_string(&content), stdout);
	}
	text_free(&content);
	grants_load(&server->grants, &server->account.identity);
	return loaded;
}

static void wait_for_end(const sigset_t *signals, long max_seconds) {
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += max_seconds;
	for (;;) {
		struct timespec now;
		clock_gettime(CLOCK_MONOTONIC, &now);
		struct timespec left = {.tv_sec = until.tv_sec - now.tv_sec};
		if (left.tv_sec <= 0 || sigtimedwait(signals, NULL, &left) > 0) {
			return;
		}
	}
}

static int run(const struct options *options, struct server *server, struct listener *listener) {
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	/* The threads inherit the mask, so that the signals reach the wait below alone. */
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	/* Should threads be stuck, this still ends the process. */
	alarm((unsigned)options->max_seconds + 10);
	struct MHD_Daemon *daemon = http_start(server, listener);
	if (daemon == NULL) {
		fputs("standin: cannot listen on that port\n", stderr);
		return 1;
	}
	printf("listening %s://127.0.0.1:%u\n", listener->certificate != NULL ? "https" : "http",
		(unsigned)listener->port);
	fflush(stdout);
	wait_for_end(&signals, options->max_seconds);
	http_stop(daemon, server);
	return 0;
}

static int serve(const struct options *options, struct server *server) {
	struct text certificate = {0};
	struct text key = {0};
	struct listener listener = {.port = (uint16_t)options->port};
	int status = 2;
	bool tls = options->certificate != NULL;
	if (!tls ||
		(read_file(options->certificate, &certificate) && read_file(options->key, &key))) {
		listener.certificate = tls ? text_string(&certificate) : NULL;
		listener.key = tls ? text_string(&key) : NULL;
		status = run(options, server, &listener);
	}
	text_free(&certificate);
	text_free(&key);
	return status;
}

int main(int argc, char **argv) {
	struct options options = {.max_seconds = 600, .seed = dice_seed()};
	struct server server = {.settings = {.page_size = INT_MAX,
					.max_datapoints = MAX_DATAPOINTS,
					.session_token_length = 300,
					.access_token_s = 28800}};
	faults_init(&server.faults);
	faults_init(&server.holds);
	int status = 2;
	bool valid = parse_options(argc, argv, &options, &server);
	server_init(&server, options.seed);
	server.start = server_now(&server);
	if (!valid) {
		fputs(usage, stderr);
	} else if (load_account(&options, &server)) {
		status = options.dump ? 0 : serve(&options, &server);
	}
	server_free(&server);
	return status;
}
