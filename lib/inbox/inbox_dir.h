/*
 * inbox_dir.h - the directories of one provider's inbox: made, opened, checked.
 */
#ifndef INBOX_DIR_H
#define INBOX_DIR_H

#include <stdbool.h>

#include "base/status.h"
#include "inbox/inbox.h"
#include "inbox/inbox_fds.h"

/* One that is closed. */
struct inbox_dir inbox_dir_none(void);

/*
 * Open the directories, after making, and making durable, what is missing.
 * ROOT and ROOT/P may not be symbolic links, nor be writable by everybody.
 *
 * The lock file is made last, after everything else reached the disk: where it
 * exists, the directories are durable.
 *
 * With inbox->dircache they stay open for the next, and are taken from there.
 *
 * ST_OK or ST_TRY_LATER with why set; dir must be closed after either.
 */
enum status inbox_dir_open(
    struct inbox_dir *dir, const struct inbox *inbox, struct reason *why);

/*
 * The same, but nothing is made: of an inbox that is not there, or not yet
 * complete, all is closed, and that is ST_OK.  The lock alone is closed where
 * it cannot be written: marks can be read on a read-only file system too.
 */
enum status inbox_dir_look(
    struct inbox_dir *dir, const struct inbox *inbox, struct reason *why);

/* Close what is open. */
void inbox_dir_close(struct inbox_dir *dir);

#endif
