/*
 * inbox_dedup.h - marks: which events were filed lately.
 *
 * A mark is an empty file dedup/FIRST-DAY/NAME, in a folder for each DEDUP_DAYS
 * days that is named after the first of them: few folders to look into, and
 * nothing to be read or rewritten.  Folders that are old are removed whole.
 *
 * Works on the descriptor of dedup/ and knows nothing else of the inbox.
 */
#ifndef INBOX_DEDUP_H
#define INBOX_DEDUP_H

#include <stdbool.h>
#include <time.h>

#include "base/timestamp.h"

#define DEDUP_DAYS 4

enum dedup_found { DEDUP_NO, DEDUP_YES, DEDUP_FAILED };

/*
 * Whether there is a mark of the last dedup_days days, and perhaps of some
 * before; tomorrow's count too, for a clock that was set back.  DEDUP_FAILED
 * with errno set.
 */
enum dedup_found dedup_look(
    int dedup, const char *name, long dedup_days, time_t now);

/*
 * Mark name.  *first becomes true if that began a folder.  False with errno
 * set.
 */
bool dedup_mark(
    int dedup, const char *name, bool group_access, time_t now, bool *first);

/* The name of the first folder that still counts. */
void dedup_oldest(
    char dst[static TIMESTAMP_TEXT_MAX], long dedup_days, time_t now);

#endif
