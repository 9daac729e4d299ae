/*
 * model.h - a disk in place of the system's calls, in the program that includes
 * this, of which only this is known: what is durable is a file that fsync() was
 * called of, and, once that is done for a file that was touched before,
 * whatever was written out by then on its device.  Needs _GNU_SOURCE.
 */
#ifndef MODEL_H
#define MODEL_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 16

enum call { STAT, BEGIN, WRITE, TOUCH, FSYNC, CALLS };

enum state { FRESH, WRITTEN, DURABLE };

/* The disk; a descriptor is the number of its file. */
static struct {
	enum state state[FILES];
	int covered_by[FILES]; /* the touched file that takes it along, or -1 */
	int count[CALLS];      /* calls that were made */
	int error[CALLS][FILES];       /* what is to go wrong */
	int last_begun, first_written; /* when: the number of the call */
	int first_touched, last_written;
	int devices;
} disk;

static void
reset(void)
{
	memset(&disk, 0, sizeof(disk));
	disk.devices = 1;
	for (int i = 0; i < FILES; i++)
		disk.covered_by[i] = -1;
}

/* What comes of a call; and when it was. */
static int
called(enum call call, int fd)
{
	static int now;

	disk.count[call]++;
	now++;
	if (call == BEGIN)
		disk.last_begun = now;
	if (call == WRITE && disk.count[WRITE] == 1)
		disk.first_written = now;
	if (call == WRITE)
		disk.last_written = now;
	if (call == TOUCH && disk.count[TOUCH] == 1)
		disk.first_touched = now;
	errno = disk.error[call][fd];
	return errno == 0 ? 0 : -1;
}

int
fstat(int fd, struct stat *st)
{
	int rc;

	rc = called(STAT, fd);
	memset(st, 0, sizeof(*st));
	st->st_dev = 1 + (dev_t)(fd % disk.devices);
	return rc;
}

int
sync_file_range(int fd, off_t from, off_t n, unsigned flags)
{
	const unsigned all = SYNC_FILE_RANGE_WAIT_BEFORE |
			     SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
	int rc;

	rc = called(flags == all ? WRITE : BEGIN, fd);
	if (rc == 0 && flags == all && from == 0 && n == 0)
		disk.state[fd] = WRITTEN;
	return rc;
}

int
futimens(int fd, const struct timespec times[2])
{
	int rc;

	rc = called(TOUCH, fd);
	/* What changes nothing is in no commit. */
	if (times[0].tv_nsec == UTIME_OMIT && times[1].tv_nsec == UTIME_OMIT)
		rc = -1;
	for (int i = 0; i < FILES && rc == 0; i++) {
		if (disk.state[i] == WRITTEN &&
		    i % disk.devices == fd % disk.devices)
			disk.covered_by[i] = fd;
	}
	return rc;
}

int
fsync(int fd)
{
	int rc;

	rc = called(FSYNC, fd);
	for (int i = 0; i < FILES && rc == 0; i++) {
		if (i == fd || disk.covered_by[i] == fd)
			disk.state[i] = DURABLE;
	}
	return rc;
}

#endif
