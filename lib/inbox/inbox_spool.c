/* inbox_spool.c - room beside the events for what is not yet one. */
#define _GNU_SOURCE /* O_TMPFILE */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "inbox/inbox.h"
#include "inbox/inbox_dir.h"

/* Where no file begins without a name, it loses the one that it had at once. */
static int
open_and_unlink(int tmp)
{
	const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	struct timespec now;
	char name[64];
	int fd;

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(name, sizeof(name), "body.%lld.%09ld.%ld",
	    (long long)now.tv_sec, now.tv_nsec, (long)getpid());
	fd = openat(tmp, name, flags, 0600);
	if (fd >= 0 && unlinkat(tmp, name, 0) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

int
inbox_spool(const struct inbox *inbox, struct reason *why)
{
	struct inbox_dir dir;
	int fd = -1;

	if (inbox_dir_open(&dir, inbox, why) != ST_OK)
		goto out;
	/* O_EXCL: it can never get a name. */
	fd = openat(
	    dir.fds.tmp, ".", O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR))
		fd = open_and_unlink(dir.fds.tmp);
	if (fd < 0)
		reason_errno(why, "%s/%s/tmp: a file cannot be made",
		    inbox->root, inbox->provider);
out:
	inbox_dir_close(&dir);
	return fd;
}
