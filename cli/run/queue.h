/*
 * queue.h - the events of one provider, on their way to their handlers.
 *
 * A queue takes events from its outbox, oldest first, finds the entry of "run"
 * that takes each, and gives it to a job of that entry.  What the job says
 * decides where the event goes: away, to done/, later/ or failed/.
 *
 * backlog.h knows what waits, settle.h what becomes of it, recover.h what a
 * crash left.  A queue has no loop: runner.h calls it.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "backlog.h"
#include "roots.h"

struct queue {
	struct backlog backlog;
	/* --once: what came, or became due, after this is not taken; or 0. */
	time_t until;
	struct roots roots; /* what was said of those that cannot be used */
	bool busy_due;      /* events of a former runner may be in busy/ */
	long long busy_at;  /* when to look there */
	/*
	 * Until then, handlers that a former runner started are waited for.  It
	 * counts from the opening of an inbox: this runner may have waited for
	 * that one.
	 */
	long long patience;
	bool is_paused;
	bool is_held_up; /* by that, or by such handlers */
};

/*
 * Set up the queue of this provider, all closed.  All is borrowed.  False: out
 * of memory.
 */
bool queue_init(struct queue *queue, const struct job_world *world,
    const struct run_provider *terms, const struct inbox_failover *inboxes);

/* Nothing runs.  Closes all, with run.lock, and frees. */
void queue_free(struct queue *queue);

/*
 * Open what is not open.  OUTBOX_OPEN: at least one root is; otherwise what the
 * first root is.
 */
enum outbox_opened queue_open(struct queue *queue);

/*
 * Give events to all jobs that are free.  wall is the time of the clock.
 * Returns true if something is left to do at once: the next call goes on.
 */
bool queue_serve(struct queue *queue, long long now, time_t wall);

/* When queue_tick() is due.  Reads the clock for what is due in later/. */
long long queue_due(const struct queue *queue, long long now, time_t wall);
void queue_tick(struct queue *queue, long long now);

/* No event is taken any more; persistent handlers are told so. */
void queue_end(struct queue *queue, long long now);

/* End all handlers, at once: that is no attempt. */
void queue_stop(struct queue *queue, long long now);

/* True if a persistent handler has been started, and is not ready yet. */
bool queue_is_starting(const struct queue *queue);

/* True if an event is with its handler. */
bool queue_is_working(const struct queue *queue);

/* True if no job has an event, not even one that cannot be moved. */
bool queue_is_idle(const struct queue *queue);

/* True if no process is left either. */
bool queue_is_gone(const struct queue *queue);

/* At SIGCHLD, where the kernel has no pidfd. */
void queue_check(struct queue *queue, long long now);

#endif
