/*
 * inbox_forget.h - removes the dedup marks of an event, so that it is filed
 * again if its sender sends it again.
 *
 * An event is known by its file in new/, by the mark of its name, and perhaps
 * by the mark of a second name (inbox.h).  The second name is only known while
 * the event's file still exists.
 *
 * Each mark that is left only keeps the event a duplicate, as it was before.
 * So it does not matter in which order they are removed: after a crash in
 * between, the event is a duplicate by the marks that are left, and the next
 * call removes these.
 */
#ifndef INBOX_FORGET_H
#define INBOX_FORGET_H

#include <stdbool.h>

#include "base/status.h"
#include "inbox/inbox.h"

enum inbox_forgot {
	FORGOT_IT,      /* the marks are removed, and this is on disk */
	FORGOT_WAITING, /* nothing was done: the event is in new/ */
	FORGOT_UNKNOWN, /* there was no mark */
	FORGOT_FAILED   /* why is set; some of the marks may be removed */
};

/* What inbox_forget() reports besides. */
struct inbox_forgotten {
	/* The event's file is in cur/: a consumer may be working on it. */
	bool in_cur;
	/* The second name was known, and its marks are removed too. */
	bool also;
};

/*
 * Remove the marks of the event whose file is, or was, called name; of all
 * days, in the inbox and in inbox->other.  name must be of the form that
 * event_file.name has.  The event is locked in both meanwhile, as inbox_store()
 * does it: an event that is being stored is stored and marked first, and is
 * then waiting.
 *
 * also is the second name, if the caller knows it from a file of the event that
 * is neither in new/ nor in cur/; or NULL.  What the file in cur/ says counts
 * more.
 *
 * Creates nothing, and follows no symbolic link.  Waits at most three seconds for
 * a lock.  Call inbox_recover() before: a file that a crash left in tmp/ may
 * otherwise bring the marks back.
 */
enum inbox_forgot inbox_forget(const struct inbox *inbox, const char *name,
    const char *also, struct inbox_forgotten *result, struct reason *why);

#endif
