/*
 * handler.h - one run of a handler, from its start to its end.
 *
 * The module has no loop and reads no clock.  The caller watches descriptors,
 * level-triggered, since one call may leave something to be read.  He calls
 * handler_tick() when it is time, and handler_ended() when the pidfd becomes
 * readable, or at SIGCHLD where the kernel has no pidfd.  Times are milliseconds
 * of CLOCK_MONOTONIC.
 *
 * A handler has ended when its process has; children that it leaves, and that
 * hold its output or its input, do not count.  One that is told to end gets
 * SIGTERM, with its process group, and HANDLER_GRACE later SIGKILL.  What is
 * left of its group when it ends is then killed, since the event is tried again.
 */
#ifndef HANDLER_H
#define HANDLER_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/status.h"
#include "handler_env.h"
#include "launch.h"

#define HANDLER_GRACE    10000     /* milliseconds from SIGTERM to SIGKILL */
#define HANDLER_NEVER    LLONG_MAX /* no time at all */
#define HANDLER_READ_MAX 65536 /* bytes of output between two other things */

/* What the settings say of a handler; all borrowed. */
struct handler_command {
	const char *const *argv; /* up to a NULL; argv[0]: which program */
	const char *directory;   /* NULL: "/" */
	const char *const *environment; /* handler_env_make() */
	long long timeout;              /* milliseconds */
};

/* Whether somebody told it to end; the first reason counts. */
enum handler_told { HANDLER_NOT_TOLD, HANDLER_TIMED_OUT, HANDLER_STOPPED };

struct handler {
	struct launched process; /* pid 0: none runs */
	int output;              /* what it writes can be read here; or -1 */
	long long due;           /* when to call handler_tick() */
	enum handler_told told;
};

/* No handler. */
#define HANDLER_NONE       \
	((struct handler){ \
	    .process.pidfd = -1, .output = -1, .due = HANDLER_NEVER})

/* How a handler ended. */
struct handler_end {
	int status; /* of waitpid(2) */
	enum handler_told told;
};

/* What a run begins with; all borrowed. */
struct handler_start {
	const struct handler_command *command;
	const struct handler_env *env;
	int event;  /* the event file, open for reading: its standard input */
	off_t body; /* the offset of the first byte of the body */
};

/*
 * Start a one-shot handler.  Its standard output and its standard error are one
 * pipe.  True: the caller reads it, and calls handler_close() after the end.
 * False, with errno and why set: it cannot be started, which is no attempt.
 *
 * The lock that the caller holds on the event's open file (flock(2)) is held by
 * the handler too, as long as it or a child of it has its standard input.
 */
bool handler_start(struct handler *h, const struct handler_start *start,
    long long now, struct reason *why);

/*
 * For handlers with other descriptors: find the program, and launch it with
 * these descriptors; what says of the descriptors what launch() wants.
 */
bool handler_launch(struct handler *h, const struct handler_start *start,
    const struct launch *fds, struct reason *why);

/*
 * Make a pipe for it: end[0] is read, end[1] is written, and end[ours] does not
 * block.  False with errno set.
 */
bool handler_pipe(int end[static 2], int ours);

/* It is now: do what is due, and set h->due anew. */
void handler_tick(struct handler *h, long long now);

/*
 * Tell it to end, as at a time-out.  No attempt has been made if it is
 * HANDLER_STOPPED.  Does nothing for one that has been told.
 */
void handler_tell(struct handler *h, enum handler_told told, long long now);

/* Whether it has ended, and only handler_ended() is missing; none runs: false. */
bool handler_has_ended(const struct handler *h);

/*
 * True if it has ended: *end says how, and the pidfd is closed.  Its output can
 * still be read.
 */
bool handler_ended(struct handler *h, struct handler_end *end);

/* Close its output.  Harmless on HANDLER_NONE. */
void handler_close(struct handler *h);

#endif
