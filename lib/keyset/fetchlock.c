/* fetchlock.c - a lock that remembers when it was last of use. */
#define _GNU_SOURCE /* open file description locks */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/span.h"
#include "keyset/fetcher.h"
#include "keyset/fetchlock.h"

#define TEXT_MAX 24
/* Two tries at the lock are so far apart, in nanoseconds. */
#define PAUSE 20000000L
#define TRIES ((FETCHER_DEADLINE + 1) * (1000000000L / PAUSE))

int
fetchlock_take(const char *path, bool wait, struct reason *why)
{
	const struct timespec pause = {.tv_nsec = PAUSE};
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	long tries = wait ? TRIES : 1;
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0) {
		reason_errno(why, "%s cannot be opened", path);
		return -1;
	}
	while (fcntl(fd, F_OFD_SETLK, &lock) != 0) {
		if (--tries <= 0) {
			if (wait)
				reason_set(
				    why, "another process does not end it");
			close(fd);
			return -1;
		}
		nanosleep(&pause, NULL);
	}
	return fd;
}

bool
fetchlock_tried_within(int fd, int64_t now, int64_t seconds)
{
	char text[TEXT_MAX];
	ssize_t n = pread(fd, text, sizeof(text), 0);
	int64_t when = n <= 0 ? -1 : span_number(span_mem(text, (size_t)n));

	/* One in the future was before the clock was set. */
	return when >= 0 && when <= now + FETCHLOCK_SLACK &&
	       now - when < seconds;
}

bool
fetchlock_tried(int fd, int64_t now)
{
	return fetchlock_tried_within(fd, now, FETCHLOCK_MINUTE);
}

bool
fetchlock_tried_at(const char *path, int64_t now)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	bool tried;

	if (fd < 0)
		return false;
	tried = fetchlock_tried(fd, now);
	close(fd);
	return tried;
}

bool
fetchlock_note(int fd, int64_t now)
{
	char text[TEXT_MAX];
	int n = snprintf(text, sizeof(text), "%lld", (long long)now);

	return ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)n, 0) == n;
}
