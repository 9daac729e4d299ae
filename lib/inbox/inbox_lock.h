/*
 * inbox_lock.h - one event at a time.
 *
 * One byte of the inbox's lock file is locked for each event that is being
 * filed: copies of it wait for each other, other events do not, and a crash
 * releases it.
 */
#ifndef INBOX_LOCK_H
#define INBOX_LOCK_H

#include "base/lock.h"

/* Lock the byte of name in the lock file fd (lock.h). */
enum lock inbox_lock(int fd, const char *name, int wait_ms);

#endif
