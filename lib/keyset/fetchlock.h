/*
 * fetchlock.h - one fetch at a time and one try a minute, for all processes.
 *
 * The process that fetches holds a lock on the first byte of a file.  The content
 * of the file is the time of the last try, in seconds since 1970.  Those that
 * wait hold one of the next FETCHLOCK_PLACES bytes each: under CGI, a process
 * cannot count the others.  Closing the descriptor releases a lock, and so does
 * a crash.
 */
#ifndef FETCHLOCK_H
#define FETCHLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "base/status.h"

#define FETCHLOCK_MINUTE 60 /* seconds between two tries */
#define FETCHLOCK_PLACES 16 /* most that wait, in all processes */
/*
 * Seconds that a time may lie in the future and still be believed.  Clocks
 * differ; and a request that waited for a fetch has an older "now" than the
 * fetch.
 */
#define FETCHLOCK_SLACK 60

/*
 * Lock the file at path, which is created if it does not exist.  wait_ms is
 * the longest wait in milliseconds.
 *
 * LOCK_TAKEN: the caller closes *fd.  LOCK_BUSY: another process still holds
 * the lock.  LOCK_FAILED: why is set.
 */
enum lock fetchlock_take(
    int *fd, const char *path, int wait_ms, struct reason *why);

/*
 * Take a place among those that wait.  LOCK_TAKEN: the caller closes *fd.
 * LOCK_BUSY: there is none.  LOCK_FAILED: why is set.
 */
enum lock fetchlock_place(int *fd, const char *path, struct reason *why);

/* True if the last try noted in fd is less than a minute old. */
bool fetchlock_tried(int fd, int64_t now);

/* fetchlock_tried() of the file at path; needs no lock. */
bool fetchlock_tried_at(const char *path, int64_t now);

/* Note in fd that a try begins now.  False with errno set. */
bool fetchlock_note(int fd, int64_t now);

#endif
