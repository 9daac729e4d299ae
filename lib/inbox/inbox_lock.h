/*
 * inbox_lock.h - lets only one process or thread store a given event at a time.
 *
 * For each event that is being stored, one byte of the inbox's lock file is
 * locked.  Copies of the same event wait for each other; different events do
 * not.  A crash releases the lock.
 */
#ifndef INBOX_LOCK_H
#define INBOX_LOCK_H

#include "base/lock.h"

/*
 * Lock the byte of the event called name in the lock file fd, waiting at most
 * wait_ms milliseconds (lock_byte() in lock.h).
 */
enum lock inbox_lock(int fd, const char *name, int wait_ms);

#endif
