/*
 * become.h - what a command of root does as the receiver's user (run_as.h).
 */
#ifndef BECOME_H
#define BECOME_H

#include "config/run_as.h"

/*
 * Run fn(arg) in a child process that has become that user; for a command that
 * remains root itself.  Returns the exit status: that of fn, or one for which a
 * line has been logged.  Nothing comes back but that status and what fn writes.
 */
int become_child(const struct become *who, int (*fn)(void *arg), void *arg);

#endif
