/*
 * inbox.h - stores each event as one file: complete, once, and durable.
 *
 * The inbox of provider P has this layout:
 *
 *	ROOT/P/tmp/    files that are being written, as NAME.SHA256
 *	ROOT/P/new/    complete events, as NAME
 *	ROOT/P/cur/    belongs to the consumer; never touched here
 *	ROOT/P/dedup/  dedup marks (inbox_dedup.h), to recognise duplicates
 *	ROOT/P/lock    bytes of it are locked for each event being stored
 *
 * Any number of threads and processes may use one inbox.  The module knows
 * nothing of requests, signatures or settings.
 */
#ifndef INBOX_H
#define INBOX_H

#include <stdbool.h>
#include <time.h>

#include "base/span.h"
#include "base/status.h"
#include "inbox/inbox_fds.h"

#define INBOX_NAME_MAX 128 /* characters of NAME */
/* Bytes of the largest file; max_body is at most 64 MiB. */
#define INBOX_FILE_MAX (128UL << 20)
/* The header line with the second name of an event. */
#define INBOX_ALSO "Hookdir-Dedup"
/* Size of "NAME.SHA256" with its NUL; SHA-256 in hex is 64 characters. */
#define INBOX_TMP_MAX (INBOX_NAME_MAX + 1 + 64 + 1)

struct inbox_dircache; /* inbox_dircache.h */

/* Where and how the events of one provider are stored. */
struct inbox {
	const char *root;     /* ROOT, absolute; its parent must exist */
	const char *provider; /* a directory name, checked by the caller */
	bool group_access;    /* directories 2770, files 0660 */
	long dedup_days;      /* how long a dedup mark counts */
	/* Keeps directories open between events; or NULL. */
	struct inbox_dircache *dircache;
	/*
	 * The provider's second inbox, also searched for duplicates; or NULL.
	 */
	const struct inbox *other;
	/*
	 * Read only if this inbox is the "other" of a second one: storing in
	 * this one has just failed.  Its dedup marks count then, but a file in
	 * its new/ does not, because that file may not be on disk.
	 */
	bool suspect;
};

/* The name and content of the file to store; all of it is borrowed. */
struct event_file {
	/* 1 to INBOX_NAME_MAX bytes; no '/', and no dot at the start. */
	const char *name;
	struct span head, body; /* the file is head, then body */
	/* A file that holds exactly the body, open for reading; or 0. */
	int body_fd;
	/*
	 * A second name, of the same form, or NULL.  The head then has the line
	 * "Hookdir-Dedup: NAME", so that inbox_recover() knows it too.
	 */
	const char *also;
};

/* What inbox_store() reports besides its status. */
struct inbox_result {
	/* With ST_DUPLICATE: the mark that was found has the second name. */
	bool by_also;
	/*
	 * The event is stored, but a dedup mark could not be written: a
	 * duplicate may be stored again.
	 */
	bool unmarked;
	/*
	 * The other inbox could not be read.  If it has this event, the event
	 * is now stored twice.
	 */
	bool blind;
	/* A new folder of dedup marks was begun: inbox_sweep() is due. */
	bool sweep_due;
	/*
	 * inbox_recover() is due: this is the first event since the machine
	 * started, a part of the inbox was missing and was made, or the event's
	 * name in tmp/ could not be removed.
	 */
	bool recover_due;
};

/*
 * Store the event; now is the current time in seconds since 1970.  The steps:
 *
 *   1. Look for a dedup mark.
 *   2. Write a file in tmp/.
 *   3. fsync() it.
 *   4. Link it to new/NAME: from this instant a consumer sees the event.
 *      Then fsync new/, unless the file system keeps changes in order
 *      (fs_journal.h).
 *   5. Write the dedup marks, and remove the name in tmp/.
 *
 * On a file system that keeps the order, an event that a power cut removes from
 * new/ is still in tmp/, and inbox_recover() puts it back.
 *
 * The lock of this event is held throughout, so that copies that arrive at the
 * same time are stored once.  If new/ cannot be flushed, the new link is
 * removed again, lest the next try take it for a durable event.
 *
 * With inbox->other, the event is locked and looked for there too.  An event
 * stored in either inbox is a duplicate in both.
 *
 * With file->also, an event is a duplicate if either name has a mark.  A
 * duplicate by one name is not marked with the other:
 *
 *   - Anyone may have chosen the name, and the event that it belongs to may be
 *     on its way.
 *   - What a sender signs anew when it tries again may be an event that is on
 *     its way, sent by somebody else under a name that is known.  To lose it
 *     would be worse than to store it twice.
 *
 * ST_OK: the event is on disk.  ST_DUPLICATE: it was on disk before.
 * ST_TRY_LATER, with why set: it may or may not be on disk, and the caller must
 * store it again.  If result->unmarked or result->blind, why says what failed.
 */
enum status inbox_store(const struct inbox *inbox,
    const struct event_file *file, time_t now, struct inbox_result *result,
    struct reason *why);

/*
 * The same in parts, for a caller that flushes several events together.  An
 * event that is begun belongs to one thread at a time, and any thread may finish
 * it: its locks are those of descriptors, not of threads.
 */
struct inbox_commit {
	/* Set by the caller, all borrowed. */
	const struct inbox *inbox;
	const struct event_file *file;
	time_t now;
	struct inbox_result *result;
	struct reason *why;

	int fd; /* the file in tmp/, open for writing; or -1 */
	/*
	 * The file may be flushed together with others: it is not large, and
	 * its file system keeps changes in order.
	 */
	bool together;

	/* The rest is the module's own. */
	struct inbox_dir dir, other;  /* other: all closed if there is none */
	char tmp_name[INBOX_TMP_MAX]; /* the file's name in tmp/, or "" */
};

/*
 * Steps 1 and 2: lock the event, look for marks, and write the file in tmp/.
 *
 * ST_OK: the caller flushes commit->fd, and calls inbox_finish().  With any
 * other status it is all over, and nothing is open or locked: ST_DUPLICATE, or
 * ST_TRY_LATER with why set.
 */
enum status inbox_begin(struct inbox_commit *commit);

/*
 * Steps 4 and 5.  error is the outcome of the flush: an errno, or 0.  If it is
 * not 0, the event is given up.  Returns what inbox_store() does.  Afterwards
 * nothing is open or locked.
 */
enum status inbox_finish(struct inbox_commit *commit, int error);

/*
 * Finish what a crash interrupted.  A complete file in tmp/ that no process is
 * storing is linked to new/.  An incomplete one is removed: its sender never
 * got a success answer.  So is one whose event is in new/ or has a dedup mark.
 * Marks that are missing are made, also that of the second name.
 *
 * A file of another user is not linked: this process did not make it.  A file
 * with a second link is not either: it was linked to new/ before.
 *
 * Makes the lock file and the directories that are missing if there are files
 * in tmp/, and nothing else.  Adds the number of events linked to new/ to *n.
 * False with why set if something failed; the next call tries that again.
 */
bool inbox_recover(
    const struct inbox *inbox, time_t now, size_t *n, struct reason *why);

/*
 * Remove dedup marks older than dedup_days, and files that have been in tmp/
 * for 36 hours, which a crash left.  A file called NAME.SHA256 that is complete
 * stays, however old it is, unless its event is in new/ or has a dedup mark: it
 * may be an acknowledged event that inbox_recover() could not put back.
 *
 * Creates nothing; a missing inbox is a success.  False with why set if such an
 * event is there, or if something could not be removed; the next sweep tries
 * again.
 */
bool inbox_sweep(const struct inbox *inbox, time_t now, struct reason *why);

#endif
