/*
 * inbox_dedup.h - dedup marks: which events were stored recently.
 *
 * A mark is an empty file dedup/FIRST-DAY/NAME.  Each folder covers DEDUP_DAYS
 * days and is named after the first of them (2026-11-21).  So a look-up tries
 * few folders, no file is ever read or rewritten, and inbox_sweep() removes old
 * folders whole.
 *
 * The marks of a folder are links to the same file, which is also called
 * ".mark": only the name of a mark counts.
 *
 * A folder that is a symbolic link is never used: a mark would be written
 * somewhere else.
 *
 * The module knows nothing else of the inbox.
 */
#ifndef INBOX_DEDUP_H
#define INBOX_DEDUP_H

#include <limits.h>
#include <stdbool.h>
#include <time.h>

#include "base/timestamp.h"

#define DEDUP_DAYS 4
/* Folders that can be kept open: 28 days with marks, and the four to come. */
#define DEDUP_KEPT 8
/* Bytes of the path of a mark in dedup/, with its NUL. */
#define DEDUP_PATH_MAX (TIMESTAMP_TEXT_MAX + NAME_MAX)

/*
 * The latest folders, kept open.  Only to be used while no name in dedup/ has
 * changed since they were opened; the caller sees to that.
 */
struct dedup_kept {
	time_t from;            /* the first second of folder[0] */
	int folder[DEDUP_KEPT]; /* -1: there is no such folder */
};

/* The directory dedup/. */
struct dedup_dir {
	int fd;                        /* O_PATH, or -1 */
	const struct dedup_kept *kept; /* or NULL */
};

/* The names under which an event is known. */
struct dedup_names {
	const char *name;
	const char *also; /* a second name, or NULL */
};

enum dedup_found {
	DEDUP_NO,
	DEDUP_NAME, /* there is a mark of the name */
	DEDUP_ALSO, /* there is a mark of the second name */
	DEDUP_FAILED
};

/*
 * Look for marks of the names that are at most dedup_days days old; one that is
 * a few days older may be found too.  Marks of the next day also count, in case
 * the clock was set back.  The first mark that is found ends the search.
 *
 * DEDUP_FAILED with errno set, and in path what could not be searched.
 */
enum dedup_found dedup_look(const struct dedup_dir *dir,
    const struct dedup_names *names, long dedup_days, time_t now,
    char path[static DEDUP_PATH_MAX]);

/* Where marks are written. */
struct dedup_folder {
	struct dedup_dir dedup;
	bool group_access;
	bool first;                /* set if a new folder was created */
	char path[DEDUP_PATH_MAX]; /* set to what failed */
};

/*
 * Write a mark for each of the names, the first one first.  False with errno
 * and folder->path set.
 */
bool dedup_mark(
    struct dedup_folder *folder, const struct dedup_names *names, time_t now);

/*
 * Open the latest folders of the directory dedup, as they are at the time now.
 * False if one cannot be opened; then nothing is open.
 */
bool dedup_keep(struct dedup_kept *kept, int dedup, time_t now);

/* Close the folders. */
void dedup_unkeep(struct dedup_kept *kept);

/* Write to dst the name of the oldest folder whose marks still count. */
void dedup_oldest(
    char dst[static TIMESTAMP_TEXT_MAX], long dedup_days, time_t now);

#endif
