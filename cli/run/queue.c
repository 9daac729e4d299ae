/* queue.c - which event goes to which handler, and when. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "queue.h"
#include "recover.h"
#include "settle.h"

/* Events that are given out by one call: others want to be served, too. */
#define BURST 64

/* Where the event's file is: "ROOT/P/busy/N.ID". */
static void
path_of(char dst[static PATH_MAX], const struct backlog *b,
    const struct outbox_event *event)
{
	const struct inbox *inbox = &b->outbox.root[event->root].inbox;
	char file[OUTBOX_FILE_MAX];

	outbox_name_write(file, event->state, &event->name);
	snprintf(dst, PATH_MAX, "%s/%s/%s/%s", inbox->root, inbox->provider,
	    outbox_state_name(event->state), file);
}

static void
job_changed(struct job *job)
{
	struct lane *lane = job->arg;
	struct backlog *b = lane->arg;
	char text[HANDLER_END_MAX];
	struct reason why;

	if (job->state != JOB_OFF || b->is_ending)
		return;
	reason_set(&why, "%s", handler_end_text(text, &job->persistent->end));
	backlog_complain(b, "",
	    job->persistent->was_ready
		? "the handler ended, and had no event"
		: "the handler ended before it wrote the line \"ready\"",
	    &why);
}

/* --- The beginning of an attempt --- */

/* Its handler cannot be started: no attempt, and a pause. */
static void
cannot_start(struct lane *lane, long long now, const struct reason *why)
{
	struct backlog *b = lane->arg;
	long long pause = pause_take(&lane->pause);

	lane->paused_until = now + pause;
	b->counts.errors++;
	log_line(b->world->log->log, LVL_ERROR,
	    "%s: the handler cannot be started, next try in %lld s: %s",
	    b->provider, pause / 1000, why->text);
}

/* The candidate cannot be taken now: it is the next one, after a while. */
static void
try_later(struct lane *lane, struct candidate *it, long long now)
{
	struct backlog *b = lane->arg;

	outbox_event_close(&it->event);
	if (it->has_key) {
		lane_pass(lane, it);
		lane->paused_until = now + BACKLOG_AGAIN;
	} else if (b->look_at == HANDLER_NEVER) {
		b->look_at = now + BACKLOG_AGAIN;
	}
}

/* Somebody else has moved or removed it. */
static void
leave(struct backlog *b, struct candidate *it, struct lane *lane)
{
	outbox_event_close(&it->event);
	if (it->has_key && lane_give_key(lane, &it->key, false))
		b->scan_due = true;
}

static enum outbox_step
take(struct queue *queue, struct outbox_event *event, struct reason *why)
{
	struct backlog *b = &queue->backlog;
	const struct outbox_event place = *event;
	enum outbox_step step = outbox_take(&b->outbox, event, false, why);

	if (step == OUTBOX_IN_USE && poller_clock() >= queue->patience) {
		log_line(b->world->log->log, LVL_WARNING,
		    "%s: %s: another process has the event open and locked; "
		    "it is handled all the same",
		    b->provider, event->name.id);
		step = outbox_take(&b->outbox, event, true, why);
	}
	if (outbox_stepped(step) && place.state == OUTBOX_LATER)
		backlog_was_later(b, &place);
	return step;
}

/* Take the event, and give it to the job. */
static void
begin(struct queue *queue, struct job *job, struct candidate *it,
    const struct eventfile *file)
{
	struct lane *lane = job->arg;
	struct backlog *b = &queue->backlog;
	const long long now = poller_clock();
	char path[PATH_MAX];
	struct reason why = {""};

	switch (take(queue, &it->event, &why)) {
	case OUTBOX_MOVED:
	case OUTBOX_REPLACED_OLDER:
		break;
	case OUTBOX_ERROR:
		backlog_complain(b, it->event.name.id, "is not taken", &why);
		backlog_wait(b);
		try_later(lane, it, now);
		return;
	case OUTBOX_HANDLED:
	case OUTBOX_EXISTS:
		b->copy_waits = true;
		try_later(lane, it, now);
		return;
	case OUTBOX_IN_USE:
		try_later(lane, it, now);
		return;
	case OUTBOX_SAME_FILE:
	case OUTBOX_GONE:
	case OUTBOX_NOT_OURS:
	default:
		leave(b, it, lane);
		return;
	}
	job->event = it->event;
	job->has_key = it->has_key;
	job->key = it->key;
	path_of(path, b, &it->event);
	if (job_give(job, file, path, now, &why)) {
		pause_reset(&lane->pause);
		return;
	}
	cannot_start(lane, now, &why);
	settle_not_begun(job);
}

