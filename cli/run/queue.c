/* queue.c - which event goes to which handler, and what becomes of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/log.h"
#include "outbox/outbox_errors.h"
#include "queue.h"

/* Milliseconds until a step that failed is tried again. */
#define AGAIN 5000
/* Events that are given out by one call: others want to be served, too. */
#define BURST 64

/* --- Words --- */

static void
complain(struct queue *queue, const char *id, const char *what,
    const struct reason *why)
{
	queue->counts.errors++;
	log_line(queue->world->log->log, LVL_ERROR, "%s: %s%s%s: %s",
	    queue->provider, id, *id == '\0' ? "" : ": ", what, why->text);
}

/* Where the event's file is: "ROOT/P/busy/N.ID". */
static void
path_of(char dst[static PATH_MAX], const struct queue *queue,
    const struct outbox_event *event)
{
	const struct inbox *inbox = &queue->outbox.root[event->root].inbox;
	char file[OUTBOX_FILE_MAX];

	outbox_name_write(file, event->state, &event->name);
	snprintf(dst, PATH_MAX, "%s/%s/%s/%s", inbox->root, inbox->provider,
	    outbox_state_name(event->state), file);
}

/* --- Lanes --- */

static struct job *
free_job(struct lane *lane)
{
	for (long i = 0; i < lane->entry->jobs; i++) {
		if (lane->job[i].state == JOB_FREE)
			return &lane->job[i];
	}
	return NULL;
}

/* A job that can be given an event now; or NULL. */
static struct job *
ready_job(struct lane *lane, long long now)
{
	return now < lane->paused_until ? NULL : free_job(lane);
}

static void
park(struct lane *lane, const struct outbox_event *event)
{
	if (lane->nparked == LANE_PARKED_MAX) {
		lane->more = true;
		return;
	}
	lane->parked[(lane->first + lane->nparked++) % LANE_PARKED_MAX] =
	    *event;
}

static bool
unpark(struct lane *lane, struct outbox_event *event)
{
	if (lane->nparked == 0)
		return false;
	*event = lane->parked[lane->first];
	lane->first = (lane->first + 1) % LANE_PARKED_MAX;
	lane->nparked--;
	if (lane->nparked == 0 && lane->more) {
		lane->more = false;
		lane->queue->scan_due = true;
	}
	return true;
}

static bool
has_event(const struct queue *queue, const char *id)
{
	for (size_t i = 0; i < queue->nlane; i++) {
		for (long k = 0; k < queue->lane[i].entry->jobs; k++) {
			const struct job *job = &queue->lane[i].job[k];

			if (job->event.fd >= 0 &&
			    strcmp(job->event.name.id, id) == 0)
				return true;
		}
	}
	return false;
}

/* The lane that takes an event of this header; NULL: none does. */
static struct lane *
lane_of(const struct queue *queue, const struct eventfile *file)
{
	unsigned char type[EVENTFILE_HEAD_MAX];
	const struct run_entry *entry;
	size_t len = file->type.len;

	memcpy(type, file->type.ptr == NULL ? (const void *)"" : file->type.ptr,
	    len);
	len = decode_percent_all(type, len);
	entry = run_provider_entry(queue->terms, span_mem(type, len));

	for (size_t i = 0; i < queue->nlane; i++) {
		if (queue->lane[i].entry == entry)
			return &queue->lane[i];
	}
	return NULL;
}

/* The key of the event, for the order of its entry. */
static enum lookup
key_of(const struct lane *lane, const struct outbox_event *event,
    const struct eventfile *file, struct run_key *key)
{
	const struct run_order *order = &lane->entry->order;
	struct span body = file->start;
	unsigned char *bytes = NULL;
	enum lookup found;

	if (order->kind == RUN_ORDER_JSON) {
		bytes = malloc((size_t)file->length + 1);
		if (bytes == NULL)
			return LOOKUP_NO_MEMORY;
		if (pread(event->fd, bytes, (size_t)file->length,
			(off_t)file->body) != (ssize_t)file->length) {
			free(bytes);
			return LOOKUP_NONE;
		}
		body = span_mem(bytes, (size_t)file->length);
	}
	found = run_order_key(order, file->lines, body, key);
	free(bytes);
	return found;
}

/* --- The end of an attempt --- */

