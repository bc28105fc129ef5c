#define _POSIX_C_SOURCE 200809L
#include "server.h"

#include <time.h>

void server_init(struct server *server, uint64_t seed) {
	server->seed = seed;
	dice_init(&server->dice, seed);
	grants_init(&server->grants);
	tokens_init(&server->tokens);
	journal_init(&server->journal);
	pthread_mutex_init(&server->mutex, NULL);
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&server->ends, &attributes);
	pthread_condattr_destroy(&attributes);
}

void server_free(struct server *server) {
	account_free(&server->account);
	grants_free(&server->grants);
	faults_free(&server->faults);
	faults_free(&server->holds);
	journal_free(&server->journal);
	tokens_free(&server->tokens);
	dice_free(&server->dice);
	pthread_cond_destroy(&server->ends);
	pthread_mutex_destroy(&server->mutex);
}

int64_t server_now_ms(const struct server *server) {
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (now.tv_sec + server->settings.clock_offset_s) * 1000 + now.tv_nsec / 1000000;
}

int64_t server_now(const struct server *server) {
	return server_now_ms(server) / 1000;
}

bool server_wait(struct server *server, int ms) {
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&server->mutex);
	int result = 0;
	while (!server->ending && result == 0) {
		result = pthread_cond_timedwait(&server->ends, &server->mutex, &until);
	}
	bool ending = server->ending;
	pthread_mutex_unlock(&server->mutex);
	return ending;
}

void server_hold(struct server *server) {
	pthread_mutex_lock(&server->mutex);
	server->held++;
	while (!server->ending && !server->released) {
		pthread_cond_wait(&server->ends, &server->mutex);
	}
	server->held--;
	pthread_mutex_unlock(&server->mutex);
}

void server_release(struct server *server) {
	pthread_mutex_lock(&server->mutex);
	server->released = true;
	pthread_cond_broadcast(&server->ends);
	pthread_mutex_unlock(&server->mutex);
}

size_t server_held(struct server *server) {
	pthread_mutex_lock(&server->mutex);
	size_t held = server->held;
	pthread_mutex_unlock(&server->mutex);
	return held;
}

void server_rearm(struct server *server) {
	pthread_mutex_lock(&server->mutex);
	server->released = false;
	pthread_mutex_unlock(&server->mutex);
	faults_rearm(&server->faults);
	faults_rearm(&server->holds);
	journal_reset(&server->journal);
}

void server_restart(struct server *server) {
	server_rearm(server);
	dice_restart(&server->dice, server->seed);
}

void server_end(struct server *server) {
	pthread_mutex_lock(&server->mutex);
	server->ending = true;
	pthread_cond_broadcast(&server->ends);
	pthread_mutex_unlock(&server->mutex);
}