/* Without memory nobody knows the order: look at all events again, later. */
static bool
no_memory(struct backlog *b)
{
	backlog_wait(b);
	b->scan_due = true;
	return false;
}

/* May the event go on, by the order of its lane?  It has its key then. */
static bool
take_key(struct lane *lane, struct candidate *it, const struct eventfile *file)
{
	struct backlog *b = lane->arg;
	const bool from_later = it->event.state == OUTBOX_LATER;

	if (it->has_key)
		return true;
	switch (backlog_key(lane, &it->event, file, &it->key)) {
	case LOOKUP_FOUND:
		break;
	case LOOKUP_NO_MEMORY:
		return no_memory(b);
	case LOOKUP_NONE:
	case LOOKUP_INVALID:
	default:
		return true;
	}
	if (held_allows(&lane->held, &it->key, from_later)) {
		it->has_key = held_take(&lane->held, &it->key, from_later);
		return it->has_key || no_memory(b);
	}
	outbox_event_close(&it->event);
	held_wait(&lane->held, &it->key, &it->event);
	return false;
}

/* Open the event, and read its header.  False: it is gone, or that failed. */
static bool
read_head(struct backlog *b, struct candidate *it, struct eventfile *file)
{
	struct reason why;
	enum outbox_step step = outbox_event_open(&b->outbox, &it->event, &why);

	if (step == OUTBOX_MOVED && eventfile_read(file, it->event.fd, &why))
		return true;
	if (step == OUTBOX_MOVED || step == OUTBOX_ERROR)
		backlog_complain(
		    b, it->event.name.id, "stays where it is", &why);
	return false;
}

/* Find the event's lane, and give it to a job there. */
static void
consider(struct queue *queue, struct candidate *it, long long now)
{
	struct backlog *b = &queue->backlog;
	struct eventfile file = {.head = NULL};
	struct lane *lane = it->lane;
	struct job *job;

	if (!read_head(b, it, &file)) {
		leave(b, it, lane);
		goto out;
	}
	if (!it->has_key)
		lane = backlog_lane(b, &file);
	/* Until it is begun. */
	b->in_vain++;
	if (lane == NULL)
		goto out;
	job = lane_ready(lane, now);
	if (job == NULL) {
		outbox_event_close(&it->event);
		lane_park(lane, &it->event);
	} else if (take_key(lane, it, &file)) {
		b->in_vain--;
		begin(queue, job, it, &file);
		it->event.fd = -1;
	}
out:
	outbox_event_close(&it->event);
	eventfile_free(&file);
}

/* --- The queue --- */

bool
queue_init(struct queue *queue, const struct job_world *world,
    const struct run_provider *terms, const struct inbox_failover *inboxes)
{
	struct backlog *b = &queue->backlog;

	*queue = (struct queue){.until = 0};
	if (!backlog_init(b, world, terms, inboxes))
		return false;
	for (size_t i = 0; i < b->nlane; i++) {
		const struct run_entry *entry = b->lane[i].entry;

		for (long k = 0; k < entry->jobs; k++) {
			b->lane[i].job[k].over = settle;
			b->lane[i].job[k].changed = job_changed;
		}
	}
	return true;
}

void
queue_free(struct queue *queue)
{
	backlog_free(&queue->backlog);
}

static bool
is_open(const struct queue *queue)
{
	for (size_t i = 0; i < queue->backlog.outbox.n; i++) {
		if (queue->backlog.outbox.root[i].opened == OUTBOX_OPEN)
			return true;
	}
	return false;
}

/* How long a handler of a former runner may live. */
static long long
longest(const struct backlog *b)
{
	long timeout = 0;

	for (size_t i = 0; i < b->nlane; i++) {
		if (timeout < b->lane[i].entry->timeout)
			timeout = b->lane[i].entry->timeout;
	}
	return timeout * 1000LL + HANDLER_GRACE;
}

