/*
 * inbox_dir.h - makes, opens and checks the directories of a provider's inbox.
 *
 * Only the modules of inbox/, outbox/ and hold/ need it.  It knows nothing of events.
 */
#ifndef INBOX_DIR_H
#define INBOX_DIR_H

#include <stdbool.h>

#include "base/status.h"
#include "inbox/inbox.h"
#include "inbox/inbox_fds.h"

/* One that is closed. */
struct inbox_dir inbox_dir_none(void);

/*
 * Open the directories of the inbox.  First make those that are missing, and
 * flush them to disk.  Fails if ROOT, ROOT/P or a directory in it is a
 * symbolic link, if ROOT or ROOT/P is writable by every user, or if the lock
 * file is not a regular file or, with group_access, is another user's.
 *
 * The lock file is made last, when everything else is on disk: if it exists,
 * the directories are durable.
 *
 * With inbox->dircache, the open directories are taken from that cache and stay
 * in it for later calls.
 *
 * ST_OK, or ST_TRY_LATER with why set.  Call inbox_dir_close() after either.
 */
enum status inbox_dir_open(
    struct inbox_dir *dir, const struct inbox *inbox, struct reason *why);

/*
 * To be called between locking an event and looking for its marks: what the
 * cache knows of folders of marks may be out of date by then.
 */
void inbox_dir_locked(struct inbox_dir *dir);

/*
 * Open the directories, but make nothing.  If the inbox does not exist or is
 * not complete yet, the result is ST_OK with everything closed (-1).  If only
 * the lock file cannot be opened for writing, only dir->lock is -1, and
 * dir->lock_error says why: dedup marks can be read on a read-only file system
 * too.
 *
 * ST_OK, or ST_TRY_LATER with why set.  Call inbox_dir_close() after either.
 */
enum status inbox_dir_look(
    struct inbox_dir *dir, const struct inbox *inbox, struct reason *why);

/*
 * Set why to "ROOT/P", path, what and the text of errno.  path begins with '/'
 * or is empty.  If access was denied, and path or a directory above it belongs
 * to another user, say to whom, and what to do.
 *
 * Returns ST_TRY_LATER.  Does not change errno.
 */
enum status inbox_dir_fail(const struct inbox *inbox, const char *path,
    const char *what, struct reason *why);

/*
 * Make the directory name in at, which may exist already.  If it is this user's,
 * give it the right mode: an earlier attempt may have failed before that.  If it
 * is another user's, leave its mode alone.  False with errno set.
 */
bool inbox_dir_make(int at, const char *name, bool group_access);

/* Close what is open, or return it to the cache.  Harmless if closed. */
void inbox_dir_close(struct inbox_dir *dir);

#endif
