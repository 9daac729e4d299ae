/*
 * group_commit.h - fsync() for many threads, by one commit of the journal.
 *
 * Each fsync() of a new file makes the file system commit its journal, and
 * whoever asks meanwhile waits for the next commit.  Of sixty-four threads that
 * flush one by one, the commits and the waking take half of the machine.  Here
 * they wait until enough of them are there, and one of them does it for all:
 * each file's bytes are written and waited for, then one commit makes all of
 * them durable.
 *
 * That needs a file system whose journal is a single sequence (fs_journal.h), so
 * that a commit for the file that was changed last covers whatever was changed
 * before it: of ext4 and XFS, by then, the size of each file and where its
 * bytes are.  tests/crash/10-powercut.t shows it, with disks that have no cache.
 *
 * Who was alone lately never waits.  Otherwise a group goes once the one before
 * it is done and most of the crowd that was last seen are there, or it has
 * waited for others as long as that one took, at most GROUP_COMMIT_LINGER_NS.  What
 * is for several disks waits for the slowest of them.
 */
#ifndef GROUP_COMMIT_H
#define GROUP_COMMIT_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

/* Bytes of the largest file that others should be made to wait for. */
#define GROUP_COMMIT_FILE_MAX 1048576

/* Longest wait for others, in nanoseconds. */
#define GROUP_COMMIT_LINGER_NS 5000000L

struct group_commit_member;

struct group_commit {
	pthread_mutex_t lock;
	pthread_cond_t first; /* to the first of a group: look again */
	struct group_commit_member
	    *group;              /* that gathers, the last to come first */
	unsigned long groups;    /* that went so far */
	unsigned waiting;        /* in the group that gathers */
	unsigned inside;         /* in the one that is being flushed */
	unsigned crowd;          /* most that were here at once, lately */
	struct timespec in, out; /* when the last one began and ended */
};

/* False, with nothing to be destroyed, if there are no resources for it. */
bool group_commit_init(struct group_commit *group_commit);

/* Nobody may be in it. */
void group_commit_destroy(struct group_commit *group_commit);

/*
 * What fsync(fd) does, perhaps together with others: 0, or -1 with errno set.
 * fd is a file open for writing that belongs to this user, on a file system of
 * which fs_journal_ordered() is true.  NULL is fsync() alone, on whatever.
 *
 * As with fsync(), a failure must not be tried again: its pages count as clean.
 */
int group_commit_sync(struct group_commit *group_commit, int fd);

#endif
