/*
 * group_commit.h - fsync() of many files with one commit of the journal.
 *
 * Each fsync() of a new file makes the file system commit its journal.  Here the
 * bytes of all files are written out first, and then the journal is committed
 * once.
 *
 * That needs a file system whose journal is a single sequence (fs_journal.h).
 * There, the commit for the file that was changed last also covers every
 * earlier change; on ext4 and XFS these include the size and block map of each
 * file.  tests/crash/10-powercut.t checks this, with disks that have no cache.
 */
#ifndef GROUP_COMMIT_H
#define GROUP_COMMIT_H

#include <stdbool.h>
#include <sys/types.h>

/* Flush larger files (in bytes) alone, so that others do not wait for them. */
#define GROUP_COMMIT_FILE_MAX 1048576

/* One file of a group. */
struct group_commit_file {
	struct group_commit_file *next; /* or NULL */
	int fd;
	int error; /* the outcome: an errno, or 0 */

	/* The rest is the module's own. */
	dev_t dev;
	bool committed; /* a commit was tried; error says how it went */
};

/*
 * Do what fsync() does for each file of the list, and set its error.  A failure
 * concerns its file only, except that of a commit, which concerns all files of
 * that device.  Each fd must be open for writing, belong to this user, and be
 * on a file system of which fs_journal_ordered() is true.  A single file may be
 * any.
 *
 * As with fsync(), do not call it again after a failure: the kernel has marked
 * the pages clean, and the second call would report success.
 */
void group_commit_flush(struct group_commit_file *group);

#endif
