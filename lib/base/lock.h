/*
 * lock.h - locks files, with one holder among all processes and threads.
 *
 * These are open file description locks.  Closing the descriptor releases the
 * lock, and so does a crash.  Each holder needs a descriptor that it opened
 * itself: those that dup() or fork() made from the same open() share one lock.
 */
#ifndef LOCK_H
#define LOCK_H

#include <stdbool.h>
#include <sys/types.h>

enum lock {
	LOCK_TAKEN,
	LOCK_BUSY,  /* another holder did not release it in time */
	LOCK_FAILED /* errno is set */
};

/* Values of wait_ms, which is otherwise the longest wait in milliseconds. */
#define LOCK_NO_WAIT 0
#define LOCK_FOREVER (-1)

/* Lock the whole file fd, which must be open for writing. */
enum lock lock_file(int fd, int wait_ms);

/* Lock the byte at offset at of fd.  The file may be shorter than that. */
enum lock lock_byte(int fd, off_t at, int wait_ms);

/*
 * Release all locks of fd, so that it can be used again.  False with errno set;
 * then only closing it does that.
 */
bool lock_release(int fd);

/*
 * The same with flock(2), without waiting: fd may be open for reading only.
 * These locks and those above do not know of each other.
 */
enum lock lock_flock(int fd);

/*
 * Release the lock of lock_flock(), even if a child process still has the open
 * file.  Does not change errno.
 */
void lock_unflock(int fd);

#endif
