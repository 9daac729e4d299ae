/*
 * eventfile.h - read event files as lib/event writes them.
 *
 * Trusts nothing: any program may have written a file in the inbox.
 */
#ifndef EVENTFILE_H
#define EVENTFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"
#include "event.h"

#define EVENTFILE_HEAD_MAX EVENT_HEAD_MAX /* bytes of the header */

struct eventfile {
	char *head;        /* malloc'd: what was read so far */
	struct span id;    /* views of head, as they stand there */
	struct span type;  /* empty if there is none */
	struct span time;  /* when it arrived: RFC 3339 */
	struct span media; /* Content-Type; empty if there is none */
	struct span lines; /* the header, without the empty line */
	long long body;    /* where the body begins in the file */
	long long length;  /* bytes of the body, as the header says */
	struct span start; /* the first bytes of the body */
	long long size;    /* bytes of the body by the file's size, or -1 */
};

/*
 * Read the header of the event file open on fd, which is at its beginning and
 * afterwards behind start.  False, with why set, for what is not an event: no
 * empty line within EVENTFILE_HEAD_MAX, malformed lines, control bytes, no
 * Ce-Id, Ce-Time or Content-Length, or one of them twice, or a body of another
 * length than it says.  True: freed by eventfile_free().
 */
bool eventfile_read(struct eventfile *file, int fd, struct reason *why);

enum eventfile_outcome {
	EVENTFILE_OK,
	EVENTFILE_GONE, /* there is no such file (any more) */
	EVENTFILE_BAD   /* not an event, or it cannot be read: why is set */
};

/*
 * Open the file name in the directory dirfd, which must be a regular one.
 * Never follows a link or waits for a pipe.  EVENTFILE_OK: the caller closes
 * *fd.
 */
enum eventfile_outcome eventfile_descriptor(
    int *fd, int dirfd, const char *name, struct reason *why);

/* The two together. */
enum eventfile_outcome eventfile_open(
    struct eventfile *file, int dirfd, const char *name, struct reason *why);

/* Harmless on a zeroed one. */
void eventfile_free(struct eventfile *file);

#endif
