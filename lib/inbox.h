/*
 * inbox.h - events as files: whole or not at all, once, and durable.
 *
 * The only module that writes below ROOT.  For each provider
 *
 *	ROOT/P/tmp/   being written
 *	ROOT/P/new/   complete events
 *	ROOT/P/cur/   the consumer's; never touched here
 *	ROOT/P/seen/  marks by day, YYYY-MM-DD/NAME, for recognising repeats
 *	ROOT/P/lock   one byte of it is locked for each event being filed
 *
 * Any number of threads and processes may use one inbox.  Knows nothing of
 * requests, signatures or settings.
 */
#ifndef INBOX_H
#define INBOX_H

#include <stdbool.h>
#include <time.h>

#include "span.h"
#include "status.h"

/* Where and how events are filed. */
struct inbox {
	const char *root;     /* ROOT, absolute; its parent must exist */
	const char *provider; /* a directory name, checked by the caller */
	bool group_access;    /* directories 2770, files 0660 */
	long seen_days;       /* how long a mark is kept */
	/* Where events of this provider may lie as well, or NULL. */
	const struct inbox *other;
	/* As an other: it has just failed, so its marks count, its files not. */
	bool suspect;
};

/* How a file was filed, beside the status. */
struct inbox_result {
	/* Stored, but not marked: a repeat may be filed again. */
	bool unmarked;
	/* Stored, but the other inbox, which may have it, is out of reach. */
	bool blind;
	/* The first event of a day: inbox_sweep() is due. */
	bool sweep_due;
};

/*
 * File head and body, one after the other, as NAME (1 to 128 bytes, checked by
 * the caller: no '/', no dot first), at the time now (seconds since 1970).
 *
 * The order of commit is design.md section 4: look for a mark, write to an
 * unnamed file, fsync, link to new/NAME (the instant of delivery), fsync new/,
 * mark.  All of it under the lock of this event, so that copies that arrive
 * together are filed once.  What cannot be made durable in new/ is taken out
 * of it again: a second try must not rest on it.
 *
 * With inbox->other the event is locked and looked for there too, and is a
 * repeat if it was filed there.
 *
 * ST_OK: the event is on disk.  ST_REPEAT: it was before.  ST_TRY_LATER, with
 * why set: it may or may not be, and must be filed again.  With
 * result->unmarked or blind why says what failed.
 */
enum status inbox_store(const struct inbox *inbox, const char *name,
    struct span head, struct span body, time_t now, struct inbox_result *result,
    struct reason *why);

/*
 * Open an unnamed file in tmp/ for a body that is too large for memory, after
 * making the inbox's directories if need be.  It is no event, and none can be
 * made of it: an event is written anew.  Its descriptor, the caller's to
 * close, or -1 with why set.
 */
int inbox_spool(const struct inbox *inbox, struct reason *why);

/*
 * Remove marks of days that are older than seen_days, and what has lain in
 * tmp/ for 36 hours: left by a crash.  Makes nothing: an inbox that is not there
 * is clean.  False with why set if something could not be removed; the next
 * sweep tries again.
 */
bool inbox_sweep(const struct inbox *inbox, time_t now, struct reason *why);

#endif
