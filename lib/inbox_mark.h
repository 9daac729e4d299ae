/*
 * inbox_mark.h - marks: which events were filed lately.
 *
 * A mark is an empty file seen/FIRST-DAY/NAME, in a folder for each MARK_DAYS
 * days that is named after the first of them: few folders to look into, and
 * nothing to be read or rewritten.  Folders that are old are removed whole.
 *
 * Works on the descriptor of seen/ and knows nothing else of the inbox.
 */
#ifndef INBOX_MARK_H
#define INBOX_MARK_H

#include <stdbool.h>
#include <time.h>

#include "timestamp.h"

#define MARK_DAYS 4

enum mark_found { MARK_NO, MARK_YES, MARK_FAILED };

/*
 * Whether there is a mark of the last seen_days days, and perhaps of some
 * before; tomorrow's count too, for a clock that was set back.  MARK_FAILED
 * with errno set.
 */
enum mark_found mark_look(
    int seen, const char *name, long seen_days, time_t now);

/*
 * Mark name.  *first becomes true if that began a folder.  False with errno
 * set.
 */
bool mark_make(
    int seen, const char *name, bool group_access, time_t now, bool *first);

/* The name of the first folder that still counts. */
void mark_oldest(
    char dst[static TIMESTAMP_TEXT_MAX], long seen_days, time_t now);

#endif
