/*
 * become.h - a command that root starts goes on as the receiver's user.
 *
 * What root makes in an inbox, the receiver cannot write: every later delivery
 * is answered 503.  And what root can read, the receiver may not be able to
 * read.  So a command of root becomes the owner of the inbox, for good, before
 * it opens anything that the settings name.
 */
#ifndef BECOME_H
#define BECOME_H

#include <stdbool.h>

#include "base/status.h"
#include "config/config.h"

/*
 * Become the owner of the inbox that the settings file at path names: his
 * groups, his group, his uid.  Does nothing for other users than root, or where
 * there are no usable settings, no inbox, or one that belongs to root.
 *
 * True: *became says whether the user has changed.  False with why set: the
 * process must end.
 */
bool become_owner(const char *path, bool *became, struct reason *why);

#endif