static void
say(struct queue *queue, const struct job *job, const struct job_over *over)
{
	char tail[OUTPUT_TAIL_MAX];
	const struct handler_output *output =
	    job->persistent != NULL ? &job->persistent->output : &job->output;
	const struct outbox_errors errors = {.line = span_str(over->line),
	    .output = span_mem(tail, handler_output_tail(output, tail))};
	const struct outbox_event *event = &job->event;
	struct reason why;

	if (!outbox_errors_write(&queue->outbox.root[event->root],
		event->name.id, &errors, &why))
		log_line(queue->world->log->log, LVL_WARNING, "%s: %s: %s",
		    queue->provider, event->name.id, why.text);
}

static void
forget_errors(struct queue *queue, const struct outbox_event *event)
{
	struct reason why;

	outbox_errors_remove(
	    &queue->outbox.root[event->root], event->name.id, &why);
}

/* When the event is tried again; false: it was the last attempt. */
static bool
next_try(struct queue *queue, const struct job *job,
    const struct job_over *over, time_t wall, time_t *next)
{
	uint64_t random = (uint64_t)rand_r(&queue->random) << 31 |
			  (uint64_t)rand_r(&queue->random);
	int64_t at;

	if (!run_entry_next(
		job->entry, job->event.name.attempts, wall, random, &at))
		return false;
	*next =
	    over->after == ANSWER_NO_AFTER ? (time_t)at : wall + over->after;
	/*
	 * Another machine may make a pause longer, but not shorter: one that
	 * asks for a second each time would use up all attempts at once.
	 */
	if (job->entry->forward != NULL && *next < at)
		*next = (time_t)at;
	return true;
}

/* Move the event to where the result says.  Returns the step, and where to. */
static enum outbox_step
settle(struct queue *queue, struct job *job, const struct job_over *over,
    enum outbox_state *to, struct reason *why)
{
	struct outbox_event *event = &job->event;
	time_t wall = time(NULL), next = wall;

	switch (over->result) {
	case RESULT_DONE:
		*to = OUTBOX_DONE;
		queue->counts.done++;
		forget_errors(queue, event);
		return outbox_done(
		    &queue->outbox, event, job->entry->keep_hours != 0, why);
	case RESULT_LATER:
		if (next_try(queue, job, over, wall, &next)) {
			*to = OUTBOX_LATER;
			queue->counts.later++;
			say(queue, job, over);
			return outbox_later(&queue->outbox, event, next, why);
		}
		/* fallthrough */
	case RESULT_FAILED:
		*to = OUTBOX_FAILED;
		queue->counts.failed++;
		say(queue, job, over);
		return outbox_failed(&queue->outbox, event, why);
	case RESULT_NO_ATTEMPT:
	default:
		*to = event->name.attempts > 1 ? OUTBOX_LATER : OUTBOX_NEW;
		queue->counts.put_back++;
		return outbox_put_back(&queue->outbox, event, wall, why);
	}
}

static void
job_over(struct job *job, const struct job_over *over)
{
	struct lane *lane = job->arg;
	struct queue *queue = lane->queue;
	const size_t root = job->event.root;
	struct outbox_event event;
	enum outbox_state to = OUTBOX_NEW;
	struct reason why = {""};
	enum outbox_step step;

	step = settle(queue, job, over, &to, &why);
	event = job->event;
	if (!outbox_stepped(step)) {
		if (step == OUTBOX_ERROR)
			complain(queue, event.name.id, "is tried again", &why);
		/* It is in busy/ still: as after a crash. */
		outbox_event_close(&job->event);
		queue->again = poller_clock() + AGAIN;
	}
	if (job->has_key &&
	    held_give(&lane->held, &job->key, to == OUTBOX_LATER))
		queue->scan_due = true;
	job->has_key = false;
	if (to == OUTBOX_LATER && outbox_stepped(step)) {
		event.root = root;
		if (!outbox_scan_add(
			&queue->scan, &queue->outbox, &event, &why))
			queue->scan_due = true;
	} else if (to == OUTBOX_NEW) {
		queue->scan_due = true;
	}
}

static void
job_changed(struct job *job)
{
	struct lane *lane = job->arg;
	struct queue *queue = lane->queue;
	char text[HANDLER_END_MAX];
	struct reason why;

	/* queue_serve() looks at all jobs. */
	queue->again = 0;
	if (job->state != JOB_OFF || queue->is_ending)
		return;
	reason_set(&why, "%s", handler_end_text(text, &job->persistent->end));
	complain(queue, "", "the handler ended, and had no event", &why);
}

