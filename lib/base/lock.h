/*
 * lock.h - file locks with one holder at a time, among all processes and
 * threads.
 *
 * These are open file description locks (fcntl(2)): closing the descriptor
 * releases the lock, and so does a crash.  The file must have been opened only
 * for locking.
 */
#ifndef LOCK_H
#define LOCK_H

#include <sys/types.h>

enum lock {
	LOCK_TAKEN,
	LOCK_BUSY,  /* another holder did not release it in time */
	LOCK_FAILED /* errno is set */
};

/* Special values of wait_ms, the time to wait for the lock in milliseconds. */
#define LOCK_NO_WAIT 0
#define LOCK_FOREVER (-1)

/* Lock the whole file fd. */
enum lock lock_file(int fd, int wait_ms);

/* Lock only the byte at the offset at of fd.  The file may be shorter. */
enum lock lock_byte(int fd, off_t at, int wait_ms);

#endif
