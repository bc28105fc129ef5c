#define _POSIX_C_SOURCE 200809L
#include "dice.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* splitmix64 (Sebastiano Vigna, public domain). */
static uint64_t step(uint64_t *state) {
	uint64_t mixed = *state += 0x9e3779b97f4a7c15U;
	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
	return mixed ^ (mixed >> 31);
}

void dice_init(struct dice *dice, uint64_t seed) {
	dice->state = seed;
	pthread_mutex_init(&dice->mutex, NULL);
}

void dice_restart(struct dice *dice, uint64_t seed) {
	pthread_mutex_lock(&dice->mutex);
	dice->state = seed;
	pthread_mutex_unlock(&dice->mutex);
}

void dice_free(struct dice *dice) {
	pthread_mutex_destroy(&dice->mutex);
}

uint64_t dice_seed(void) {
	uint64_t seed = 0;
	if (RAND_bytes((unsigned char *)&seed, sizeof(seed)) != 1) {
		seed = (uint64_t)time(NULL);
	}
	return seed;
}

uint64_t dice_next(struct dice *dice) {
	pthread_mutex_lock(&dice->mutex);
	uint64_t bits = step(&dice->state);
	pthread_mutex_unlock(&dice->mutex);
	return bits;
}

size_t dice_below(struct dice *dice, size_t bound) {
	return bound == 0 ? 0 : (size_t)(dice_next(dice) % bound);
}

void dice_order(uint64_t seed, size_t *order, size_t count) {
	for (size_t i = 0; i < count; i++) {
		size_t at = (size_t)(step(&seed) % (i + 1));
		order[i] = order[at];
		order[at] = i;
	}
}

void dice_letters(struct dice *dice, const char *alphabet, char *out, size_t length) {
	size_t letters = strlen(alphabet);
	for (size_t i = 0; i < length; i++) {
		out[i] = alphabet[dice_below(dice, letters)];
	}
	out[length] = '\0';
}

void dice_uuid(struct dice *dice, char out[UUID_SIZE]) {
	uint64_t high = dice_next(dice);
	uint64_t low = dice_next(dice);
	snprintf(out, UUID_SIZE, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(high >> 32),
		(unsigned)(high >> 16 & 0xffff), (unsigned)(high & 0xfff),
		(unsigned)(low >> 48 & 0x3fff) | 0x8000U,
		(unsigned long long)(low & 0xffffffffffffU));
}
