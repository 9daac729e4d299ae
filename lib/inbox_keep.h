/*
 * inbox_keep.h - directories of inboxes that stay open between events.
 *
 * To open them anew for each event is a good part of the work of filing it.
 * What is kept is used only while it is what its path says: that is looked at
 * each time, and costs a fraction.  For threads of one process; a process that
 * files one event has no use for it.
 *
 * Known to inbox_dir.h alone, whose functions do all of this by themselves.
 */
#ifndef INBOX_KEEP_H
#define INBOX_KEEP_H

#include <stdbool.h>

#include "inbox.h"

struct inbox_dir;
struct inbox_keep;
struct inbox_kept;

/* NULL when out of memory; freed by inbox_keep_free(). */
struct inbox_keep *inbox_keep_new(void);

/* Close all. Nothing may still be in use; NULL is harmless. */
void inbox_keep_free(struct inbox_keep *keep);

/*
 * The directories of inbox, if they are kept and still the same: then dir has
 * a lock file of its own, and inbox_keep_release() of dir->kept gives the rest
 * back.
 */
bool inbox_keep_find(
    struct inbox_keep *keep, const struct inbox *inbox, struct inbox_dir *dir);

/*
 * Keep what was just opened.  From then on dir borrows all but its lock, as if
 * it had been found.  Where it cannot be kept, nothing changes.
 */
void inbox_keep_add(
    struct inbox_keep *keep, const struct inbox *inbox, struct inbox_dir *dir);

void inbox_keep_release(struct inbox_keep *keep, struct inbox_kept *kept);

#endif
