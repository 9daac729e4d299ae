/*
 * disk.c - what the disk allows: the system calls of filing, and no more.
 *
 *	disk FOLDER THREADS SECONDS
 *
 * Each thread writes files of 1 KiB and a header to FOLDER, which must be
 * there, and makes each durable as the receiver does; an empty file is the
 * mark.  Writes how many a second.
 */
#define _GNU_SOURCE /* O_TMPFILE */
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define THREADS_MAX 1024
#define EVENT_LEN   1328

static int new, seen; /* directories */
static atomic_bool over;
static atomic_ulong begun, filed;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
file_one(void)
{
	static const char event[EVENT_LEN];
	char name[32], path[64];
	int fd = openat(new, ".", O_TMPFILE | O_WRONLY, 0600);

	snprintf(
	    name, sizeof(name), "event-%08lu", atomic_fetch_add(&begun, 1));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || write(fd, event, EVENT_LEN) != EVENT_LEN ||
	    fsync(fd) != 0 ||
	    linkat(AT_FDCWD, path, new, name, AT_SYMLINK_FOLLOW) != 0 ||
	    close(fd) != 0 || fsync(new) != 0)
		err(1, "new/%s", name);
	if ((fd = openat(seen, name, O_WRONLY | O_CREAT, 0600)) < 0)
		err(1, "dedup/%s", name);
	close(fd);
	atomic_fetch_add(&filed, 1);
}

static void *
work(void *arg)
{
	(void)arg;
	while (!atomic_load(&over))
		file_one();
	return NULL;
}

static int
open_folder(const char *in, const char *name)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", in, name);
	if ((fd = open(path, O_RDONLY | O_DIRECTORY)) < 0)
		err(1, "%s", path);
	return fd;
}

int
main(int argc, char *argv[])
{
	static pthread_t thread[THREADS_MAX];
	size_t threads = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
	double from;

	if (threads < 1 || threads > THREADS_MAX)
		errx(2, "usage: disk FOLDER THREADS SECONDS");
	new = open_folder(argv[1], "new");
	seen = open_folder(argv[1], "seen");
	from = now();
	for (size_t i = 0; i < threads; i++) {
		if (pthread_create(&thread[i], NULL, work, NULL) != 0)
			errx(1, "no thread");
	}
	while (now() < from + strtod(argv[3], NULL))
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	atomic_store(&over, true);
	for (size_t i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	printf("%.0f\n", (double)atomic_load(&filed) / (now() - from));
	return 0;
}