/* --- The beginning of one --- */

static void
put_back(struct queue *queue, struct outbox_event *event)
{
	struct reason why;

	if (outbox_put_back(&queue->outbox, event, time(NULL), &why) ==
	    OUTBOX_ERROR)
		complain(queue, event->name.id, "is tried again", &why);
	outbox_event_close(event);
	queue->counts.put_back++;
	queue->scan_due = true;
}

/* Its handler cannot be started: no attempt, and a pause. */
static void
cannot_start(struct lane *lane, long long now, const struct reason *why)
{
	struct queue *queue = lane->queue;
	long long pause = pause_take(&lane->pause);

	lane->paused_until = now + pause;
	queue->counts.errors++;
	log_line(queue->world->log->log, LVL_ERROR,
	    "%s: the handler cannot be started, next try in %lld s: %s",
	    queue->provider, pause / 1000, why->text);
}

/* Take the event, and give it to the job.  Closes *event if that fails. */
static void
begin(struct lane *lane, struct job *job, struct outbox_event *event,
    const struct eventfile *file, const struct run_key *key)
{
	struct queue *queue = lane->queue;
	const bool from_later = event->state == OUTBOX_LATER;
	const long long now = poller_clock();
	char path[PATH_MAX];
	struct reason why = {""};
	enum outbox_step step;

	step = outbox_take(&queue->outbox, event, false, &why);
	if (step != OUTBOX_MOVED && step != OUTBOX_REPLACED_OLDER) {
		if (step == OUTBOX_ERROR) {
			complain(queue, event->name.id, "is not taken", &why);
			queue->again = now + AGAIN;
		} else if (step == OUTBOX_HANDLED || step == OUTBOX_IN_USE) {
			queue->again = now + AGAIN;
		}
		outbox_event_close(event);
		return;
	}
	job->event = *event;
	job->has_key = key != NULL && held_take(&lane->held, key, from_later);
	if (job->has_key)
		job->key = *key;
	path_of(path, queue, event);
	if (job_give(job, file, path, now, &why)) {
		pause_reset(&lane->pause);
		return;
	}
	cannot_start(lane, now, &why);
	if (job->has_key && held_give(&lane->held, &job->key, from_later))
		queue->scan_due = true;
	job->has_key = false;
	put_back(queue, &job->event);
}

enum candidate {
	CANDIDATE_TAKEN,  /* or dropped: the next one */
	CANDIDATE_PARKED, /* its lane is busy */
	CANDIDATE_NONE    /* nobody takes it */
};

/* Find the event's lane, and give it to a job there. */
static enum candidate
consider(struct queue *queue, struct outbox_event *event, long long now)
{
	enum candidate what = CANDIDATE_NONE;
	struct reason why = {""};
	struct eventfile file = {.head = NULL};
	struct lane *lane;
	struct run_key key;
	enum lookup found;
	struct job *job;

	if (outbox_event_open(&queue->outbox, event, &why) != OUTBOX_MOVED)
		return CANDIDATE_TAKEN;
	if (!eventfile_read(&file, event->fd, &why)) {
		complain(queue, event->name.id, "stays where it is", &why);
		goto out;
	}
	lane = lane_of(queue, &file);
	if (lane == NULL)
		goto out;
	job = ready_job(lane, now);
	if (job == NULL) {
		outbox_event_close(event);
		park(lane, event);
		what = CANDIDATE_PARKED;
		goto out;
	}
	what = CANDIDATE_TAKEN;
	found = key_of(lane, event, &file, &key);
	if (found == LOOKUP_NO_MEMORY) {
		queue->scan_due = true;
		queue->again = now + AGAIN;
		goto out;
	}
	if (found == LOOKUP_FOUND &&
	    !held_allows(&lane->held, &key, event->state == OUTBOX_LATER)) {
		held_note(&lane->held, &key);
		goto out;
	}
	begin(lane, job, event, &file, found == LOOKUP_FOUND ? &key : NULL);
	event->fd = -1;
out:
	outbox_event_close(event);
	eventfile_free(&file);
	return what;
}

/* --- What is in later/ and in busy/ when a queue is opened --- */

struct look {
	struct queue *queue;
	bool ok;
};

