/*
 * spool.h - bytes too many for memory: in a file without a name, read as if
 * they were memory.
 *
 * Knows nothing of what they are, nor of where there is room for them: that is
 * the opener's.  The file goes with its descriptor and its mapping, however
 * the process ends, and nobody else can change it.
 *
 * A mapping is read like memory, and so a disk that cannot give back what it
 * took ends the process (SIGBUS).  That takes an I/O error within the seconds
 * of one delivery, on pages that were written out and dropped: those that are
 * still in memory are read from there, and spool_map() fails where some are
 * lost already.  Nothing was acknowledged then.
 */
#ifndef SPOOL_H
#define SPOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

#define SPOOL_NOWHERE (-2)

/*
 * Open an empty file for reading and writing in the place number place, from 0.
 * Returns its descriptor; -1 with why set; or SPOOL_NOWHERE, with why left
 * alone, if there are only place places.
 */
typedef int (*spool_open_fn)(void *arg, size_t place, struct reason *why);

struct spool {
	spool_open_fn open;
	void *arg;    /* for open */
	size_t place; /* the place to try next */
	int fd;       /* or -1: nothing was added yet */
	size_t len;   /* bytes added */
};

/* An empty one; opens nothing. */
struct spool spool_of(spool_open_fn open, void *arg);

/*
 * Add bytes at the end.  Where a place has no room, all that was added moves on
 * to the next.  False with why set once there is none: only spool_close() is
 * of use then.
 */
bool spool_add(struct spool *spool, struct span bytes, struct reason *why);

/*
 * Map all that was added, of which there must be some, read-only.  The caller
 * gives *ptr to munmap() with spool->len; it outlives the spool.  False with
 * why set.
 */
bool spool_map(
    const struct spool *spool, unsigned char **ptr, struct reason *why);

/* Forget the file; harmless on one that has none. */
void spool_close(struct spool *spool);

#endif
