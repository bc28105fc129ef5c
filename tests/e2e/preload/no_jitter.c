/* Preloaded: every random number is 0, and so are the pauses before another attempt. */
#include <string.h>

int RAND_bytes(unsigned char *out, int count);

int RAND_bytes(unsigned char *out, int count) {
	memset(out, 0, (size_t)count);
	return 1;
}