static bool
look_later(void *arg, struct outbox_event *event)
{
	struct look *look = arg;
	struct queue *queue = look->queue;
	struct eventfile file = {.head = NULL};
	struct run_key key;
	struct reason why;
	struct lane *lane;

	if (outbox_event_open(&queue->outbox, event, &why) != OUTBOX_MOVED)
		return true;
	if (eventfile_read(&file, event->fd, &why) &&
	    (lane = lane_of(queue, &file)) != NULL &&
	    key_of(lane, event, &file, &key) == LOOKUP_FOUND &&
	    !held_later(&lane->held, &key))
		look->ok = false;
	eventfile_free(&file);
	outbox_event_close(event);
	return true;
}

/* Which keys are held by what waits in later/. */
static void
find_held(struct queue *queue)
{
	struct look look = {.queue = queue, .ok = true};
	struct outbox_visit visit = {.visit = look_later, .arg = &look};
	struct reason why;
	bool any = false;

	queue->held_due = false;
	for (size_t i = 0; i < queue->nlane; i++) {
		held_forget_later(&queue->lane[i].held);
		any = any || queue->lane[i].entry->order.kind != RUN_ORDER_NONE;
	}
	if (any && !outbox_visit(&queue->outbox, OUTBOX_LATER, &visit, &why))
		complain(queue, "", "the order of events is not sure", &why);
	if (!look.ok)
		log_line(queue->world->log->log, LVL_ERROR,
		    "%s: out of memory: the order of events is not sure",
		    queue->provider);
}

/* True if the event has had all its attempts. */
static bool
is_used_up(const struct queue *queue, const struct outbox_event *event)
{
	struct eventfile file = {.head = NULL};
	const struct lane *lane = NULL;
	struct reason why;

	if (lseek(event->fd, 0, SEEK_SET) == 0 &&
	    eventfile_read(&file, event->fd, &why))
		lane = lane_of(queue, &file);
	eventfile_free(&file);
	/* The attempt that the crash ended is counted, and the next one. */
	return lane != NULL &&
	       run_entry_step(lane->entry, event->name.attempts - 1) < 0;
}

static bool
take_up(void *arg, struct outbox_event *event)
{
	struct look *look = arg;
	struct queue *queue = look->queue;
	struct reason why = {""};
	enum outbox_step step;

	step = outbox_again(&queue->outbox, event, !look->ok, &why);
	if (outbox_stepped(step)) {
		if (is_used_up(queue, event)) {
			queue->counts.failed++;
			step = outbox_failed(&queue->outbox, event, &why);
		} else {
			/* It waits for its turn, as others do. */
			step = outbox_put_back(
			    &queue->outbox, event, time(NULL), &why);
		}
	}
	if (step == OUTBOX_ERROR)
		complain(queue, event->name.id, "is tried again", &why);
	if (step == OUTBOX_IN_USE || step == OUTBOX_ERROR)
		queue->again = poller_clock() + AGAIN;
	outbox_event_close(event);
	return true;
}

/* What a crash left in busy/. */
static void
recover(struct queue *queue, long long now)
{
	struct look look = {.queue = queue, .ok = now < queue->patience};
	struct outbox_visit visit = {.visit = take_up, .arg = &look};
	struct reason why = {""};

	queue->busy_due = false;
	if (!queue_is_idle(queue))
		return;
	if (look.ok && outbox_jobs_live(&queue->outbox, &why) == LOCK_BUSY) {
		queue->again = now + AGAIN;
		queue->busy_due = true;
		return;
	}
	if (!outbox_visit(&queue->outbox, OUTBOX_BUSY, &visit, &why))
		complain(queue, "", "busy/ cannot be read", &why);
	queue->busy_due = queue->again > now;
	queue->scan_due = true;
	queue->held_due = true;
}

/* --- The queue --- */

static bool
init_lane(struct queue *queue, struct lane *lane, const struct run_entry *entry)
{
	lane->queue = queue;
	lane->entry = entry;
	lane->pause = PAUSE_ENTRY;
	lane->job = calloc((size_t)entry->jobs, sizeof(*lane->job));
	for (long i = 0; lane->job != NULL && i < entry->jobs; i++) {
		struct job *job = &lane->job[i];

		if (!job_init(job, queue->world, entry, queue->provider))
			return false;
		job->over = job_over;
		job->changed = job_changed;
		job->arg = lane;
	}
	return lane->job != NULL;
}

