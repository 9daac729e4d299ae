/*
 * inbox_lock.h - lets only one process or thread store a given event at a time.
 *
 * For each event that is being stored, bytes of the inbox's lock file are
 * locked: one for each of its names.  Copies of the same event wait for each
 * other; different events do not.  A crash releases the locks.
 */
#ifndef INBOX_LOCK_H
#define INBOX_LOCK_H

#include "base/lock.h"
#include "inbox/inbox_dedup.h"

/*
 * Lock the bytes of the names in the lock file fd, the lower byte first, and
 * wait at most wait_ms milliseconds for each (lock_byte() in lock.h).  All who
 * wait take them in this order, so none waits for another in a circle.
 */
enum lock inbox_lock(int fd, const struct dedup_names *names, int wait_ms);

#endif
