/* persistent.c - a handler that stays: its states, and what it says. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/file.h"
#include "persistent.h"

#define READ_SIZE     4096
#define PATH_LINE_MAX PIPE_BUF /* is written whole, or not at all */

void
persistent_init(
    struct persistent *p, struct output_log *log, const char *provider)
{
	*p = (struct persistent){.handler = HANDLER_NONE,
	    .events = -1,
	    .answers = -1,
	    .pause = PAUSE_RESTART};
	handler_output_begin(&p->output, log, provider, "");
}

static void
close_one(int *fd)
{
	if (*fd >= 0)
		file_close(*fd);
	*fd = -1;
}

/* The pipes of a start: [0] is read, [1] is written. */
struct pipes {
	int events[2], answers[2], errors[2];
};

static bool
open_pipes(struct pipes *pipes)
{
	*pipes = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}};
	return handler_pipe(pipes->events, 1) &&
	       handler_pipe(pipes->answers, 0) &&
	       handler_pipe(pipes->errors, 0);
}

static void
close_theirs(struct pipes *pipes)
{
	close_one(&pipes->events[0]);
	close_one(&pipes->answers[1]);
	close_one(&pipes->errors[1]);
}

static void
close_ours(struct pipes *pipes)
{
	close_one(&pipes->events[1]);
	close_one(&pipes->answers[0]);
	close_one(&pipes->errors[0]);
}

/* It runs. */
static void
take_pipes(struct persistent *p, struct pipes *pipes)
{
	close_theirs(pipes);
	p->events = pipes->events[1];
	p->answers = pipes->answers[0];
	p->handler.output = pipes->errors[0];
}

bool
persistent_start(struct persistent *p, const struct handler_start *start,
    long long now, struct reason *why)
{
	struct pipes pipes;
	bool is_started = false;

	p->handler = HANDLER_NONE;
	if (open_pipes(&pipes)) {
		const struct launch fds = {.input = pipes.events[0],
		    .output = pipes.answers[1],
		    .error = pipes.errors[1],
		    .lock = start->event};

		is_started = handler_launch(&p->handler, start, &fds, why);
	} else
		reason_errno(why, "no pipes for a handler");
	if (!is_started) {
		close_theirs(&pipes);
		close_ours(&pipes);
		return false;
	}
	take_pipes(p, &pipes);
	p->state = PERSISTENT_STARTING;
	p->timeout = start->command->timeout;
	p->handler.due = now + p->timeout;
	p->was_ready = p->has_answered = false;
	p->lines = (struct lines){.used = 0};
	handler_output_begin(&p->output, p->output.to, p->output.provider, "");
	return true;
}

/* It has no event: the next state. */
static void
rest(struct persistent *p, long long now)
{
	p->id[0] = '\0';
	if (p->events >= 0 && p->handler.told == HANDLER_NOT_TOLD) {
		p->state = PERSISTENT_IDLE;
		p->handler.due = HANDLER_NEVER;
		return;
	}
	p->state = PERSISTENT_ENDING;
	if (p->handler.told == HANDLER_NOT_TOLD)
		p->handler.due = now + HANDLER_GRACE;
}

static void
take_answer(struct persistent *p, const struct answer *answer, long long now)
{
	struct span reason = answer->reason;

	if (reason.len > 0)
		memcpy(p->reason, reason.ptr, reason.len);
	p->answer = *answer;
	p->answer.reason = span_mem(p->reason, reason.len);
	p->has_answered = true;
	rest(p, now);
	handler_output_end(&p->output, now);
}

/* A line of its standard output. */
static enum persistent_news
take_line(struct persistent *p, const struct line *line, long long now)
{
	struct answer answer;
	enum answer_outcome outcome = ANSWER_NONE;

	if (p->state == PERSISTENT_STARTING && span_is(line->text, "ready")) {
		p->was_ready = true;
		rest(p, now);
		return p->state == PERSISTENT_IDLE ? NEWS_READY : NEWS_NOTHING;
	}
	if (p->id[0] != '\0')
		outcome = answer_parse(&answer, line, span_str(p->id));
	if (outcome == ANSWER_OK) {
		take_answer(p, &answer, now);
		return NEWS_ANSWERED;
	}
	handler_output_line(&p->output, line, now);
	if (outcome == ANSWER_BAD)
		handler_output_note(&p->output,
		    "the line above is no answer, which is: "
		    "ID CODE[ after=SECONDS][ REASON]",
		    now);
	return NEWS_NOTHING;
}

/*
 * Read at most max bytes.  Behind an answer there is no event that another one
 * could be about: the rest is output.
 */
