/*
 * moved.h - which changes of a folder are our own.
 *
 * inotify tells of every name that comes to a folder or leaves it, also if this
 * process moved it.  So each move is noted here, and each notice of inotify is
 * compared with what was noted.
 */
#ifndef MOVED_H
#define MOVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Moves that are remembered; older ones are taken for those of others. */
#define MOVED_MAX 1024

enum moved_way { MOVED_IN, MOVED_OUT };

struct moved {
	uint64_t hash[MOVED_MAX]; /* the oldest first */
	size_t n;
};

/* This process has moved file in, or out. */
void moved_note(struct moved *moved, enum moved_way way, const char *file);

/* Was it such a move?  It is forgotten then. */
bool moved_is_own(struct moved *moved, enum moved_way way, const char *file);

/* Notices were lost. */
void moved_forget(struct moved *moved);

#endif
