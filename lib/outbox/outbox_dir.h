/*
 * outbox_dir.h - the folders and the lock files of those who take events.
 *
 * A provider has one or two inboxes: with fallback_inbox there is a second ROOT.
 * Below ROOT/P, beside the receiver's own folders (inbox.h):
 *
 *	busy/ later/ failed/ done/   events: outbox_name.h
 *	errors/                      what handlers said: outbox_errors.h
 *	run.lock     locked by the runner, or the relay, as long as it runs
 *	job.N.lock   locked by persistent handler N as long as it lives
 *	paused       if it exists, runners wait
 *
 * The runner may be another user than the receiver, in the inbox's group
 * (group_access).  Then others can write there too.  So all of it is opened by
 * the descriptor of the folder above it, no symbolic link is followed, nothing
 * is opened that could block, and no file counts as an event but a regular file
 * of the receiver's user.
 *
 * Locks are those of flock(2): a handler inherits them with the descriptor, and
 * they can be had of a file that is open for reading.
 */
#ifndef OUTBOX_DIR_H
#define OUTBOX_DIR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

#include "base/lock.h"
#include "base/status.h"
#include "inbox/inbox_failover.h"
#include "inbox/inbox_fds.h"
#include "outbox/outbox_name.h"

#define OUTBOX_ROOTS 2
/* Most persistent handlers of one provider. */
#define OUTBOX_JOBS_MAX 999

/* What for an outbox is opened. */
enum outbox_use {
	OUTBOX_LOOK,   /* nothing is made */
	OUTBOX_CHANGE, /* folders that are missing are made */
	OUTBOX_RUN     /* and run.lock is taken */
};

/* What became of opening one root. */
enum outbox_opened {
	OUTBOX_CLOSED,  /* it was not tried yet */
	OUTBOX_OPEN,    /* it can be used */
	OUTBOX_NONE,    /* there is no inbox yet */
	OUTBOX_LOCKED,  /* another process has run.lock */
	OUTBOX_UNUSABLE /* why says why */
};

/* One root of a provider. */
struct outbox_root {
	struct inbox inbox; /* borrowed from the settings */
	enum outbox_opened opened;
	struct reason why; /* with OUTBOX_UNUSABLE */

	/* All are closed (-1) unless opened is OUTBOX_OPEN. */
	struct inbox_dir dir;
	int folder[OUTBOX_STATES]; /* -1: it is not there */
	int errors;                /* the same */
	int lock;                  /* run.lock; only with OUTBOX_RUN */
	uid_t owner;               /* events are this user's files */
};

/* An event in busy/. */
struct outbox_busy {
	uint64_t hash; /* outbox_name_hash() of its id */
	size_t root;
	bool left; /* a crash left it, and it was not tried again yet */
};

/*
 * The outbox of one provider: all its roots.  A root that cannot be used stops
 * only itself.
 */
struct outbox {
	struct outbox_root root[OUTBOX_ROOTS];
	size_t n;
	enum outbox_use use;
	/*
	 * With OUTBOX_RUN: what is in busy/ of all roots.  The steps of
	 * outbox.h keep it.
	 */
	struct outbox_busy *busy;
	size_t busy_n, busy_room;
};

/* Set up the outbox of these inboxes, all closed.  Borrows what they borrow. */
struct outbox outbox_of(
    const struct inbox_failover *inboxes, enum outbox_use use);

/*
 * Open each root that is not open.  May be called again, to try those anew that
 * were not there, were locked, or failed.  Each root's opened says what came of
 * it.  Returns the number of roots that are open.
 *
 * The folders that are made have mode 0700, with group_access 2770.  Where the
 * file system does not keep changes in order (fs_journal.h), they are flushed
 * to disk before any event can be moved to one.
 *
 * With OUTBOX_RUN the events that are in busy/ are noted: a crash left them
 * (outbox_again() in outbox.h).
 */
size_t outbox_open(struct outbox *outbox);

/* Close one root, also its run.lock.  outbox_open() opens it anew. */
void outbox_close_root(struct outbox *outbox, size_t root);

/* Close all roots, and free what the outbox has. */
void outbox_close(struct outbox *outbox);

/* What outbox_news() finds. */
enum outbox_news {
	OUTBOX_SAME,    /* no name in new/ has changed since *mtime */
	OUTBOX_CHANGED, /* one has; *mtime is set */
	OUTBOX_REPLACED /* the path leads elsewhere, or nowhere: close the root */
};

/*
 * Has anything changed in new/ of a root that is open?  Costs three system calls;
 * reads no names.  *mtime is the folder's time at the last look.
 */
enum outbox_news outbox_news(
    const struct outbox *outbox, size_t root, struct timespec *mtime);

/* True if there is a "paused", of any kind, in a root that is open. */
bool outbox_is_paused(const struct outbox *outbox);

/*
 * Make or remove "paused" in each root that is open.  True: it is there, or
 * gone.  False with why set.
 */
bool outbox_pause(const struct outbox *outbox, struct reason *why);
bool outbox_resume(const struct outbox *outbox, struct reason *why);

/*
 * Take a free job.N.lock for a persistent handler: the file is made if need be.
 * Returns its descriptor, which is close-on-exec: the handler is to inherit it
 * as descriptor 3, and then the caller closes its own.  -1 with why set.  *job
 * is N.
 */
int outbox_job_lock(
    const struct outbox *outbox, unsigned *job, struct reason *why);

/*
 * Does a persistent handler live that an earlier runner started?  To be asked
 * before this runner starts one.  LOCK_BUSY: yes.  LOCK_TAKEN: none; nothing is
 * locked afterwards.  LOCK_FAILED with why set.
 */
enum lock outbox_jobs_live(const struct outbox *outbox, struct reason *why);

/*
 * Set why to "ROOT/P", path, what and the text of errno, as inbox_dir_fail()
 * does.  Returns false.
 */
bool outbox_fail(const struct outbox_root *root, const char *path,
    const char *what, struct reason *why);

/* True if it is a regular file of the receiver's user: others are no events. */
bool outbox_is_event(const struct outbox_root *root, const struct stat *st);

/* Make room for one event more in outbox->busy.  False: no memory. */
bool outbox_busy_room(struct outbox *outbox);

/* Who is called for each name in a folder. */
struct outbox_names {
	/* Returns false to end it. */
	bool (*each)(void *arg, const char *file);
	void *arg;
};

/*
 * Call names for each name in a folder of a root that is open: folder is its
 * descriptor, shown what messages call it, such as "/new".  A folder that is -1
 * is empty.  False with why set if it cannot be read.
 */
bool outbox_names(const struct outbox_root *root, int folder, const char *shown,
    const struct outbox_names *names, struct reason *why);

#endif
