/*
 * outbox_move.h - gives a file another name, and never loses it on the way.
 *
 * The rules are those of outbox.h, "A move never replaces a file by accident".
 * The caller has the lock of the file, and has looked at its name after that.
 *
 * Only the modules of outbox/ need it.
 */
#ifndef OUTBOX_MOVE_H
#define OUTBOX_MOVE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "outbox/outbox_dir.h"

/* A name of a file in a folder of a root. */
struct outbox_place {
	enum outbox_state state;
	const char *file;
};

struct outbox_move {
	const struct outbox_root *root;
	struct outbox_place from, to;
	struct stat st; /* of the file */
};

enum outbox_moved {
	MOVE_MADE,
	MOVE_SAME,   /* the target was the same file: the source is unlinked */
	MOVE_GONE,   /* there is no source any more */
	MOVE_EXISTS, /* the target is another file */
	MOVE_LOCKED, /* outbox_move_over(): the lock of the older is not free */
	MOVE_FAILED  /* why is set */
};

/* Move a file; never replace another one. */
enum outbox_moved outbox_move(
    const struct outbox_move *move, struct reason *why);

/*
 * The same, but the file replaces an older one, which is locked meanwhile; waits
 * at most a second for that lock.  *replaced is set to true if there was one.
 */
enum outbox_moved outbox_move_over(
    const struct outbox_move *move, bool *replaced, struct reason *why);

/* True if the name in the state's folder leads to the file of st. */
bool outbox_move_is_there(const struct outbox_root *root,
    const struct outbox_place *place, const struct stat *st);

/* Flush a state's folder to disk, where the order of changes is not kept. */
bool outbox_move_flush(const struct outbox_root *root, enum outbox_state state,
    struct reason *why);

/* As outbox_fail(), for a file.  MOVE_FAILED. */
enum outbox_moved outbox_move_fail(const struct outbox_root *root,
    const struct outbox_place *place, const char *what, struct reason *why);

#endif
