/*
 * inbox_fds.h - descriptors of the directories of one provider's inbox.
 */
#ifndef INBOX_FDS_H
#define INBOX_FDS_H

#include <stdbool.h>

/* Descriptors, each -1 while it is closed. */
struct inbox_fds {
	int root, provider; /* O_PATH */
	int tmp, new, dedup;
	bool ordered; /* fs_journal_ordered() of new/ */
};

/* Return a set in which all are closed. */
struct inbox_fds inbox_fds_none(void);

/* Close those that are open, and set all to -1. */
void inbox_fds_close(struct inbox_fds *fds);

#endif