enum outbox_opened
queue_open(struct queue *queue)
{
	struct backlog *b = &queue->backlog;
	size_t before = 0;

	for (size_t i = 0; i < b->outbox.n; i++)
		before += b->outbox.root[i].opened == OUTBOX_OPEN;
	if (outbox_open(&b->outbox) > before) {
		queue->busy_due = true;
		queue->patience = poller_clock() + longest(b);
	}
	b->counts.errors += roots_say(
	    &queue->roots, &b->outbox, b->world->log->log, queue->until == 0);
	return is_open(queue) ? OUTBOX_OPEN : b->outbox.root[0].opened;
}

/* Is there a job that could be given an event? */
static bool
has_ready_job(const struct backlog *b, long long now)
{
	for (size_t i = 0; i < b->nlane; i++) {
		if (lane_ready(&b->lane[i], now) != NULL)
			return true;
	}
	return false;
}

/*
 * Is it to have its persistent handlers?  With --once only if an event waits for
 * them.
 */
static bool
is_wanted(const struct queue *queue, const struct lane *lane)
{
	return queue->until == 0 || lane_has_waiting(lane);
}

static void
start_persistent(struct queue *queue, long long now)
{
	struct backlog *b = &queue->backlog;

	/* Their locks are in there. */
	if (!is_open(queue))
		return;
	for (size_t i = 0; i < b->nlane; i++) {
		struct lane *lane = &b->lane[i];
		struct reason why = {""};

		if (!lane->entry->persistent || now < lane->paused_until ||
		    !is_wanted(queue, lane))
			continue;
		for (long k = 0; k < lane->entry->jobs; k++) {
			if (job_start(&lane->job[k], &b->outbox, now, &why))
				continue;
			cannot_start(lane, now, &why);
			break;
		}
	}
}

static bool
has_job_to_start(const struct lane *lane)
{
	for (long k = 0; k < lane->entry->jobs; k++) {
		if (job_is_gone(&lane->job[k]))
			return true;
	}
	return false;
}

/* With --once: is it unknown whether a persistent handler is wanted? */
static bool
is_asking(const struct queue *queue, long long now)
{
	const struct backlog *b = &queue->backlog;

	for (size_t i = 0; queue->until != 0 && i < b->nlane; i++) {
		const struct lane *lane = &b->lane[i];

		if (lane->entry->persistent && now >= lane->paused_until &&
		    !lane_has_waiting(lane) && has_job_to_start(lane))
			return true;
	}
	return false;
}

/* Has this runner a persistent handler?  It has a lock of its own, too. */
static bool
has_persistent(const struct backlog *b)
{
	for (size_t i = 0; i < b->nlane; i++) {
		const struct lane *lane = &b->lane[i];

		for (long k = 0;
		     lane->entry->persistent && k < lane->entry->jobs; k++) {
			if (!job_is_gone(&lane->job[k]))
				return true;
		}
	}
	return false;
}

/*
 * Put right what a crash left.  False: no event may be taken yet.  Where there is
 * an order, none may pass one that a former handler still has.
 */
static bool
mend(struct queue *queue, long long now, time_t wall)
{
	struct backlog *b = &queue->backlog;
	const bool anyway = now >= queue->patience;
	/* With --once, all was there at the start. */
	const time_t due = queue->until != 0 ? queue->until : wall;
	enum recovered recovered = RECOVERED_SOME;

	if (!queue->busy_due)
		return true;
	if (now >= queue->busy_at) {
		recovered = recover(b, due, !has_persistent(b), anyway);
		queue->busy_due = recovered != RECOVERED_ALL;
		queue->busy_at = now + BACKLOG_AGAIN;
	} else if (queue->is_held_up) {
		return false;
	}
	return recovered == RECOVERED_ALL ||
	       (recovered == RECOVERED_SOME && !backlog_is_ordered(b));
}

/* With --once: has the event come, or become due, since the start? */
static bool
is_too_late(const struct queue *queue, const struct outbox_event *event)
{
	return queue->until != 0 && (event->mtime.tv_sec > queue->until ||
					event->name.next > queue->until);
}

