/* settle.c - by the result of an attempt, the event's next folder. */
#include <stdlib.h>

#include "base/log.h"
#include "outbox/outbox_errors.h"
#include "settle.h"

/* --- Words --- */

static void
write_errors(struct backlog *b, const struct job *job, const char *line)
{
	char tail[OUTPUT_TAIL_MAX];
	const struct handler_output *output =
	    job->persistent != NULL ? &job->persistent->output : &job->output;
	const struct outbox_errors errors = {.line = span_str(line),
	    .output = span_mem(tail, handler_output_tail(output, tail))};
	const struct outbox_event *event = &job->event;
	struct reason why;

	if (!outbox_errors_write(
		&b->outbox.root[event->root], event->name.id, &errors, &why))
		log_line(b->world->log->log, LVL_WARNING, "%s: %s: %s",
		    b->provider, event->name.id, why.text);
}

static void
remove_errors(struct backlog *b, const struct outbox_event *event)
{
	struct reason why;

	outbox_errors_remove(
	    &b->outbox.root[event->root], event->name.id, &why);
}

/* How the attempt ended, if it did not succeed, and what comes next. */
static void
say(struct backlog *b, const struct job *job, const char *line,
    long long seconds)
{
	const struct log *log = b->world->log->log;
	const char *id = job->event.name.id;
	const unsigned attempt = job->event.name.attempts;

	switch (job->became) {
	case RESULT_LATER:
		log_line(log, LVL_WARNING,
		    "%s: %s: attempt %u failed: %s; the next one is in %lld s",
		    b->provider, id, attempt, line, seconds);
		return;
	case RESULT_FAILED:
		log_line(log, LVL_ERROR,
		    "%s: %s: attempt %u failed: %s; it was the last one, and "
		    "the event goes to failed/",
		    b->provider, id, attempt, line);
		return;
	case RESULT_NO_ATTEMPT:
		log_line(log, LVL_INFO, "%s: %s: put back: %s; no attempt",
		    b->provider, id, line);
		return;
	case RESULT_DONE:
	default:
		return;
	}
}

static void
count(struct backlog_counts *counts, enum handler_result result)
{
	switch (result) {
	case RESULT_DONE:
		counts->done++;
		return;
	case RESULT_LATER:
		counts->later++;
		return;
	case RESULT_FAILED:
		counts->failed++;
		return;
	case RESULT_NO_ATTEMPT:
	default:
		counts->put_back++;
		return;
	}
}

/* --- The step --- */

static enum outbox_step
move(struct backlog *b, struct job *job, struct reason *why)
{
	struct outbox_event *event = &job->event;

	switch (job->became) {
	case RESULT_DONE:
		return outbox_done(
		    &b->outbox, event, job->entry->keep_hours != 0, why);
	case RESULT_LATER:
		return outbox_later(&b->outbox, event, job->next, why);
	case RESULT_FAILED:
		return outbox_failed(&b->outbox, event, why);
	case RESULT_NO_ATTEMPT:
	default:
		return outbox_put_back(&b->outbox, event, time(NULL), why);
	}
}

/* The event has its place: tell those who waited for that. */
static void
moved(struct job *job, const struct outbox_event *event)
{
	struct lane *lane = job->arg;
	struct backlog *b = lane->arg;
	const struct candidate it = {
	    .event = *event, .has_key = job->has_key, .key = job->key};
	const bool is_later = job->became == RESULT_LATER;

	job->has_key = false;
	if (job->became == RESULT_NO_ATTEMPT)
		backlog_back(lane, &it);
	else if (it.has_key && lane_give_key(lane, &it.key, is_later))
		b->scan_due = true;
	if (is_later)
		backlog_is_later(b, event);
	backlog_left_busy(b);
}

static bool
try_move(struct job *job)
{
	struct lane *lane = job->arg;
	struct backlog *b = lane->arg;
	struct reason why = {""};
	enum outbox_step step = move(b, job, &why);
	struct outbox_event event = job->event;

	if (event.fd >= 0) {
		if (step == OUTBOX_IN_USE)
			reason_set(&why,
			    "another process has locked the older event of "
			    "this id there");
		backlog_complain(b, event.name.id,
		    "stays in busy/ until it can be moved", &why);
		b->settle_at = poller_clock() + BACKLOG_AGAIN;
		return false;
	}
	if (step == OUTBOX_REPLACED_OLDER)
		log_line(b->world->log->log, LVL_WARNING,
		    "%s: %s: replaces an older event of this id in %s/",
		    b->provider, event.name.id, outbox_state_name(event.state));
	moved(job, &event);
	return true;
}

/* When the event is tried again; false: it was the last attempt. */
static bool
next_try(struct backlog *b, const struct job *job, long after, time_t *next)
{
	uint64_t random =
	    (uint64_t)rand_r(&b->random) << 31 | (uint64_t)rand_r(&b->random);
	const time_t wall = time(NULL);
	int64_t at;

	if (!run_entry_next(
		job->entry, job->event.name.attempts, wall, random, &at))
		return false;
	*next = after == ANSWER_NO_AFTER ? (time_t)at : wall + after;
	/*
	 * Another machine may make a pause longer, but not shorter: one that
	 * asks for a second each time would use up all attempts at once.
	 */
	if (job->entry->forward != NULL && *next < at)
		*next = (time_t)at;
	return true;
}

void
settle(struct job *job, const struct job_over *over)
{
	struct lane *lane = job->arg;
	struct backlog *b = lane->arg;

	job->became = over->result;
	if (over->result == RESULT_LATER &&
	    !next_try(b, job, over->after, &job->next))
		job->became = RESULT_FAILED;
	count(&b->counts, job->became);
	say(b, job, over->line, (long long)(job->next - time(NULL)));
	if (job->became == RESULT_DONE)
		remove_errors(b, &job->event);
	else if (job->became != RESULT_NO_ATTEMPT)
		write_errors(b, job, over->line);
	job->unsettled = !try_move(job);
}

void
settle_not_begun(struct job *job)
{
	struct lane *lane = job->arg;
	struct backlog *b = lane->arg;

	job->became = RESULT_NO_ATTEMPT;
	count(&b->counts, job->became);
	job->unsettled = !try_move(job);
}

void
settle_again(struct backlog *b)
{
	b->settle_at = HANDLER_NEVER;
	for (size_t i = 0; i < b->nlane; i++) {
		struct lane *lane = &b->lane[i];

		for (long k = 0; k < lane->entry->jobs; k++) {
			struct job *job = &lane->job[k];

			if (job->unsettled)
				job->unsettled = !try_move(job);
		}
	}
}
