/*
 * inbox_dircache.h - keeps directories of inboxes open between events.
 *
 * Opening them for each event is a large part of the work of storing it.  A
 * cached directory is used only while its path still leads to it; checking that
 * each time is cheap.  All threads of a process share one cache.  A process
 * that stores one event does not need it.
 *
 * The same for the folders of dedup marks, of a few inboxes, and for the lock
 * file, which each use needs a descriptor of its own of.  Marks themselves are
 * looked for on disk each time.  Whether a folder of marks was made or removed
 * is looked at with the event locked: until then another process may store a
 * copy of it, with the first mark of a folder.
 *
 * Callers only create and free the cache.  inbox_dir_open(), inbox_dir_locked()
 * and inbox_dir_close() call the other functions.
 */
#ifndef INBOX_DIRCACHE_H
#define INBOX_DIRCACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "inbox/inbox.h"

struct inbox_dir; /* inbox_fds.h */
struct inbox_dircache;

/* Descriptors that a cache of so many inboxes keeps open, at most. */
long inbox_dircache_files(size_t inboxes);

/* NULL when out of memory; freed by inbox_dircache_free(). */
struct inbox_dircache *inbox_dircache_new(void);

/* Close all directories.  None may be in use.  NULL is harmless. */
void inbox_dircache_free(struct inbox_dircache *dircache);

/*
 * If the directories of inbox are in the cache and have not changed, lend them
 * to dir and return true.  Nobody else has dir->lock until the caller returns
 * all of it with inbox_dircache_release().
 */
bool inbox_dircache_find(struct inbox_dircache *dircache,
    const struct inbox *inbox, struct inbox_dir *dir);

/*
 * If a name in dedup/ has changed since its folders were opened, dir uses those
 * that are open no more.
 */
void inbox_dircache_look(struct inbox_dir *dir);

/*
 * Put the directories of dir, which were just opened, into the cache.  From
 * then on dir borrows them, as after inbox_dircache_find().  If they cannot be
 * cached, dir does not change.
 */
void inbox_dircache_add(struct inbox_dircache *dircache,
    const struct inbox *inbox, struct inbox_dir *dir);

/*
 * Return what inbox_dircache_find() or inbox_dircache_add() has lent.  The locks
 * of dir->lock are released.
 */
void inbox_dircache_release(const struct inbox_dir *dir);

#endif
