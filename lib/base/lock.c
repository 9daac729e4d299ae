/* lock.c - open file description locks. */
#define _GNU_SOURCE /* F_OFD_SETLKW */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>

#include "base/lock.h"

/* fcntl() cannot wait with a time limit, so take() tries again and again. */
#define PAUSE_MS 20

static enum lock
take(int fd, struct flock lock, int wait_ms)
{
	const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
	int command = wait_ms == LOCK_FOREVER ? F_OFD_SETLKW : F_OFD_SETLK;

	while (fcntl(fd, command, &lock) != 0) {
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN && errno != EACCES)
			return LOCK_FAILED;
		if (wait_ms <= 0)
			return LOCK_BUSY;
		nanosleep(&pause, NULL);
		wait_ms -= PAUSE_MS;
	}
	return LOCK_TAKEN;
}

enum lock
lock_file(int fd, int wait_ms)
{
	const struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return take(fd, lock, wait_ms);
}

enum lock
lock_byte(int fd, off_t at, int wait_ms)
{
	const struct flock lock = {
	    .l_type = F_WRLCK,
	    .l_whence = SEEK_SET,
	    .l_start = at,
	    .l_len = 1,
	};

	return take(fd, lock, wait_ms);
}

bool
lock_release(int fd)
{
	struct flock all = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_SETLK, &all) == 0;
}

enum lock
lock_flock(int fd)
{
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			return LOCK_BUSY;
		if (errno != EINTR)
			return LOCK_FAILED;
	}
	return LOCK_TAKEN;
}

void
lock_unflock(int fd)
{
	int saved = errno;

	flock(fd, LOCK_UN);
	errno = saved;
}