/* How far off NEXT may be: the longest schedule of all entries. */
static struct outbox_limits
limits_of(const struct run_provider *terms)
{
	struct outbox_limits limits = {.step = NULL, .after = true};

	for (size_t i = 0; i < terms->n; i++) {
		if (terms->entry[i].nretry > limits.n)
			limits = (struct outbox_limits){
			    .step = terms->entry[i].retry,
			    .n = terms->entry[i].nretry,
			    .after = true};
	}
	return limits;
}

bool
queue_init(struct queue *queue, const struct job_world *world,
    const struct run_provider *terms, const struct inbox_failover *inboxes)
{
	long timeout = 0;

	*queue = (struct queue){.provider = terms->name,
	    .world = world,
	    .terms = terms,
	    .limits = limits_of(terms),
	    .random = (unsigned)time(NULL) ^ (unsigned)getpid()};
	queue->outbox = outbox_of(inboxes, OUTBOX_RUN);
	queue->scan = outbox_scan_of(OUTBOX_SCAN_MAX, &queue->limits);
	queue->lane = calloc(terms->n, sizeof(*queue->lane));
	if (queue->lane == NULL)
		return false;
	for (size_t i = 0; i < terms->n; i++) {
		queue->nlane = i + 1;
		if (!init_lane(queue, &queue->lane[i], &terms->entry[i]))
			return false;
		if (timeout < terms->entry[i].timeout)
			timeout = terms->entry[i].timeout;
	}
	queue->patience = poller_clock() + timeout * 1000LL + HANDLER_GRACE;
	return true;
}

void
queue_free(struct queue *queue)
{
	for (size_t i = 0; i < queue->nlane; i++) {
		struct lane *lane = &queue->lane[i];

		for (long k = 0; lane->job != NULL && k < lane->entry->jobs;
		     k++)
			job_free(&lane->job[k]);
		free(lane->job);
		held_free(&lane->held);
	}
	free(queue->lane);
	outbox_scan_free(&queue->scan);
	outbox_close(&queue->outbox);
}

static bool
is_open(const struct queue *queue)
{
	for (size_t i = 0; i < queue->outbox.n; i++) {
		if (queue->outbox.root[i].opened == OUTBOX_OPEN)
			return true;
	}
	return false;
}

enum queue_opened
queue_open(struct queue *queue, long long now)
{
	static const enum queue_opened worst[] = {
	    [OUTBOX_CLOSED] = QUEUE_UNUSABLE,
	    [OUTBOX_OPEN] = QUEUE_OPEN,
	    [OUTBOX_NONE] = QUEUE_NONE,
	    [OUTBOX_LOCKED] = QUEUE_LOCKED,
	    [OUTBOX_UNUSABLE] = QUEUE_UNUSABLE,
	};
	size_t before = 0;

	for (size_t i = 0; i < queue->outbox.n; i++)
		before += queue->outbox.root[i].opened == OUTBOX_OPEN;
	if (outbox_open(&queue->outbox) > before)
		recover(queue, now);
	return is_open(queue) ? QUEUE_OPEN
			      : worst[queue->outbox.root[0].opened];
}

void
queue_look(struct queue *queue)
{
	queue->scan_due = true;
}

void
queue_came(struct queue *queue, size_t root, const char *file)
{
	struct outbox_name name;
	struct outbox_event event;
	struct reason why;

	if (!outbox_name_read(&name, OUTBOX_NEW, file))
		return;
	event = outbox_event_at(root, OUTBOX_NEW, &name);
	if (!outbox_scan_add(&queue->scan, &queue->outbox, &event, &why))
		queue->scan_due = true;
}

void
queue_later_changed(struct queue *queue, const char *file)
{
	struct outbox_name name;

	/* One that was taken from here is in busy/ now. */
	if (!outbox_name_read(&name, OUTBOX_LATER, file) ||
	    has_event(queue, name.id))
		return;
	queue->held_due = true;
	queue->scan_due = true;
}

/* on: what is younger than the last that was given out; otherwise all. */
static void
scan(struct queue *queue, time_t wall, bool on)
{
	struct reason why = {""};
	bool ok;

	if (!on) {
		queue->scan_due = false;
		if (queue->held_due)
			find_held(queue);
	}
	ok = on ? outbox_scan_on(&queue->scan, &queue->outbox, wall, &why)
		: outbox_scan(&queue->scan, &queue->outbox, wall, &why);
	if (ok)
		return;
	complain(queue, "", "not all events can be seen", &why);
	queue->again = poller_clock() + AGAIN;
}

