/*
 * outbox.h - the steps of an event from new/ to its end.
 *
 * State is where the file is (outbox_name.h).  Events never change; there is no
 * database and no index.  The module knows nothing of handlers: the runner
 * starts them, and calls these steps.
 *
 *	outbox_take       new/ or later/  -> busy/, one attempt more
 *	outbox_again      busy/           -> busy/, one attempt more: after a crash
 *	outbox_done       busy/           -> done/, or removed
 *	outbox_later      busy/           -> later/
 *	outbox_failed     busy/           -> failed/
 *	outbox_put_back   busy/           -> new/ or later/, one attempt less
 *	outbox_postpone   later/          -> later/, at another time
 *	outbox_replay     failed/ done/ later/  -> new/
 *	outbox_drop       new/ later/     -> failed/
 *	outbox_remove     failed/ done/   -> removed
 *
 * take to put_back are for the one process that has run.lock: OUTBOX_RUN.  The
 * others may be done by any process beside it: OUTBOX_CHANGE.
 *
 * Who moves or removes a name has the lock of the file: flock(LOCK_EX).  After
 * locking it looks whether the name still leads to that file.  The runner has
 * the lock from taking an event to the end of its last move, and a one-shot
 * handler inherits it with the open file: so the next runner, replay and drop
 * know that a handler lives that outlived its runner.
 *
 * A move never replaces a file by accident.  Where the file system keeps
 * changes in order (fs_journal.h) it is renameat2(RENAME_NOREPLACE), and is not
 * flushed: a power cut repeats a handler, and loses no event.  Elsewhere it is
 * linkat(), fsync() of the target folder, unlinkat(): a crash leaves both names.
 * If the target's name exists:
 *
 *   - It is the same file, as such a crash leaves it: the target folder is
 *     flushed if need be, and the source is unlinked.  OUTBOX_SAME.
 *   - In failed/ and done/: the newer file replaces the older.  OUTBOX_REPLACED.
 *   - In later/: NEXT becomes a second later, until the name is free.
 *   - In new/ and busy/: the source stays.  OUTBOX_EXISTS.
 *
 * Copies of an event in new/, later/ and failed/ are independent of each other.
 * But while an id is in busy/, in either root, no copy of it is taken:
 * OUTBOX_HANDLED.
 *
 * Times: the time of an event's file (mtime) is when it came into its present
 * queue: its arrival; on a move to failed/ or done/, and by replay, it is set to
 * now.  If that fails, the event is moved all the same.
 */
#ifndef OUTBOX_H
#define OUTBOX_H

#include <stdbool.h>
#include <time.h>

#include "base/status.h"
#include "outbox/outbox_dir.h"
#include "outbox/outbox_name.h"

/* One event's file.  outbox_event_close() closes it. */
struct outbox_event {
	size_t root; /* of outbox->root[] */
	enum outbox_state state;
	struct outbox_name name;
	struct timespec mtime; /* when it was looked at */
	/*
	 * Open for reading, at the first byte unless the caller read from it;
	 * close-on-exec.  -1: not open.
	 */
	int fd;
	bool locked; /* this process has the lock of it */
};

/* What came of a step. */
enum outbox_step {
	OUTBOX_MOVED,          /* or removed; event says where it is now */
	OUTBOX_REPLACED_OLDER, /* the same; an older file there was replaced */
	OUTBOX_SAME_FILE, /* the target had the same file: now only the target */
	OUTBOX_GONE,      /* no such file: somebody else moved or removed it */
	OUTBOX_EXISTS,    /* the target has another file of this name */
	OUTBOX_HANDLED,   /* its id is in busy/ */
	OUTBOX_IN_USE,    /* another process has the lock of the file */
	OUTBOX_NOT_OURS,  /* no regular file of the receiver's user */
	OUTBOX_ERROR      /* a system call failed: why is set */
};

/* True if the step was made: the first three. */
bool outbox_stepped(enum outbox_step step);

/* Set an event up by its place: not open, not locked.  It may not be there. */
struct outbox_event outbox_event_at(
    size_t root, enum outbox_state state, const struct outbox_name *name);

/*
 * Open the event for reading, without its lock: to read its type before it is
 * taken.  Sets fd and mtime.  OUTBOX_MOVED: it is open, and nothing was moved.
 * Otherwise GONE, NOT_OURS or ERROR.
 */
