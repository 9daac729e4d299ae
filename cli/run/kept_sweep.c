/* kept_sweep.c - looks at what is in done/ and failed/. */
#include <stdint.h>
#include <string.h>

#include "base/encode.h"
#include "eventfile.h"
#include "kept_sweep.h"
#include "outbox/outbox_errors.h"

#define HOUR 3600L
#define DAY  86400L

/* One folder. */
struct sweeping {
	const struct outbox *outbox;
	const struct run_provider *terms;
	enum outbox_state state;
	time_t now;
	long least; /* what is younger need not be looked into; in seconds */
	size_t removed;
	bool ok;
	struct reason *why;
};

/* How many seconds; RUN_FOR_EVER. */
static long
seconds_of(enum outbox_state state, const struct run_kept *kept)
{
	long n = state == OUTBOX_DONE ? kept->keep_hours : kept->failed_days;

	return n == RUN_FOR_EVER ? n : n * (state == OUTBOX_DONE ? HOUR : DAY);
}

static bool
is_less(long a, long b)
{
	return b == RUN_FOR_EVER ? a != RUN_FOR_EVER
				 : a != RUN_FOR_EVER && a < b;
}

/* The least that any event is kept. */
static long
least(const struct run_provider *terms, enum outbox_state state)
{
	const struct run_kept all = run_provider_kept(terms, span_str(""));
	long seconds = seconds_of(state, &all);

	if (terms->broken)
		return seconds;
	for (size_t i = 0; i < terms->n; i++) {
		const struct run_kept kept = {
		    terms->entry[i].keep_hours, terms->entry[i].failed_days};

		if (is_less(seconds_of(state, &kept), seconds))
			seconds = seconds_of(state, &kept);
	}
	return seconds;
}

/* How long the event that is open is kept.  One without a type has "". */
static long
kept_for(const struct sweeping *s, int fd)
{
	unsigned char type[EVENTFILE_HEAD_MAX];
	struct eventfile file = {.head = NULL};
	struct run_kept kept;
	struct reason ignored;
	size_t len = 0;

	if (eventfile_read(&file, fd, &ignored) && file.type.len > 0) {
		memcpy(type, file.type.ptr, file.type.len);
		len = decode_percent_all(type, file.type.len);
	}
	eventfile_free(&file);
	kept = run_provider_kept(s->terms, span_mem(type, len));
	return seconds_of(s->state, &kept);
}

static bool
is_over(const struct sweeping *s, const struct timespec *mtime, long seconds)
{
	return seconds != RUN_FOR_EVER && mtime->tv_sec <= s->now - seconds;
}

static bool
visit(void *arg, struct outbox_event *event)
{
	struct sweeping *s = arg;
	enum outbox_step step;

	if (!is_over(s, &event->mtime, s->least))
		return true;
	step = outbox_event_open(s->outbox, event, s->why);
	if (step == OUTBOX_MOVED) {
		if (!is_over(s, &event->mtime, kept_for(s, event->fd)))
			return true;
		step = outbox_remove(s->outbox, event, s->why);
		if (outbox_stepped(step))
			s->removed++;
	}
	if (step == OUTBOX_ERROR)
		s->ok = false;
	return true;
}

/* Returns how many were removed. */
static size_t
sweep_state(struct sweeping *s, enum outbox_state state)
{
	struct outbox_visit v = {.visit = visit, .arg = s};

	s->state = state;
	s->removed = 0;
	s->least = least(s->terms, state);
	if (s->least != RUN_FOR_EVER &&
	    !outbox_visit(s->outbox, state, &v, s->why))
		s->ok = false;
	return s->removed;
}

bool
kept_sweep(const struct outbox *outbox, const struct run_provider *terms,
    time_t now, struct kept_swept *swept, struct reason *why)
{
	struct sweeping s = {.outbox = outbox,
	    .terms = terms,
	    .now = now,
	    .ok = true,
	    .why = why};

	*swept = (struct kept_swept){.done = sweep_state(&s, OUTBOX_DONE)};
	swept->failed = sweep_state(&s, OUTBOX_FAILED);
	return outbox_errors_sweep(outbox, now, &swept->errors, why) && s.ok;
}
