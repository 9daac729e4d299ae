/*
 * wait.h - waiting for a descriptor, with a limit.
 *
 * Times are milliseconds of a clock that nobody sets (CLOCK_MONOTONIC).
 */
#ifndef WAIT_H
#define WAIT_H

#include <stdbool.h>

/* The present time. */
long long wait_clock(void);

/*
 * Wait until fd can be read (POLLIN) or written (POLLOUT), or has an error.
 * Returns false if that does not happen before the time end.  If end is in the
 * past, the function looks at fd once.
 */
bool wait_for(int fd, short events, long long end);

#endif