enum outbox_step outbox_event_open(const struct outbox *outbox,
    struct outbox_event *event, struct reason *why);

/*
 * Release the lock, also if a child still has the open file, and close.
 * Harmless if closed.
 */
void outbox_event_close(struct outbox_event *event);

/*
 * Each of the steps below opens and locks the event if it is not open or locked
 * yet.  With any outcome but the first three nothing was moved: the event is
 * where it was, open and locked as it was, and the step may be tried again.
 *
 * anyway: the lock of another process does not count.  Only for the runner, and
 * only after timeout + 10 s since its start: what then still has the lock is a
 * child that a handler left.
 */

/*
 * Take an event of new/ or later/.  MOVED: it is open and locked, in busy/, and
 * name.attempts counts the attempt that is about to begin.  name.next keeps the
 * NEXT of later/.  Beyond OUTBOX_ATTEMPTS_MAX the number stays.
 *
 * HANDLED: it waits; try it again when the other copy has left busy/.
 */
enum outbox_step outbox_take(struct outbox *outbox, struct outbox_event *event,
    bool anyway, struct reason *why);

/*
 * Take an event that a crash left in busy/, which outbox_visit() finds there.
 * MOVED as outbox_take().  Other names that a crash left of the same file, in
 * new/, busy/ or later/, are removed.  SAME_FILE: this was such a name.  IN_USE:
 * its handler may live; try it again later.  HANDLED: this runner has the event
 * already.  Ask outbox_jobs_live() before the first.
 */
enum outbox_step outbox_again(struct outbox *outbox, struct outbox_event *event,
    bool anyway, struct reason *why);

/*
 * The ends of an attempt: the event is in busy/, open, and locked unless it was
 * taken anyway.  If it was moved, or is GONE, it is unlocked and closed.
 */

/* Handled: into done/ if keep is true, otherwise removed. */
enum outbox_step outbox_done(struct outbox *outbox, struct outbox_event *event,
    bool keep, struct reason *why);

/* Failed softly: to be tried again at next. */
enum outbox_step outbox_later(struct outbox *outbox, struct outbox_event *event,
    time_t next, struct reason *why);

/* Given up. */
enum outbox_step outbox_failed(
    struct outbox *outbox, struct outbox_event *event, struct reason *why);

/*
 * It was no attempt: N is one less.  Where that is 0, the event goes to new/,
 * otherwise to later/ with the NEXT that it had, or now.  If new/ has another
 * file of its name, the event goes to later/ at now, and the attempt counts.
 */
enum outbox_step outbox_put_back(struct outbox *outbox,
    struct outbox_event *event, time_t now, struct reason *why);

/* An event of later/ becomes due at next instead. */
enum outbox_step outbox_postpone(const struct outbox *outbox,
    struct outbox_event *event, time_t next, struct reason *why);

/*
 * An event of failed/, done/ or later/ goes back to new/, with no attempts.
 * EXISTS: one of its name waits there already.
 */
enum outbox_step outbox_replay(const struct outbox *outbox,
    struct outbox_event *event, struct reason *why);

/* An event of new/ or later/ is given up. */
enum outbox_step outbox_drop(const struct outbox *outbox,
    struct outbox_event *event, struct reason *why);

/*
 * Remove an event of failed/ or done/ for good.  GONE also if the file there has
 * another time than event->mtime: then another one has come.
 */
enum outbox_step outbox_remove(const struct outbox *outbox,
    struct outbox_event *event, struct reason *why);

/* Who is called for each event of a visit, and what was found. */
struct outbox_visit {
	/*
	 * The event is not open.  The function may make a step with it.  It
	 * returns false to end the visit.
	 */
	bool (*visit)(void *arg, struct outbox_event *event);
	void *arg;

	size_t events; /* that were visited */
	/* Files of other names, and what is not of the receiver's user. */
	size_t others;
};

/*
 * Visit each event in one state, in all roots that are open, in no order.  What
 * is moved meanwhile may be visited or not.  A folder that does not exist is
 * empty.  False with why set if a folder cannot be read; those of the other
 * root are visited all the same.
 */
bool outbox_visit(const struct outbox *outbox, enum outbox_state state,
    struct outbox_visit *visit, struct reason *why);

#endif
