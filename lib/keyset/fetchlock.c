/* fetchlock.c - a lock file whose content is the time of the last try. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/span.h"
#include "keyset/fetchlock.h"

#define TEXT_MAX 24
/* Bytes that are locked: by the one that fetches, and by those that wait. */
#define LOCK_FETCH  0
#define LOCK_PLACES 1

/* O_NONBLOCK: others may have put a FIFO there. */
#define OPEN_LOOK (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
#define OPEN_LOCK (O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

static int
open_lock(const char *path, struct reason *why)
{
	int fd = open(path, OPEN_LOCK | O_CREAT, 0600);

	if (fd < 0)
		reason_errno(why, "%s cannot be opened", path);
	return fd;
}

enum lock
fetchlock_take(int *fd, const char *path, int wait_ms, struct reason *why)
{
	enum lock lock;

	if ((*fd = open_lock(path, why)) < 0)
		return LOCK_FAILED;
	lock = lock_byte(*fd, LOCK_FETCH, wait_ms);
	if (lock == LOCK_FAILED)
		reason_errno(why, "%s cannot be locked", path);
	if (lock != LOCK_TAKEN) {
		close(*fd);
		*fd = -1;
	}
	return lock;
}

enum lock
fetchlock_place(int *fd, const char *path, struct reason *why)
{
	enum lock lock = LOCK_BUSY;

	if ((*fd = open_lock(path, why)) < 0)
		return LOCK_FAILED;
	for (int i = 0; i < FETCHLOCK_PLACES && lock == LOCK_BUSY; i++)
		lock = lock_byte(*fd, LOCK_PLACES + i, LOCK_NO_WAIT);
	if (lock == LOCK_FAILED)
		reason_errno(why, "%s cannot be locked", path);
	if (lock != LOCK_TAKEN) {
		close(*fd);
		*fd = -1;
	}
	return lock;
}

bool
fetchlock_tried(int fd, int64_t now)
{
	char text[TEXT_MAX];
	ssize_t n = pread(fd, text, sizeof(text), 0);
	int64_t when = n <= 0 ? -1 : span_number(span_mem(text, (size_t)n));

	/* A try in the future was noted before the clock was set back. */
	return when >= 0 && when <= now + FETCHLOCK_SLACK &&
	       now - when < FETCHLOCK_MINUTE;
}

bool
fetchlock_tried_at(const char *path, int64_t now)
{
	int fd = open(path, OPEN_LOOK);
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
