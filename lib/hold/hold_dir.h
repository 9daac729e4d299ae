/*
 * hold_dir.h - the folder of held deliveries: made, opened, locked, listed.
 *
 * For hold.c alone.
 */
#ifndef HOLD_DIR_H
#define HOLD_DIR_H

#include "hold/hold.h"

/* Set why to the folder's name, what, and errno; false. */
bool hold_dir_fail(
    const struct hold *hold, const char *what, struct reason *why);

/* The folder as it is, or -1 with errno set. */
int hold_dir_look(const struct hold *hold);

/* The folder, made if need be, and ours; -1 with why set. */
int hold_dir_open(const struct hold *hold, struct reason *why);

/*
 * True if dir is this user's and closed to others, who could put there what
 * never came.
 */
bool hold_dir_is_ours(const struct hold *hold, int dir, struct reason *why);

/*
 * Have the folder for oneself: a descriptor, whose closing gives it back.  -1
 * with why set, also where others keep it for long.
 */
int hold_dir_lock(const struct hold *hold, int dir, struct reason *why);

/* hold_list() of the folder dir. */
bool hold_dir_list(const struct hold *hold, int dir, struct hold_list *list,
    struct reason *why);

#endif
