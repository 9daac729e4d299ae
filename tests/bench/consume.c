/*
 * consume.c - a consumer: takes what is in a folder, and does nothing with it.
 *
 *	consume FOLDER TAG PAUSE
 *
 * Looks into FOLDER, reads every file there from its beginning to its end,
 * removes it, and looks again after PAUSE milliseconds.  When its standard
 * input ends, it takes what is there for the last time, and writes one line:
 *
 *	events of TAG taken, as load.c names them, each counted once
 *	milliseconds between link and removal of a file: p50, p99, the most
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Of ages in milliseconds; what is older is counted with the last. */
#define AGES 60000
/* Of load.c. */
#define EVENTS_MAX (1 << 22)

static struct {
	int dir;
	const char *tag;
	unsigned long files, events;
	bool seen[EVENTS_MAX];
	unsigned long age[AGES + 1]; /* files of each */
} all;

/* The link into the folder was the last change of the file's inode. */
static size_t
age_of(const struct stat *st)
{
	struct timespec now;
	long long ms;

	clock_gettime(CLOCK_REALTIME, &now);
	ms = (now.tv_sec - st->st_ctim.tv_sec) * 1000LL +
	     (now.tv_nsec - st->st_ctim.tv_nsec) / 1000000;
	return ms < 0 ? 0 : ms > AGES ? AGES : (size_t)ms;
}

static void
count(const char *name)
{
	size_t len = strlen(all.tag);
	unsigned long n;
	char *end;

	all.files++;
	if (strncmp(name, all.tag, len) != 0 || name[len] != '-')
		return;
	n = strtoul(name + len + 1, &end, 10);
	if (end != name + len + 9 || *end != '\0' || n >= EVENTS_MAX)
		return;
	all.events += !all.seen[n];
	all.seen[n] = true;
}

static void
take(const char *name)
{
	static char data[65536];
	struct stat st;
	ssize_t n;
	int fd = openat(all.dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0)
		err(1, "%s", name);
	while ((n = read(fd, data, sizeof(data))) > 0)
		continue;
	if (n < 0 || close(fd) != 0 || unlinkat(all.dir, name, 0) != 0)
		err(1, "%s", name);
	all.age[age_of(&st)]++;
	count(name);
}

static void
take_all(void)
{
	int fd = openat(all.dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (dir == NULL)
		err(1, "the folder");
	while ((e = readdir(dir)) != NULL) {
		if (e->d_name[0] != '.')
			take(e->d_name);
	}
	closedir(dir);
}

/* Whether standard input ended within so many milliseconds. */
static bool
ends(int ms)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	int n = poll(&in, 1, ms);

	if (n < 0 && errno != EINTR)
		err(1, "poll");
	return n > 0;
}

static size_t
percentile(unsigned long p)
{
	unsigned long before = 0, rank = all.files * p / 100;
	size_t last = 0;

	for (size_t i = 0; i <= AGES; i++) {
		if (all.age[i] == 0)
			continue;
		last = i;
		before += all.age[i];
		if (before > rank)
			break;
	}
	return last;
}

int
main(int argc, char *argv[])
{
	int ms = argc == 4 ? (int)strtol(argv[3], NULL, 10) : 0;

	if (ms < 1)
		errx(2, "usage: consume FOLDER TAG PAUSE");
	all.tag = argv[2];
	all.dir = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (all.dir < 0)
		err(1, "%s", argv[1]);
	while (!ends(ms))
		take_all();
	take_all();
	printf("%lu %zu %zu %zu\n", all.events, percentile(50), percentile(99),
	    percentile(100));
	return 0;
}
