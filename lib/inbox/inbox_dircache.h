/*
 * inbox_dircache.h - directories of inboxes that stay open between events.
 *
 * To open them anew for each event is a good part of the work of filing it.
 * What is kept is used only while it is what its path says: that is looked at
 * each time, and costs a fraction.  For threads of one process; a process that
 * files one event has no use for it.
 *
 * Known to inbox_dir.h alone, whose functions do all of this by themselves.
 */
#ifndef INBOX_DIRCACHE_H
#define INBOX_DIRCACHE_H

#include <stdbool.h>

#include "inbox/inbox.h"

struct inbox_dir; /* inbox_fds.h */
struct inbox_dircache;
struct inbox_dircache_entry;

/* NULL when out of memory; freed by inbox_dircache_free(). */
struct inbox_dircache *inbox_dircache_new(void);

/* Close all. Nothing may still be in use; NULL is harmless. */
void inbox_dircache_free(struct inbox_dircache *dircache);

/*
 * The directories of inbox, if they are kept and still the same: then dir has
 * a lock file of its own, and inbox_dircache_release() of dir->cached gives the rest
 * back.
 */
bool inbox_dircache_find(struct inbox_dircache *dircache,
    const struct inbox *inbox, struct inbox_dir *dir);

/*
 * Keep what was just opened.  From then on dir borrows all but its lock, as if
 * it had been found.  Where it cannot be cached, nothing changes.
 */
void inbox_dircache_add(struct inbox_dircache *dircache,
    const struct inbox *inbox, struct inbox_dir *dir);

void inbox_dircache_release(
    struct inbox_dircache *dircache, struct inbox_dircache_entry *cached);

#endif
