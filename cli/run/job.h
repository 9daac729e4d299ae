/*
 * job.h - one place where a handler works: on one event at a time.
 *
 * An entry of "run" has as many of them as `jobs` says.  A one-shot handler is
 * started for each event; a persistent one stays, and is given them.  Who uses a
 * job does not see the difference.
 *
 * The module moves no events and keeps no schedule: what became of an event it
 * tells by over().
 */
#ifndef JOB_H
#define JOB_H

#include <stdbool.h>
#include <time.h>

#include "base/status.h"
#include "config/run_entry.h"
#include "eventfile.h"
#include "handler_output.h"
#include "handler_result.h"
#include "outbox/outbox.h"
#include "persistent.h"
#include "poller.h"

/* What the jobs of a process share; all borrowed. */
struct job_world {
	struct poller *poller;
	struct output_log *log;
	const struct handler_base *base;
};

/* What became of an event. */
struct job_over {
	enum handler_result result;
	long after; /* seconds that the handler asked for, or ANSWER_NO_AFTER */
	const char *line; /* how it ended; never NULL, of this call */
};

enum job_state {
	JOB_OFF,   /* a persistent handler that does not run, or starts */
	JOB_FREE,  /* it can be given an event */
	JOB_BUSY,  /* it has one */
	JOB_ENDING /* it gets no more */
};

struct job {
	/* Set by job_init(). */
	const struct job_world *world;
	const struct run_entry *entry;
	const char *provider;
	/*
	 * Called once for each event that was given: its handler has ended, or
	 * has answered.  The event is still open and locked, in busy/.  The job
	 * is free then, and may be given another one when that is closed.
	 */
	void (*over)(struct job *job, const struct job_over *over);
	/* A persistent handler is ready, or has ended. */
	void (*changed)(struct job *job);
	void *arg; /* the caller's */

	enum job_state state;
	struct outbox_event event; /* that it has */
	/* The key that the event holds. */
	struct run_key key;
	bool has_key;
	/* What became of it, and, for later/, when it is due. */
	enum handler_result became;
	time_t next;
	bool unsettled; /* it could not be moved to where it belongs */

	/* The rest is the module's own. */
	struct handler handler; /* of one event */
	struct handler_output output;
	struct persistent *persistent; /* or NULL */
	struct poll_watch end, out, answers;
};

/* Set up a job of this entry, which is off if the entry is persistent. */
bool job_init(struct job *job, const struct job_world *world,
    const struct run_entry *entry, const char *provider);

/*
 * Start the persistent handler of a job that is off, if it is time.  False with
 * why set: it could not be started.
 */
bool job_start(struct job *job, const struct outbox *outbox, long long now,
    struct reason *why);

/*
 * Give the event to the job, which is free: job->event, open and locked, of
 * which *file is the header and path the absolute path.  False with why set: the
 * handler cannot be started, and the event is not given.
 */
bool job_give(struct job *job, const struct eventfile *file, const char *path,
    long long now, struct reason *why);

/* When job_tick() or job_start() is due; HANDLER_NEVER: not at all. */
long long job_due(const struct job *job, long long now);
void job_tick(struct job *job, long long now);

/* It gets no more events; a persistent handler is told so. */
void job_end(struct job *job, long long now);

/* End what it does, at once: that is no attempt. */
void job_stop(struct job *job, long long now);

/* True if no process of it is left. */
bool job_is_gone(const struct job *job);

/* At SIGCHLD, where the kernel has no pidfd: look whether it has ended. */
void job_check(struct job *job, long long now);

/* Nothing runs.  Frees what it has. */
void job_free(struct job *job);

#endif
