/*
 * runners_seen.h - warns of runners that are in each other's way.
 *
 * A provider's events go to one runner; a second one waits until the first has
 * ended, and may wait for ever.  Runners are found below /proc, without their
 * locks: to try run.lock would have a `hookdir run --once` that starts at this
 * moment end at once.
 */
#ifndef RUNNERS_SEEN_H
#define RUNNERS_SEEN_H

#include "base/log.h"

/*
 * Warn if two or more processes are `hookdir run`, use the settings file at path
 * and have a provider in common.  Those with --once do not count: they never
 * wait.  A process that ends meanwhile does not count either, nor one that
 * cannot be looked at.
 *
 * The environment of another user cannot be read, nor that of a process that was
 * root's before.  If such a process is run_user's or this user's, it is taken
 * for one without HOOKDIR_CONFIG.
 */
void runners_seen(const char *path, const struct log *log);

#endif
