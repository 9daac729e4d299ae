/*
 * group_commit.h - fsync() for many threads with one commit of the journal.
 *
 * Each fsync() of a new file makes the file system commit its journal.  With
 * sixty-four threads that call fsync() one by one, half of the machine's time
 * goes into commits and into waking threads.  Here the threads gather in a
 * group, and its first member flushes for all: it writes out the bytes of each
 * file and waits for them, and then commits the journal once.
 *
 * That needs a file system whose journal is a single sequence (fs_journal.h).
 * There, the commit for the file that was changed last also covers every
 * earlier change; on ext4 and XFS these include the size and block map of each
 * file.  tests/crash/10-powercut.t checks this, with disks that have no cache.
 *
 * A thread that has recently been alone never waits.  Otherwise a group starts
 * when the previous group is done, and either most of the recently seen threads
 * have come, or the group has waited as long as the previous flush took, and at
 * most GROUP_COMMIT_LINGER_NS.  A group with files on several disks waits for
 * the slowest of them.
 */
#ifndef GROUP_COMMIT_H
#define GROUP_COMMIT_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

/* Flush larger files (in bytes) alone, so that others do not wait for them. */
#define GROUP_COMMIT_FILE_MAX 1048576

/* The longest time that a group waits for more members, in nanoseconds. */
#define GROUP_COMMIT_LINGER_NS 5000000L

struct group_commit_member;

struct group_commit {
	pthread_mutex_t lock;
	/* Wakes the first member of the gathering group. */
	pthread_cond_t first;
	/* The gathering group; the latest member stands first in the list. */
	struct group_commit_member *group;
	unsigned long groups;    /* number of groups flushed so far */
	unsigned waiting;        /* members of the gathering group */
	unsigned inside;         /* members of the group being flushed */
	unsigned crowd;          /* most members at once, recently */
	struct timespec in, out; /* begin and end of the last flush */
};

/* False if resources are lacking; then there is nothing to destroy. */
bool group_commit_init(struct group_commit *group_commit);

/* No thread may be in group_commit_sync(). */
void group_commit_destroy(struct group_commit *group_commit);

/*
 * Do what fsync(fd) does, perhaps for other threads too.  0, or -1 with errno
 * set.  fd must be open for writing, belong to this user, and be on a file
 * system of which fs_journal_ordered() is true.  If group_commit is NULL, this
 * is fsync(fd), and fd may be any file.
 *
 * As with fsync(), do not call it again after a failure: the kernel has marked
 * the pages clean, and the second call would report success.
 */
int group_commit_sync(struct group_commit *group_commit, int fd);

#endif
