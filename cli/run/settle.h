/*
 * settle.h - what becomes of an event when its handler has ended.
 *
 * By the result it goes away, to done/, later/ or failed/, or back to where it
 * was; the log and errors/ say why.  An event that cannot be moved stays with
 * its job, open and locked, until it can.  It holds up no other job: what is in
 * the way of one event need not be in the way of another.
 */
#ifndef SETTLE_H
#define SETTLE_H

#include <stdbool.h>

#include "backlog.h"
#include "job.h"

/* The attempt is over: over() of each job. */
void settle(struct job *job, const struct job_over *over);

/*
 * It was no attempt: the handler of the job's event could not be started.  The
 * event goes back.
 */
void settle_not_begun(struct job *job);

/* Try again what could not be moved: when it is time for it, settle_at. */
void settle_again(struct backlog *b);

#endif
