/* job.c - one-shot and persistent handlers, as one thing. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "job.h"

/* Bytes of output that are read at a time, so that one is not all there is. */
#define READ_MAX 65536

static struct handler_command
command_of(const struct run_entry *entry)
{
	return (struct handler_command){.argv = entry->command,
	    .directory = entry->directory,
	    .environment = entry->environment,
	    .timeout = entry->timeout * 1000LL};
}

static struct handler *
process_of(struct job *job)
{
	return job->persistent != NULL ? &job->persistent->handler
				       : &job->handler;
}

static void
leave_all(struct job *job)
{
	poller_leave(job->world->poller, &job->end);
	poller_leave(job->world->poller, &job->out);
	poller_leave(job->world->poller, &job->answers);
}

/* --- One-shot --- */

static void
read_output(void *arg, long long now)
{
	struct job *job = arg;

	if (handler_output_read(
		&job->output, job->handler.output, READ_MAX, now))
		return;
	poller_leave(job->world->poller, &job->out);
}

static void
one_shot_ended(struct job *job, long long now)
{
	struct handler_end end;
	char text[HANDLER_END_MAX];
	struct job_over over = {.after = ANSWER_NO_AFTER};

	if (!handler_has_ended(&job->handler))
		return;
	/* Before they are closed. */
	leave_all(job);
	handler_ended(&job->handler, &end);
	if (job->handler.output >= 0)
		handler_output_drain(&job->output, job->handler.output, now);
	handler_output_end(&job->output, now);
	handler_close(&job->handler);
	over.result = handler_result_end(&end);
	over.line = handler_end_text(text, &end);
	job->handler = (struct handler){.output = -1};
	job->state = job->state == JOB_ENDING ? JOB_OFF : JOB_FREE;
	job->over(job, &over);
}

static void
end_ready(void *arg, long long now)
{
	job_check(arg, now);
}

static bool
start_one_shot(struct job *job, const struct handler_start *start,
    long long now, struct reason *why)
{
	struct poller *poller = job->world->poller;

	handler_output_begin(
	    &job->output, job->world->log, job->provider, job->event.name.id);
	if (!handler_start(&job->handler, start, now, why))
		return false;
	job->state = JOB_BUSY;
	/* What cannot be watched is looked at when it is time: job_due(). */
	if (job->handler.process.pidfd >= 0)
		poller_watch(poller, &job->end, job->handler.process.pidfd);
	if (job->handler.output >= 0)
		poller_watch(poller, &job->out, job->handler.output);
	return true;
}

/* --- Persistent --- */

static void
tell(struct job *job, enum persistent_news news)
{
	struct persistent *p = job->persistent;
	char text[HANDLER_END_MAX + LINES_MAX];
	struct job_over over = {.after = ANSWER_NO_AFTER};

	switch (news) {
	case NEWS_READY:
		job->state = JOB_FREE;
		job->changed(job);
		return;
	case NEWS_ANSWERED:
		snprintf(text, sizeof(text), "answered %d%s%.*s",
		    p->answer.code, p->answer.reason.len > 0 ? ": " : "",
		    SPAN_ARGS(p->answer.reason));
		over.line = text;
		over.after = p->answer.after;
		over.result = handler_result_code(p->answer.code);
		job->state = p->state == PERSISTENT_IDLE ? JOB_FREE : JOB_OFF;
		job->over(job, &over);
		return;
	case NEWS_LOST:
		over.line = handler_end_text(text, &p->end);
		over.result = handler_result_lost(&p->end);
		job->state = JOB_OFF;
		job->over(job, &over);
		return;
	case NEWS_ENDED:
		job->state = JOB_OFF;
		job->changed(job);
		return;
	case NEWS_NOTHING:
	default:
		return;
	}
}

static void
answers_ready(void *arg, long long now)
{
	struct job *job = arg;

	tell(job, persistent_answers(job->persistent, now));
	if (job->persistent->answers < 0)
		poller_leave(job->world->poller, &job->answers);
}

static void
errors_ready(void *arg, long long now)
{
	struct job *job = arg;

	persistent_errors(job->persistent, now);
	if (job->persistent->handler.output < 0)
		poller_leave(job->world->poller, &job->out);
}

static void
persistent_gone(struct job *job, long long now)
{
	enum persistent_news news;

	if (!handler_has_ended(&job->persistent->handler))
		return;
	/* Before they are closed. */
	leave_all(job);
	while ((news = persistent_ended(job->persistent, now)) == NEWS_ANSWERED)
		tell(job, news);
	tell(job, news);
}

