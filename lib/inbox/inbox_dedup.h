/*
 * inbox_dedup.h - dedup marks: which events were stored recently.
 *
 * A mark is an empty file dedup/FIRST-DAY/NAME.  Each folder covers DEDUP_DAYS
 * days and is named after the first of them (2026-11-21).  So a look-up tries
 * few folders, no file is ever read or rewritten, and inbox_sweep() removes old
 * folders whole.
 *
 * All functions take the descriptor of dedup/, as dedup.  The module knows
 * nothing else of the inbox.
 */
#ifndef INBOX_DEDUP_H
#define INBOX_DEDUP_H

#include <stdbool.h>
#include <time.h>

#include "base/timestamp.h"

#define DEDUP_DAYS 4

enum dedup_found { DEDUP_NO, DEDUP_YES, DEDUP_FAILED };

/*
 * Look for a mark of name that is at most dedup_days days old; one that is a
 * few days older may be found too.  Marks of the next day also count, in case
 * the clock was set back.  DEDUP_FAILED with errno set.
 */
enum dedup_found dedup_look(
    int dedup, const char *name, long dedup_days, time_t now);

/*
 * Write a mark for name.  *first becomes true if that created a new folder.
 * False with errno set.
 */
bool dedup_mark(
    int dedup, const char *name, bool group_access, time_t now, bool *first);

/* Write to dst the name of the oldest folder whose marks still count. */
void dedup_oldest(
    char dst[static TIMESTAMP_TEXT_MAX], long dedup_days, time_t now);

#endif
