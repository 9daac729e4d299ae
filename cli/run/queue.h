/*
 * queue.h - the events of one provider, on their way to their handlers.
 *
 * A queue takes events from its outbox, oldest first, finds the entry of "run"
 * that takes each, and gives it to a job of that entry.  What the job says
 * decides where the event goes: away, to done/, later/ or failed/.
 *
 * It has no loop: runner.h calls it.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "config/run_config.h"
#include "held.h"
#include "job.h"
#include "outbox/outbox_scan.h"

/* Events that wait in memory for a job of their entry, at most. */
#define LANE_PARKED_MAX 1024

/* One entry of "run", and its jobs. */
struct lane {
	struct queue *queue;
	const struct run_entry *entry;
	struct job *job; /* entry->jobs of them */
	struct held held;
	struct outbox_event parked[LANE_PARKED_MAX]; /* a ring */
	size_t first, nparked;
	bool more; /* others did not fit there */
	/* Its handlers cannot be started: until then none is. */
	struct pause pause;
	long long paused_until;
};

/* What happened, for the exit status of --once. */
struct queue_counts {
	unsigned long done, later, failed, put_back;
	unsigned long errors; /* steps and scans that failed */
};

struct queue {
	const char *provider;
	const struct job_world *world;
	struct outbox outbox;
	struct outbox_scan scan;
	struct outbox_limits limits;
	struct lane *lane;
	size_t nlane;
	const struct run_provider *terms; /* which lane takes what */
	/* For --once: events that came after this are not taken; or 0. */
	time_t until;

	bool scan_due; /* what is kept is not all that there is */
	bool held_due; /* what is in later/ is to be looked for anew */
	bool busy_due; /* a crash left events in busy/ */
	/* Until then, handlers that a former runner started are waited for. */
	long long patience;
	bool is_ending;  /* no event is taken any more */
	long long again; /* when what failed is tried again */
	unsigned random; /* state of rand_r() */
	struct queue_counts counts;
};

/*
 * Set up the queue of this provider, all closed.  All is borrowed.  False: out
 * of memory.
 */
bool queue_init(struct queue *queue, const struct job_world *world,
    const struct run_provider *terms, const struct inbox_failover *inboxes);

/* Nothing runs.  Closes all, with run.lock, and frees. */
void queue_free(struct queue *queue);

enum queue_opened {
	QUEUE_OPEN,   /* at least one root */
	QUEUE_LOCKED, /* none, because another process has run.lock */
	QUEUE_NONE,   /* there is no inbox yet */
	QUEUE_UNUSABLE
};

/* Open what is not open, and take up what a crash left in busy/. */
enum queue_opened queue_open(struct queue *queue, long long now);

/* There may be news in new/ or later/ of that root: look. */
void queue_look(struct queue *queue);

/* An event has come to new/ of that root, as inotify told. */
void queue_came(struct queue *queue, size_t root, const char *file);

/* A name has come to later/, or left it: ours, or another process's. */
void queue_later_changed(struct queue *queue, const char *file);

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

/* True if no job has an event. */
bool queue_is_idle(const struct queue *queue);

/* True if no process is left either. */
bool queue_is_gone(const struct queue *queue);

/* At SIGCHLD, where the kernel has no pidfd. */
void queue_check(struct queue *queue, long long now);

#endif
