/*
 * held_dir.h - the folder of held deliveries: made, opened, locked, listed.
 *
 * For held.c alone.
 */
#ifndef HELD_DIR_H
#define HELD_DIR_H

#include "held.h"

/* Set why to the folder's name, what, and errno; false. */
bool held_dir_fail(
    const struct held *held, const char *what, struct reason *why);

/* The folder as it is, or -1 with errno set. */
int held_dir_look(const struct held *held);

/* The folder, made if need be, and ours; -1 with why set. */
int held_dir_open(const struct held *held, struct reason *why);

/*
 * True if dir is this user's and closed to others, who could put there what
 * never came.
 */
bool held_dir_is_ours(const struct held *held, int dir, struct reason *why);

/*
 * Have the folder for oneself: a descriptor, whose closing gives it back.  -1
 * with why set, also where others keep it for long.
 */
int held_dir_lock(const struct held *held, int dir, struct reason *why);

/* held_list() of the folder dir. */
bool held_dir_list(const struct held *held, int dir, struct held_list *list,
    struct reason *why);

#endif
