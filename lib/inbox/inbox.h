/*
 * inbox.h - events as files: whole or not at all, once, and durable.
 *
 * The only module that writes below ROOT.  For each provider
 *
 *	ROOT/P/tmp/   being written, as NAME.SHA256
 *	ROOT/P/new/   complete events
 *	ROOT/P/cur/   the consumer's; never touched here
 *	ROOT/P/dedup/  marks (inbox_dedup.h), for recognising repeats
 *	ROOT/P/lock   one byte of it is locked for each event being filed
 *
 * Any number of threads and processes may use one inbox.  Knows nothing of
 * requests, signatures or settings.
 */
#ifndef INBOX_H
#define INBOX_H

#include <stdbool.h>
#include <time.h>

#include "base/span.h"
#include "base/status.h"

#define INBOX_NAME_MAX 128 /* characters of NAME */
/* Of NAME, a dot, and the SHA-256 of the file; NUL counted. */
#define INBOX_TMP_MAX (INBOX_NAME_MAX + 1 + 64 + 1)

struct group_commit;   /* group_commit.h */
struct inbox_dircache; /* inbox_dircache.h */

/* Where and how events are filed. */
struct inbox {
	const char *root;     /* ROOT, absolute; its parent must exist */
	const char *provider; /* a directory name, checked by the caller */
	bool group_access;    /* directories 2770, files 0660 */
	long dedup_days;      /* how long a mark is kept */
	/* For those who flush at the same time, or NULL. */
	struct group_commit *group_commit;
	/* Where directories are kept open, or NULL. */
	struct inbox_dircache *dircache;
	/* Where events of this provider may lie as well, or NULL. */
	const struct inbox *other;
	/* As an other: it has just failed, so its marks count, its files not. */
	bool suspect;
};

/* An event as the file that it becomes; all borrowed. */
struct event_file {
	const char *name; /* 1 to INBOX_NAME_MAX bytes: no '/', no dot first */
	struct span head, body; /* one after the other */
	int body_fd; /* a file that holds the body alone, for reading; or 0 */
};

/* How a file was filed, beside the status. */
struct inbox_result {
	/* Stored, but not marked: a repeat may be filed again. */
	bool unmarked;
	/* Stored, but the other inbox, which may have it, is out of reach. */
	bool blind;
	/* The first event of some days: inbox_sweep() is due. */
	bool sweep_due;
	/*
	 * inbox_recover() is due: this is the first event since the machine
	 * started, or its name in tmp/ could not be removed.
	 */
	bool recover_due;
};

/*
 * File the event at the time now (seconds since 1970).
 *
 * The order of commit: look for a mark; write to a file in tmp/, fsync it;
 * link it to new/NAME (the instant of delivery); where the file system does not
 * keep the order of changes (fs_journal.h), fsync new/; remove it from tmp/; mark.
 * Where it does, what a power cut takes from new/ is still in tmp/, and
 * inbox_recover() puts it back.  All of it under the lock of this event, so
 * that copies that arrive together are filed once.  What cannot be made durable
 * is taken out of new/ again: a second try must not rest on it.
 *
 * With inbox->other the event is locked and looked for there too, and is a
 * repeat if it was filed there.
 *
 * ST_OK: the event is on disk.  ST_DUPLICATE: it was before.  ST_TRY_LATER, with
 * why set: it may or may not be, and must be filed again.  With
 * result->unmarked or blind why says what failed.
 */
enum status inbox_store(const struct inbox *inbox,
    const struct event_file *file, time_t now, struct inbox_result *result,
    struct reason *why);

/*
 * Put into new/ what lies whole in tmp/ and is being filed by nobody: a crash
 * came before its link did, or took it.  What is not whole was never
 * acknowledged, and is removed; so is what is in new/ or marked.  Makes no
 * directories.  *n grows by the number of events that were put there.  False
 * with why set if something could not be done; it is left for the next time.
 */
bool inbox_recover(
    const struct inbox *inbox, time_t now, size_t *n, struct reason *why);

/*
 * Remove marks of days that are older than dedup_days, and what has lain in
 * tmp/ for 36 hours: left by a crash.  Makes nothing: an inbox that is not there
 * is clean.  False with why set if something could not be removed; the next
 * sweep tries again.
 */
bool inbox_sweep(const struct inbox *inbox, time_t now, struct reason *why);

#endif
