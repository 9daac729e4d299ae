/* recover.c - from busy/ back to where they wait. */
#include <unistd.h>

#include "base/log.h"
#include "recover.h"

struct recovery {
	struct backlog *b;
	time_t due;
	bool anyway;
	bool all; /* nothing is left */
};

/* True if the event has had all its attempts. */
static bool
is_used_up(const struct backlog *b, const struct outbox_event *event)
{
	struct eventfile file = {.head = NULL};
	const struct lane *lane = NULL;
	struct reason why;

	if (lseek(event->fd, 0, SEEK_SET) == 0 &&
	    eventfile_read(&file, event->fd, &why))
		lane = backlog_lane(b, &file);
	eventfile_free(&file);
	/* The attempt that the crash ended is counted, and the next one. */
	return lane != NULL &&
	       run_entry_step(lane->entry, event->name.attempts - 1) < 0;
}

static enum outbox_step
give_up(struct backlog *b, struct outbox_event *event, struct reason *why)
{
	b->counts.failed++;
	log_line(b->world->log->log, LVL_ERROR,
	    "%s: %s: its last attempt ended with the runner, or the machine: "
	    "the event is in failed/",
	    b->provider, event->name.id);
	return outbox_failed(&b->outbox, event, why);
}

static enum outbox_step
again(struct recovery *r, struct outbox_event *event, struct reason *why)
{
	enum outbox_step step = outbox_again(&r->b->outbox, event, false, why);

	if (step != OUTBOX_IN_USE || !r->anyway)
		return step;
	log_line(r->b->world->log->log, LVL_WARNING,
	    "%s: %s: a process that an earlier handler left still has the "
	    "event open; it is tried again all the same",
	    r->b->provider, event->name.id);
	return outbox_again(&r->b->outbox, event, true, why);
}

static bool
take_up(void *arg, struct outbox_event *event)
{
	struct recovery *r = arg;
	struct reason why = {""};
	enum outbox_step step = again(r, event, &why);

	/* Not the same file: that was a second name, which is gone. */
	if (step == OUTBOX_MOVED) {
		step = is_used_up(r->b, event) ? give_up(r->b, event, &why)
					       : outbox_put_back(&r->b->outbox,
						     event, r->due, &why);
	}
	if (step == OUTBOX_ERROR)
		backlog_complain(r->b, event->name.id,
		    "stays in busy/ until it can be moved", &why);
	if (step == OUTBOX_IN_USE || step == OUTBOX_ERROR)
		r->all = false;
	outbox_event_close(event);
	return true;
}

enum recovered
recover(struct backlog *b, time_t due, bool first, bool anyway)
{
	struct recovery r = {.b = b, .due = due, .anyway = anyway, .all = true};
	struct outbox_visit visit = {.visit = take_up, .arg = &r};
	struct reason why = {""};

	if (first && !anyway && outbox_jobs_live(&b->outbox, &why) == LOCK_BUSY)
		return RECOVERED_NONE;
	if (!outbox_visit(&b->outbox, OUTBOX_BUSY, &visit, &why)) {
		backlog_complain(b, "", "busy/ cannot be read", &why);
		r.all = false;
	}
	b->scan_due = true;
	b->held_due = true;
	return r.all ? RECOVERED_ALL : RECOVERED_SOME;
}
