/*
 * inbox_fds.h - descriptors of the directories of one provider's inbox.
 */
#ifndef INBOX_FDS_H
#define INBOX_FDS_H

#include <stdbool.h>

#include "inbox/inbox_dedup.h"

/* Descriptors, each -1 while it is closed. */
struct inbox_fds {
	int root, provider; /* O_PATH */
	int tmp, new;
	struct dedup_dir dedup;
	bool ordered; /* fs_journal_ordered() of new/ */
};

/* Descriptors of an inbox that is open for one use, at most. */
#define INBOX_FILES 6

struct inbox_dircache;
struct inbox_dircache_entry;

/* An inbox that is open for one use. */
struct inbox_dir {
	struct inbox_fds fds;
	int lock;       /* opened for writing, of this use's own; or -1 */
	int lock_error; /* why the lock file could not be opened: errno, or 0 */
	bool made;      /* something was missing, and was made just now */
	bool found;     /* it has been open since an earlier use */
	/* All but the lock belongs to these, or NULLs. */
	struct inbox_dircache *dircache;
	struct inbox_dircache_entry *cached;
};

/* All closed. */
struct inbox_fds inbox_fds_none(void);

/* Close those that are open, and set all to -1. */
void inbox_fds_close(struct inbox_fds *fds);

#endif