bool
job_start(struct job *job, const struct outbox *outbox, long long now,
    struct reason *why)
{
	const struct handler_command command = command_of(job->entry);
	struct persistent *p = job->persistent;
	struct handler_env env;
	bool ok = false;
	unsigned number;
	int lock;

	if (p == NULL || p->state != PERSISTENT_NONE || now < p->again_at)
		return true;
	if (!handler_env_make(&env, job->world->base, job->entry->environment,
		job->provider, NULL)) {
		reason_set(why, "out of memory");
		return false;
	}
	lock = outbox_job_lock(outbox, &number, why);
	if (lock >= 0) {
		const struct handler_start start = {
		    .command = &command, .env = &env, .event = lock};

		ok = persistent_start(p, &start, now, why);
		close(lock);
	}
	handler_env_free(&env);
	if (!ok)
		return false;
	poller_watch(job->world->poller, &job->answers, p->answers);
	if (p->handler.output >= 0)
		poller_watch(job->world->poller, &job->out, p->handler.output);
	if (p->handler.process.pidfd >= 0)
		poller_watch(
		    job->world->poller, &job->end, p->handler.process.pidfd);
	return true;
}

/* --- Both --- */

bool
job_init(struct job *job, const struct job_world *world,
    const struct run_entry *entry, const char *provider)
{
	*job = (struct job){.world = world,
	    .entry = entry,
	    .provider = provider,
	    .state = entry->persistent ? JOB_OFF : JOB_FREE,
	    .event = {.fd = -1},
	    .handler = {.output = -1},
	    .end = POLL_WATCH_NONE,
	    .out = POLL_WATCH_NONE,
	    .answers = POLL_WATCH_NONE};
	job->end.ready = end_ready;
	job->out.ready = entry->persistent ? errors_ready : read_output;
	job->answers.ready = answers_ready;
	job->end.arg = job->out.arg = job->answers.arg = job;
	if (!entry->persistent)
		return true;
	job->persistent = malloc(sizeof(*job->persistent));
	if (job->persistent == NULL)
		return false;
	persistent_init(job->persistent, world->log, provider);
	return true;
}

bool
job_give(struct job *job, const struct eventfile *file, const char *path,
    long long now, struct reason *why)
{
	const struct handler_command command = command_of(job->entry);
	const struct handler_event event = {.file = path,
	    .id = file->id,
	    .type = file->type,
	    .time = file->time,
	    .media_type = file->media,
	    .attempt = job->event.name.attempts};
	struct handler_start start = {.command = &command,
	    .event = job->event.fd,
	    .body = (off_t)file->body};
	struct handler_env env;
	bool ok;

	if (job->persistent != NULL) {
		ok = persistent_give(
		    job->persistent, job->event.name.id, path, now);
		if (!ok)
			reason_set(why, "the handler does not read");
		job->state = ok ? JOB_BUSY : JOB_OFF;
		return ok;
	}
	if (!handler_env_make(&env, job->world->base, job->entry->environment,
		job->provider, &event)) {
		reason_set(why, "out of memory");
		return false;
	}
	start.env = &env;
	ok = start_one_shot(job, &start, now, why);
	handler_env_free(&env);
	return ok;
}

long long
job_due(const struct job *job, long long now)
{
	const struct persistent *p = job->persistent;

	if (p == NULL)
		return job->handler.process.pid == 0 ? HANDLER_NEVER
						     : job->handler.due;
	if (p->state != PERSISTENT_NONE)
		return p->handler.due;
	/* If it is time already, something else keeps it from being started. */
	return p->again_at > now ? p->again_at : HANDLER_NEVER;
}

void
job_tick(struct job *job, long long now)
{
	struct handler *handler = process_of(job);

	if (handler->process.pid != 0 && now >= handler->due)
		handler_tick(handler, now);
}

void
job_end(struct job *job, long long now)
{
	if (job->persistent != NULL)
		persistent_end(job->persistent, now);
	if (job->state == JOB_FREE)
		job->state = JOB_OFF;
	else if (job->state == JOB_BUSY)
		job->state = JOB_ENDING;
}

void
job_stop(struct job *job, long long now)
{
	job_end(job, now);
	if (job->persistent != NULL)
		persistent_stop(job->persistent, now);
	else if (job->handler.process.pid != 0)
		handler_tell(&job->handler, HANDLER_STOPPED, now);
}

bool
job_is_gone(const struct job *job)
{
	if (job->persistent != NULL)
		return job->persistent->state == PERSISTENT_NONE;
	return job->handler.process.pid == 0;
}

void
job_check(struct job *job, long long now)
{
	if (job->persistent != NULL)
		persistent_gone(job, now);
	else
		one_shot_ended(job, now);
}

void
job_free(struct job *job)
{
	free(job->persistent);
	outbox_event_close(&job->event);
}
