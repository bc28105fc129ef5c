/* Random numbers of the whole server: one seed, any thread. */
#ifndef STANDIN_DICE_H
#define STANDIN_DICE_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
	uint64_t state;
	pthread_mutex_t mutex;
};

/* Start the sequence at `seed`; dice_seed() yields an unpredictable one. */
void dice_init(struct dice *dice, uint64_t seed);
void dice_restart(struct dice *dice, uint64_t seed);
void dice_free(struct dice *dice);
uint64_t dice_seed(void);

/* The next 64 bits. */
uint64_t dice_next(struct dice *dice);

/* A number in 0..bound-1; 0 for bound 0. */
size_t dice_below(struct dice *dice, size_t bound);

/* Fill `order` with 0..count-1 in an order that `seed` alone decides. */
void dice_order(uint64_t seed, size_t *order, size_t count);

/* Write `length` random letters of `alphabet` and a terminating zero to `out`. */
void dice_letters(struct dice *dice, const char *alphabet, char *out, size_t length);

/* A random UUID (version 4) in text form. */
#define UUID_SIZE 37
void dice_uuid(struct dice *dice, char out[UUID_SIZE]);

#endif