/* Give one event to a job.  False: no job is free, or no event waits. */
static bool
serve_one(struct queue *queue, long long now, time_t wall)
{
	struct candidate next;

	if (!has_ready_job(&queue->backlog, now) && !is_asking(queue, now))
		return false;
	if (!backlog_next(&queue->backlog, now, wall, &next))
		return false;
	if (!is_too_late(queue, &next.event))
		consider(queue, &next, now);
	return true;
}

bool
queue_serve(struct queue *queue, long long now, time_t wall)
{
	struct backlog *b = &queue->backlog;
	bool more = true;

	if (now >= b->settle_at)
		settle_again(b);
	if (b->is_ending || now < b->again)
		return false;
	queue->is_paused = outbox_is_paused(&b->outbox);
	queue->is_held_up = queue->is_paused || !mend(queue, now, wall);
	if (queue->is_held_up)
		return false;
	for (int i = 0; more && i < BURST; i++)
		more = now >= b->again && serve_one(queue, now, wall);
	start_persistent(queue, now);
	return more;
}

/* --- Time, and the end --- */

/* When an event may be given out that is not, now. */
static long long
next_due(const struct queue *queue, long long now, time_t wall)
{
	const struct backlog *b = &queue->backlog;
	long long due = b->look_at;
	time_t next;

	if (b->look_due)
		due = poller_earlier(due, b->rest_until);
	if (outbox_scan_due(&b->scan, &next))
		due = poller_earlier(
		    due, next <= wall ? now : now + (next - wall) * 1000LL);
	return due > now ? due : now;
}

long long
queue_due(const struct queue *queue, long long now, time_t wall)
{
	const struct backlog *b = &queue->backlog;
	long long due = b->settle_at;

	for (size_t i = 0; i < b->nlane; i++)
		due = poller_earlier(due, lane_due(&b->lane[i], now));
	if (b->is_ending)
		return due;
	if (b->again > now)
		return poller_earlier(due, b->again);
	if (queue->busy_due && !queue->is_paused)
		due = poller_earlier(due, queue->busy_at);
	if (!queue->is_held_up && has_ready_job(b, now))
		due = poller_earlier(due, next_due(queue, now, wall));
	return due;
}

/* fn for each job. */
static void
each_job(struct queue *queue, void (*fn)(struct job *job, long long now),
    long long now)
{
	for (size_t i = 0; i < queue->backlog.nlane; i++) {
		for (long k = 0; k < queue->backlog.lane[i].entry->jobs; k++)
			fn(&queue->backlog.lane[i].job[k], now);
	}
}

void
queue_tick(struct queue *queue, long long now)
{
	each_job(queue, job_tick, now);
}

void
queue_end(struct queue *queue, long long now)
{
	queue->backlog.is_ending = true;
	each_job(queue, job_end, now);
}

void
queue_stop(struct queue *queue, long long now)
{
	queue->backlog.is_ending = true;
	each_job(queue, job_stop, now);
}

void
queue_check(struct queue *queue, long long now)
{
	each_job(queue, job_check, now);
}

bool
queue_is_starting(const struct queue *queue)
{
	for (size_t i = 0; i < queue->backlog.nlane; i++) {
		const struct lane *lane = &queue->backlog.lane[i];

		for (long k = 0;
		     lane->entry->persistent && k < lane->entry->jobs; k++) {
			if (lane->job[k].persistent->state ==
			    PERSISTENT_STARTING)
				return true;
		}
	}
	return false;
}

/* Has a job an event?  settled: those do not count that cannot be moved. */
static bool
has_event(const struct queue *queue, bool settled)
{
	const struct backlog *b = &queue->backlog;

	for (size_t i = 0; i < b->nlane; i++) {
		for (long k = 0; k < b->lane[i].entry->jobs; k++) {
			const struct job *job = &b->lane[i].job[k];

			if (job->event.fd >= 0 && !(settled && job->unsettled))
				return true;
		}
	}
	return false;
}

bool
queue_is_working(const struct queue *queue)
{
	return has_event(queue, true);
}

bool
queue_is_idle(const struct queue *queue)
{
	return !has_event(queue, false);
}

bool
queue_is_gone(const struct queue *queue)
{
	for (size_t i = 0; i < queue->backlog.nlane; i++) {
		for (long k = 0; k < queue->backlog.lane[i].entry->jobs; k++) {
			if (!job_is_gone(&queue->backlog.lane[i].job[k]))
				return false;
		}
	}
	return true;
}
