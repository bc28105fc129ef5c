#include "config.h"

#include "model/task_size.h"

#include <stddef.h>

/* Sizes with the same CPU, memory from..to in steps (MiB); least CPU first, then least memory. */
static const struct {
	int64_t cpu_units, from_mib, to_mib, step_mib;
	bool on_old, on_windows; /* also there; every size is on Linux */
} rows[] = {
	{256, 512, 512, 512, true, false},
	{256, 1024, 2048, 1024, true, false},
	{512, 1024, 4096, 1024, true, false},
	{1024, 2048, 8192, 1024, true, true},
	{2048, 4096, 16384, 1024, true, true},
	{4096, 8192, 30720, 1024, true, true},
	{8192, 16384, 61440, 4096, false, false},
	{16384, 32768, 122880, 8192, false, false},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static bool is_on(enum fargate_platform platform, size_t row) {
	if (platform == FARGATE_WINDOWS)
		return rows[row].on_windows;
	return platform == FARGATE_LINUX || rows[row].on_old;
}

bool fargate_find(enum fargate_platform platform, double cpu_units, double memory_mib,
	struct task_size *out) {
	for (size_t i = 0; i < ROWS; i++) {
		if (!is_on(platform, i) || cpu_units > (double)rows[i].cpu_units ||
			memory_mib > (double)rows[i].to_mib)
			continue;
		int64_t size_mib = rows[i].from_mib;
		while (memory_mib > (double)size_mib)
			size_mib += rows[i].step_mib;
		*out = (struct task_size){rows[i].cpu_units, size_mib};
		return true;
	}
	return false;
}

struct task_size fargate_largest(enum fargate_platform platform) {
	size_t i = ROWS - 1;
	while (!is_on(platform, i))
		i--;
	return (struct task_size){rows[i].cpu_units, rows[i].to_mib};
}

bool fargate_has(enum fargate_platform platform, const struct task_size *size) {
	struct task_size found;
	return fargate_find(platform, (double)size->cpu_units, (double)size->memory_mib, &found) &&
		found.cpu_units == size->cpu_units && found.memory_mib == size->memory_mib;
}