/* Is there a job that could be given an event? */
static bool
has_ready_job(struct queue *queue, long long now)
{
	for (size_t i = 0; i < queue->nlane; i++) {
		if (ready_job(&queue->lane[i], now) != NULL)
			return true;
	}
	return false;
}

static void
start_persistent(struct queue *queue, long long now)
{
	/* Their locks are in there. */
	if (!is_open(queue))
		return;
	for (size_t i = 0; i < queue->nlane; i++) {
		struct lane *lane = &queue->lane[i];
		struct reason why = {""};

		if (!lane->entry->persistent || now < lane->paused_until)
			continue;
		for (long k = 0; k < lane->entry->jobs; k++) {
			if (job_start(&lane->job[k], &queue->outbox, now, &why))
				continue;
			cannot_start(lane, now, &why);
			break;
		}
	}
}

/* The next event: one that waits for its lane, or else the oldest of all. */
static bool
next_event(
    struct queue *queue, long long now, time_t wall, struct outbox_event *event)
{
	for (size_t i = 0; i < queue->nlane; i++) {
		if (ready_job(&queue->lane[i], now) != NULL &&
		    unpark(&queue->lane[i], event))
			return true;
	}
	if (queue->scan_due)
		scan(queue, wall, false);
	if (outbox_scan_next(&queue->scan, wall, event))
		return true;
	if (!outbox_scan_has_more(&queue->scan, wall))
		return false;
	/* Those before may have to wait, all of them. */
	scan(queue, wall, true);
	return outbox_scan_next(&queue->scan, wall, event);
}

bool
queue_serve(struct queue *queue, long long now, time_t wall)
{
	struct outbox_event event;

	if (queue->is_ending || now < queue->again ||
	    outbox_is_paused(&queue->outbox))
		return false;
	if (queue->busy_due)
		recover(queue, now);
	start_persistent(queue, now);
	for (int i = 0; i < BURST; i++) {
		if (!has_ready_job(queue, now) ||
		    !next_event(queue, now, wall, &event))
			return false;
		if (queue->until != 0 && event.mtime.tv_sec > queue->until)
			continue;
		consider(queue, &event, now);
	}
	return true;
}

/* --- Time, and the end --- */

long long
queue_due(const struct queue *queue, long long now, time_t wall)
{
	long long due = queue->again > now ? queue->again : HANDLER_NEVER;
	time_t next;

	if (outbox_scan_due(&queue->scan, &next)) {
		long long at =
		    next <= wall ? now : now + (next - wall) * 1000LL;

		due = at < due ? at : due;
	}
	for (size_t i = 0; i < queue->nlane; i++) {
		const struct lane *lane = &queue->lane[i];

		if (lane->paused_until > now && lane->paused_until < due)
			due = lane->paused_until;
		for (long k = 0; k < lane->entry->jobs; k++) {
			long long at = job_due(&lane->job[k]);

			due = at < due ? at : due;
		}
	}
	return due;
}

/* fn for each job. */
static void
each_job(struct queue *queue, void (*fn)(struct job *job, long long now),
    long long now)
{
	for (size_t i = 0; i < queue->nlane; i++) {
		for (long k = 0; k < queue->lane[i].entry->jobs; k++)
			fn(&queue->lane[i].job[k], now);
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
	queue->is_ending = true;
	each_job(queue, job_end, now);
}

void
queue_stop(struct queue *queue, long long now)
{
	queue->is_ending = true;
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
	for (size_t i = 0; i < queue->nlane; i++) {
		const struct lane *lane = &queue->lane[i];

		for (long k = 0;
		     lane->entry->persistent && k < lane->entry->jobs; k++) {
			if (lane->job[k].persistent->state ==
			    PERSISTENT_STARTING)
				return true;
		}
	}
	return false;
}

bool
queue_is_idle(const struct queue *queue)
{
	for (size_t i = 0; i < queue->nlane; i++) {
		for (long k = 0; k < queue->lane[i].entry->jobs; k++) {
			if (queue->lane[i].job[k].event.fd >= 0)
				return false;
		}
	}
	return true;
}

bool
queue_is_gone(const struct queue *queue)
{
	for (size_t i = 0; i < queue->nlane; i++) {
		for (long k = 0; k < queue->lane[i].entry->jobs; k++) {
			if (!job_is_gone(&queue->lane[i].job[k]))
				return false;
		}
	}
	return true;
}
