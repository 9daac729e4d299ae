/*
 * inbox_lock.h - one event at a time.
 *
 * One byte of the inbox's lock file is locked for each event that is being
 * filed: copies of it wait for each other, other events do not, and a crash
 * releases it.
 */
#ifndef INBOX_LOCK_H
#define INBOX_LOCK_H

#include <stdbool.h>

/*
 * Lock the byte of name in the lock file fd, which must have been opened for
 * this use alone; closing it releases.  False with errno set: without wait,
 * EAGAIN or EACCES if another has it.
 */
bool inbox_lock(int fd, const char *name, bool wait);

#endif
