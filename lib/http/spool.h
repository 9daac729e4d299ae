/*
 * spool.h - bytes too many for memory: in a file without a name, read as if
 * they were memory.
 *
 * Knows nothing of what they are.  The file goes with its descriptor and its
 * mapping, however the process ends, and nobody else can change it.
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

#define SPOOL_FOLDERS  2     /* places that are tried */
#define SPOOL_HEADROOM 16384 /* bytes before a mapping, at least */

struct spool {
	/* Where the file may be, in this order; NULL: no more. */
	const char *folder[SPOOL_FOLDERS];
	bool group_access; /* of a folder that has to be made */
	size_t tried;      /* folders so far */
	int fd;            /* or -1: nothing was added yet */
	size_t len;        /* bytes added */
};

/*
 * An empty one, for a file in the first folder, or in the second where the
 * first has no room (NULL: there is none); both are borrowed.  Opens nothing.
 */
struct spool spool_of(const char *first, const char *second, bool group_access);

/*
 * Add bytes at the end.  Where a folder has no room, all that was added moves on
 * to the next.  False with why set once there is none: only spool_close() is
 * of use then.
 */
bool spool_add(struct spool *spool, struct span bytes, struct reason *why);

/* What was added, in memory. */
struct spool_map {
	unsigned char *base; /* what is mapped in all, NULL: nothing */
	size_t size;
	unsigned char *bytes; /* read-only; before them lie writable zeros */
};

/*
 * Map all that was added, of which there must be some.  The caller gives it
 * back by spool_unmap(); it outlives the spool.  False with why set.
 */
bool spool_map(
    const struct spool *spool, struct spool_map *map, struct reason *why);

/* Harmless on a zeroed one. */
void spool_unmap(struct spool_map *map);

/* Forget the file; harmless on one that has none. */
void spool_close(struct spool *spool);

#endif
