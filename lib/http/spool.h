/*
 * spool.h - a large body in an unnamed file that is read like memory.
 *
 * Does not know what the bytes are.  The file is gone when its descriptor and
 * its mapping are gone, however the process ends, and no other process can
 * change it.
 *
 * The mapping is read like memory.  So if the disk cannot read back what was
 * written, the process gets SIGBUS and ends.  For that, an I/O error must occur
 * within the seconds of one delivery, on pages that were already written out
 * and dropped from memory. spool_map() fails if some pages cannot be read
 * already.  In neither case was anything acknowledged.
 */
#ifndef SPOOL_H
#define SPOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

#define SPOOL_FOLDERS  2     /* folders that are tried */
#define SPOOL_HEADROOM 16384 /* least number of bytes before a mapping */

struct spool {
	/* The folders for the file, in the order in which they are tried.
	 * NULL: no more folders. */
	const char *folder[SPOOL_FOLDERS];
	bool group_access; /* for a folder that must be made */
	size_t tried;      /* folders tried so far */
	int fd;            /* the file; -1: nothing was added yet */
	size_t len;        /* bytes added so far */
};

/*
 * An empty spool, whose file will be in the folder first, or in second if first
 * has no room. second may be NULL.  Both are borrowed.  Opens nothing.
 */
struct spool spool_of(const char *first, const char *second, bool group_access);

/*
 * Add bytes at the end.  If a folder has no room, everything that was added is
 * moved to the next folder.  Returns false, with why set, if no folder has
 * room; only spool_close() may be called then.
 */
bool spool_add(struct spool *spool, struct span bytes, struct reason *why);

/* The bytes of a spool, mapped into memory. */
struct spool_map {
	unsigned char *base; /* the whole mapping; NULL: nothing is mapped */
	size_t size;
	unsigned char *bytes; /* read-only; preceded by writable zeros */
};

/*
 * Map everything that was added, which must be at least one byte.  The caller
 * unmaps it by spool_unmap().  The mapping outlives the spool.  False with why
 * set.
 */
bool spool_map(
    const struct spool *spool, struct spool_map *map, struct reason *why);

/* Unmap the bytes.  Harmless on a zeroed map. */
void spool_unmap(struct spool_map *map);

/* Close the file, which ends it.  Harmless if there is no file. */
void spool_close(struct spool *spool);

#endif
