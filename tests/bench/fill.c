/*
 * fill.c - an inbox in which events are waiting.
 *
 *	fill FOLDER DAY COUNT
 *
 * Makes COUNT names in FOLDER/new and the same in FOLDER/dedup/DAY, all of which
 * must be there.  They are links to few files, for what grows is the folders;
 * the names are as long as most events' are, and in no order.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Below ext4's limit of links to a file. */
#define LINKS_MAX 60000
#define EVENT_LEN 1328

/* Steele, Lea, Flood: SplitMix64. Every n has another. */
static uint64_t
mix(uint64_t n)
{
	n += 0x9e3779b97f4a7c15;
	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9;
	n = (n ^ n >> 27) * 0x94d049bb133111eb;
	return n ^ n >> 31;
}

/* In the form of a UUID. */
static void
make_name(char dst[static 37], uint64_t n)
{
	uint64_t a = mix(n), b = mix(~n);

	snprintf(dst, 37, "%08x-%04x-4%03x-8%03x-%012llx", (unsigned)(a >> 32),
	    (unsigned)(a >> 16 & 0xffff), (unsigned)(a >> 4 & 0xfff),
	    (unsigned)(b >> 52), (unsigned long long)(b & 0xffffffffffffULL));
}

static void
make_file(int dir, const char *name, size_t len)
{
	static const char event[EVENT_LEN];
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	if (fd < 0 || write(fd, event, len) != (ssize_t)len || close(fd) != 0)
		err(1, "%s", name);
}

static void
fill(const char *path, unsigned long count, size_t len)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY);
	char first[37], name[37];

	if (dir < 0)
		err(1, "%s", path);
	for (unsigned long n = 0; n < count; n++) {
		make_name(name, n);
		if (n % LINKS_MAX == 0) {
			make_file(dir, name, len);
			memcpy(first, name, sizeof(first));
		} else if (linkat(dir, first, dir, name, 0) != 0) {
			err(1, "%s/%s", path, name);
		}
	}
	if (fsync(dir) != 0)
		err(1, "%s", path);
	close(dir);
}

int
main(int argc, char *argv[])
{
	char path[4096];
	unsigned long count;

	if (argc != 4)
		errx(2, "usage: fill FOLDER DAY COUNT");
	count = strtoul(argv[3], NULL, 10);
	snprintf(path, sizeof(path), "%s/new", argv[1]);
	fill(path, count, EVENT_LEN);
	snprintf(path, sizeof(path), "%s/dedup/%s", argv[1], argv[2]);
	fill(path, count, 0);
	return 0;
}
