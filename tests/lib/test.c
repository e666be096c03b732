#include "test.h"

#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_DIRS 256
static char *dirs[MAX_DIRS];
static int n_dirs;
static pid_t owner;

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static void remove_dirs(void)
{
	if (getpid() != owner)          /* a forked child must not clean up under its parent */
		return;
	for (int i = 0; i < n_dirs; i++) {
		nftw(dirs[i], remove_one, 16, FTW_DEPTH | FTW_PHYS);
		free(dirs[i]);
	}
}

const char *test_dir(void)
{
	const char *base = getenv("TMPDIR");
	char path[512];

	snprintf(path, sizeof path, "%s/numdesk-test.XXXXXX", base && *base ? base : "/tmp");
	if (n_dirs == MAX_DIRS || !mkdtemp(path)) {
		perror("test_dir");
		abort();
	}
	if (n_dirs == 0) {
		owner = getpid();
		atexit(remove_dirs);
	}
	return dirs[n_dirs++] = strdup(path);
}

const char *test_path(const char *dir, const char *name)
{
	static char slots[16][1024];
	static int next;
	char *s = slots[next++ % 16];

	snprintf(s, sizeof slots[0], "%s/%s", dir, name);
	return s;
}

bool test_wait(bool (*cond)(void *), void *ctx, int deadline_ms)
{
	struct timespec t0, t;

	clock_gettime(CLOCK_MONOTONIC, &t0);
	for (;;) {
		if (cond(ctx))
			return true;
		clock_gettime(CLOCK_MONOTONIC, &t);
		if ((t.tv_sec - t0.tv_sec) * 1000 + (t.tv_nsec - t0.tv_nsec) / 1000000 > deadline_ms)
			return false;
		poll(NULL, 0, 2);
	}
}
