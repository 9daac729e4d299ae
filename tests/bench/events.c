/*
 * events.c - event files, as many as one likes.
 *
 *	events FOLDER TAG COUNT BYTES KEYS
 *
 * Makes COUNT events in FOLDER, which must be there.  Their ids are TAG, a
 * hyphen, and eight digits that count from 0.  A body is JSON of at least BYTES
 * bytes, and its "k" is one of KEYS numbers, by turns.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EVENT_MAX 65536

static size_t
make_body(char dst[static EVENT_MAX], unsigned long key, unsigned long bytes)
{
	int n = snprintf(dst, EVENT_MAX, "{\"k\":\"%lu\",\"fill\":\"", key);
	size_t len = (size_t)n;

	while (len + 2 < bytes)
		dst[len++] = 'x';
	memcpy(dst + len, "\"}", 2);
	return len + 2;
}

static void
make_event(int dir, const char *id, const char *body, size_t len)
{
	char event[EVENT_MAX + 512];
	int head = snprintf(event, sizeof(event),
	    "Ce-Id: %s\nCe-Type: bench\nCe-Time: 2026-11-28T12:00:00.000000Z\n"
	    "Content-Length: %zu\n\n",
	    id, len);
	size_t size = (size_t)head + len;
	int fd = openat(dir, id, O_WRONLY | O_CREAT | O_EXCL, 0600);

	memcpy(event + head, body, len);
	if (fd < 0 || write(fd, event, size) != (ssize_t)size || close(fd) != 0)
		err(1, "%s", id);
}

int
main(int argc, char *argv[])
{
	static char body[EVENT_MAX];
	unsigned long count, bytes, keys;
	char id[300];
	int dir;

	if (argc != 6)
		errx(2, "usage: events FOLDER TAG COUNT BYTES KEYS");
	count = strtoul(argv[3], NULL, 10);
	bytes = strtoul(argv[4], NULL, 10);
	keys = strtoul(argv[5], NULL, 10);
	if (bytes > EVENT_MAX || keys == 0 || strlen(argv[2]) > 100)
		errx(2, "BYTES, KEYS or TAG");
	if ((dir = open(argv[1], O_RDONLY | O_DIRECTORY)) < 0)
		err(1, "%s", argv[1]);
	for (unsigned long n = 0; n < count; n++) {
		const size_t len = make_body(body, n % keys, bytes);

		snprintf(id, sizeof(id), "%s-%08lu", argv[2], n);
		make_event(dir, id, body, len);
	}
	close(dir);
	return 0;
}
