/*
 * queues.h - the queues of all providers, as one state of the settings has them.
 *
 * When the settings change, others are made from the new ones.  Those from the
 * old settings take no events any more, and each goes when its last handler has
 * ended.  Only then the new one of the same provider gets run.lock.
 */
#ifndef QUEUES_H
#define QUEUES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/inotify.h>
#include <time.h>

#include "config/run_config.h"
#include "inbox/inbox_failover.h"
#include "queue.h"

/* What they are made for; all borrowed. */
struct queues_how {
	const struct job_world *world;
	char *const *provider; /* up to a NULL; none: all that have a "run" */
	bool once;
	int changes; /* of inotify */
};

/* A folder that is watched. */
struct queues_folder {
	size_t queue, root;
	enum outbox_state state;
	int wd;
};

/* Zeroed: none. */
struct queues {
	const struct queues_how *how;
	struct run_config *cfg; /* owned */
	struct queue *queue;    /* each must stay where it is */
	size_t n;
	struct inbox_failover *inboxes; /* of each queue */
	struct timespec (*mtime)[OUTBOX_ROOTS];
	struct queues_folder *folder;
	size_t nfolder;
	bool locked; /* another process has a lock */
	bool broken; /* a provider that is wanted has an error in its "run" */
};

/*
 * Make the queues of how and cfg, which are set, the rest is zero.  False: out of
 * memory; queues_free() is due all the same.
 */
bool queues_make(struct queues *qs);

/* Has a provider of these an error in the other settings? */
bool queues_are_broken_by(
    const struct queues *qs, const struct run_config *other);

/* Nothing runs.  Frees all. */
void queues_free(struct queues *qs);

/* Open what is not open, and watch its folders before the first scan. */
void queues_open(struct queues *qs);

/* For file systems that tell nothing, and for what was replaced. */
void queues_look(struct queues *qs);

/* What inotify tells. */
void queues_told(struct queues *qs, const struct inotify_event *event);

/* Remove what handlers have done with, and was kept for long enough. */
void queues_sweep(const struct queues *qs);

/* Give out what waits, and do what is due.  True: something is left to do. */
bool queues_serve(struct queues *qs, long long now);

/* When queues_serve() is due. */
long long queues_due(const struct queues *qs, long long now);

/* fn for each queue. */
void queues_each(struct queues *qs,
    void (*fn)(struct queue *queue, long long now), long long now);

/* No event is taken any more, and nobody tells of new ones. */
void queues_end(struct queues *qs, long long now);

/*
 * After queues_end(): give up the lock of each queue of which no process is
 * left.  Returns the number of the others.
 */
size_t queues_leave(struct queues *qs);

/* True if no event is with a handler, and no handler is starting. */
bool queues_are_idle(const struct queues *qs);

/* True if no process is left. */
bool queues_are_gone(const struct queues *qs);

/* Has an event failed, or been put off, or a step? */
bool queues_have_failed(const struct queues *qs);

#endif
