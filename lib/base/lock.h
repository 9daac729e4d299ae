/*
 * lock.h - one holder at a time, over all processes and threads.
 *
 * Open file description locks: closing the descriptor releases, and so does a
 * crash.  The file must have been opened for this use alone.
 */
#ifndef LOCK_H
#define LOCK_H

#include <sys/types.h>

enum lock {
	LOCK_TAKEN,
	LOCK_BUSY,  /* another has it, and did not release it in time */
	LOCK_FAILED /* errno is set */
};

/* How long to wait for another, in milliseconds. */
#define LOCK_NO_WAIT 0
#define LOCK_FOREVER (-1)

/* Lock the whole of fd. */
enum lock lock_file(int fd, int wait_ms);

/* Lock the one byte at the offset at of fd; it need not be there. */
enum lock lock_byte(int fd, off_t at, int wait_ms);

#endif
