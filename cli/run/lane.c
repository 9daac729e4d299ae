/* lane.c - jobs, and the events before them. */
#include <stdlib.h>

#include "lane.h"

bool
lane_init(struct lane *lane, const struct run_entry *entry,
    const struct job_world *world, const char *provider)
{
	const size_t n = (size_t)entry->jobs;

	lane->entry = entry;
	lane->pause = PAUSE_ENTRY;
	lane->passed = calloc(n, sizeof(*lane->passed));
	lane->job = calloc(n, sizeof(*lane->job));
	if (lane->passed == NULL || lane->job == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!job_init(&lane->job[i], world, entry, provider))
			return false;
		lane->job[i].arg = lane;
	}
	return true;
}

void
lane_free(struct lane *lane)
{
	for (long i = 0; lane->job != NULL && i < lane->entry->jobs; i++)
		job_free(&lane->job[i]);
	free(lane->job);
	free(lane->passed);
	outbox_heap_clear(&lane->parked);
	free(lane->parked.event);
	held_free(&lane->held);
}

bool
lane_is_ordered(const struct lane *lane)
{
	return lane->entry->order.kind != RUN_ORDER_NONE;
}

struct job *
lane_ready(const struct lane *lane, long long now)
{
	if (now < lane->paused_until)
		return NULL;
	for (long i = 0; i < lane->entry->jobs; i++) {
		struct job *job = &lane->job[i];

		if (job->state == JOB_FREE && job->event.fd < 0)
			return job;
	}
	return NULL;
}

void
lane_park(struct lane *lane, const struct outbox_event *event)
{
	const struct outbox_waiting waiting = outbox_heap_waiting(event);

	if (!outbox_heap_room(&lane->parked, LANE_PARKED_MAX) ||
	    !outbox_heap_copy(&lane->parked, OUTBOX_OLDEST, &waiting))
		lane->parked.more = true;
}

void
lane_pass(struct lane *lane, const struct candidate *next)
{
	const size_t room = (size_t)lane->entry->jobs;

	lane->passed[(lane->passed_first + lane->npassed++) % room] = *next;
}

bool
lane_next(struct lane *lane, struct candidate *next, bool *more)
{
	struct outbox_waiting *oldest;

	if (lane->npassed > 0) {
		*next = lane->passed[lane->passed_first];
		lane->passed_first =
		    (lane->passed_first + 1) % (size_t)lane->entry->jobs;
		lane->npassed--;
		return true;
	}
	if (lane->parked.n == 0)
		return false;
	oldest = outbox_heap_pop(&lane->parked, OUTBOX_OLDEST);
	*next = (struct candidate){
	    .event = outbox_heap_event(oldest), .lane = lane};
	free(oldest);
	*more = *more || (lane->parked.n == 0 && lane->parked.more);
	return true;
}

bool
lane_give_key(struct lane *lane, const struct run_key *key, bool to_later)
{
	struct candidate next = {.lane = lane, .has_key = true, .key = *key};

	switch (held_give(&lane->held, key, to_later, &next.event)) {
	case HELD_PASSED:
		lane_pass(lane, &next);
		return false;
	case HELD_LOOK:
		return true;
	case HELD_FREE:
	default:
		return false;
	}
}

void
lane_forget(struct lane *lane)
{
	outbox_heap_clear(&lane->parked);
	held_forget_waiting(&lane->held);
}

bool
lane_has_waiting(const struct lane *lane)
{
	return lane->parked.n + lane->npassed > 0;
}

long long
lane_due(const struct lane *lane, long long now)
{
	long long due =
	    lane->paused_until > now ? lane->paused_until : HANDLER_NEVER;

	for (long i = 0; i < lane->entry->jobs; i++)
		due = poller_earlier(due, job_due(&lane->job[i], now));
	return due;
}
