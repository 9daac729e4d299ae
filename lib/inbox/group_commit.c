/* group_commit.c - all are written out, and then one is flushed. */
#define _GNU_SOURCE /* sync_file_range() */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inbox/group_commit.h"

/*
 * Start writing.  Only this call reports that the disk has no free blocks: ext4
 * then drops the pages, and later calls find nothing left to write.
 */
static void
begin(struct group_commit_file *file)
{
	struct stat st;

	if (fstat(file->fd, &st) != 0 ||
	    sync_file_range(file->fd, 0, 0, SYNC_FILE_RANGE_WRITE) != 0)
		file->error = errno;
	else
		file->dev = st.st_dev;
}

/* Wait until all bytes of the file are on the device, perhaps in its cache. */
static void
write_out(struct group_commit_file *file)
{
	const unsigned all = SYNC_FILE_RANGE_WAIT_BEFORE |
			     SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;

	if (file->error == 0 && sync_file_range(file->fd, 0, 0, all) != 0)
		file->error = errno;
}

/*
 * Commit the journal once, for this file and for every later one on the same
 * device.  This file is changed first: fsync() only waits for the commit that
 * has the last change of its own file.  If that change fails, the caller tries
 * the next file.
 */
static void
commit(struct group_commit_file *file)
{
	const struct timespec touch[] = {
	    {.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_NOW}};
	dev_t dev = file->dev;
	int error;

	if (futimens(file->fd, touch) != 0) {
		file->error = errno;
		return;
	}
	error = fsync(file->fd) == 0 ? 0 : errno;
	for (; file != NULL; file = file->next) {
		if (file->dev == dev && file->error == 0) {
			file->error = error;
			file->committed = true;
		}
	}
}

void
group_commit_flush(struct group_commit_file *group)
{
	struct group_commit_file *file;

	if (group->next == NULL) {
		if (fsync(group->fd) != 0)
			group->error = errno;
		return;
	}
	for (file = group; file != NULL; file = file->next)
		begin(file);
	for (file = group; file != NULL; file = file->next)
		write_out(file);
	for (file = group; file != NULL; file = file->next) {
		if (file->error == 0 && !file->committed)
			commit(file);
	}
}