static enum persistent_news
read_answers(struct persistent *p, size_t max, long long now)
{
	unsigned char bytes[READ_SIZE];
	enum persistent_news news = NEWS_NOTHING, one;
	struct span rest_of;
	struct line line;
	ssize_t n = read(p->answers, bytes, max < READ_SIZE ? max : READ_SIZE);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return NEWS_NOTHING;
	if (n <= 0) {
		/* It can never answer, and mostly is about to end. */
		close_one(&p->answers);
		if (p->handler.due > now + HANDLER_GRACE)
			p->handler.due = now + HANDLER_GRACE;
		return NEWS_NOTHING;
	}
	rest_of = span_mem(bytes, (size_t)n);
	while (lines_next(&p->lines, &rest_of, &line)) {
		one = take_line(p, &line, now);
		if (one != NEWS_NOTHING)
			news = one;
	}
	return news;
}

enum persistent_news
persistent_answers(struct persistent *p, long long now)
{
	return p->answers < 0 ? NEWS_NOTHING : read_answers(p, READ_SIZE, now);
}

void
persistent_errors(struct persistent *p, long long now)
{
	if (p->handler.output >= 0 &&
	    !handler_output_read(
		&p->output, p->handler.output, HANDLER_READ_MAX, now))
		handler_close(&p->handler);
}

/* What is in the pipe now: a child that it left may write for ever. */
static enum persistent_news
drain_answers(struct persistent *p, long long now)
{
	enum persistent_news news = NEWS_NOTHING;
	int left = 0;

	if (p->answers < 0 || ioctl(p->answers, FIONREAD, &left) != 0)
		return NEWS_NOTHING;
	while (left > 0 && p->answers >= 0 && news != NEWS_ANSWERED) {
		news = read_answers(p, (size_t)left, now);
		left -= READ_SIZE;
	}
	return news;
}

bool
persistent_give(
    struct persistent *p, const char *id, const char *path, long long now)
{
	char line[PATH_LINE_MAX];
	size_t len = (size_t)snprintf(line, sizeof(line), "%s\n", path);

	/* What it said before cannot be about this event. */
	drain_answers(p, now);
	if (len >= sizeof(line) || strchr(path, '\n') != NULL ||
	    write(p->events, line, len) != (ssize_t)len) {
		handler_tell(&p->handler, HANDLER_TIMED_OUT, now);
		rest(p, now);
		return false;
	}
	p->state = PERSISTENT_BUSY;
	p->handler.due = now + p->timeout;
	snprintf(p->id, sizeof(p->id), "%s", id);
	handler_output_begin(&p->output, p->output.to, p->output.provider, id);
	return true;
}

/* Whether this process has it end: then nothing is wrong with it. */
static bool
is_over(const struct persistent *p)
{
	return p->events < 0 || p->end.told == HANDLER_STOPPED;
}

static enum persistent_news
finish(struct persistent *p, long long now)
{
	enum persistent_news news =
	    p->state == PERSISTENT_BUSY ? NEWS_LOST : NEWS_ENDED;
	struct line line;

	/* The beginning of an answer is none: "ID 10" may have been 100. */
	if (lines_last(&p->lines, &line))
		handler_output_line(&p->output, &line, now);
	if (p->handler.output >= 0)
		handler_output_drain(&p->output, p->handler.output, now);
	handler_output_end(&p->output, now);
	p->again_at = now;
	if (p->has_answered || news == NEWS_LOST)
		pause_reset(&p->pause);
	else if (!is_over(p))
		p->again_at += pause_take(&p->pause);
	handler_close(&p->handler);
	close_one(&p->answers);
	close_one(&p->events);
	p->state = PERSISTENT_NONE;
	p->id[0] = '\0';
	return news;
}

enum persistent_news
persistent_ended(struct persistent *p, long long now)
{
	if (!handler_has_ended(&p->handler))
		return NEWS_NOTHING;
	if (drain_answers(p, now) == NEWS_ANSWERED)
		return NEWS_ANSWERED;
	handler_ended(&p->handler, &p->end);
	return finish(p, now);
}

void
persistent_end(struct persistent *p, long long now)
{
	close_one(&p->events);
	if (p->state == PERSISTENT_STARTING || p->state == PERSISTENT_IDLE)
		rest(p, now);
}

void
persistent_stop(struct persistent *p, long long now)
{
	handler_tell(&p->handler, HANDLER_STOPPED, now);
	if (p->state == PERSISTENT_STARTING || p->state == PERSISTENT_IDLE)
		rest(p, now);
}
