/*
 * fetchlock.h - one fetch at a time and one try a minute, over all processes.
 *
 * A file that is held by who fetches, and that says when that was last tried,
 * in seconds since 1970.  Closing it lets it go, and so does a crash.
 */
#ifndef FETCHLOCK_H
#define FETCHLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "base/status.h"

#define FETCHLOCK_MINUTE 60 /* seconds between two tries */
/* Clocks differ, and what was fetched may be newer than who waited for it. */
#define FETCHLOCK_SLACK 60

/*
 * Take the lock file at path, which is made if it is missing: at once or not
 * at all, or else after waiting for as long as a fetch may take.
 *
 * LOCK_TAKEN: the caller closes *fd.  LOCK_BUSY: another has it still.
 * LOCK_FAILED: why is set.
 */
enum lock fetchlock_take(
    int *fd, const char *path, bool wait, struct reason *why);

/* True if the last try noted in fd was within a minute of now. */
bool fetchlock_tried(int fd, int64_t now);

/* The same of so many seconds. */
bool fetchlock_tried_within(int fd, int64_t now, int64_t seconds);

/* The same of the file at path, whoever holds it. */
bool fetchlock_tried_at(const char *path, int64_t now);

/* Note a try at the time now, before it is made. False with errno set. */
bool fetchlock_note(int fd, int64_t now);

#endif
