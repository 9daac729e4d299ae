/* runner.c - the loop of hookdir run. */
#define _GNU_SOURCE /* signalfd(), timerfd_create() */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "forwarder.h"
#include "queues.h"
#include "runner.h"

/* Milliseconds. */
#define LOOK_EVERY     5000 /* at the folders */
#define SETTINGS_EVERY 1000 /* at the settings */
#define SWEEP_EVERY    3600000
#define STOP_AFTER     60000 /* handlers may go on so long after SIGTERM */

struct runner {
	const struct runner_task *task;
	struct queues now, old; /* of the present settings, of those before */
	size_t nold;            /* of the old ones, that still run */

	struct poller poller;
	struct output_log output;
	struct handler_base base;
	char home[PATH_MAX];
	struct job_world world;
	struct queues_how how;

	int signals, changes, clock;
	struct poll_watch signal_watch, change_watch, clock_watch;
	long long look_at, settings_at, sweep_at, stop_at;
	bool stopping;
};

/* --- What the kernel tells --- */

static void
changes_ready(void *arg, long long now)
{
	struct runner *r = arg;
	_Alignas(struct inotify_event) char buf[65536];
	ssize_t n = read(r->changes, buf, sizeof(buf));

	(void)now;
	for (char *at = buf; n > 0 && at < buf + n;) {
		const struct inotify_event *event = (void *)at;

		queues_told(&r->now, event);
		at += sizeof(*event) + event->len;
	}
}

static void
signal_ready(void *arg, long long now)
{
	struct runner *r = arg;
	struct signalfd_siginfo info;

	while (read(r->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD) {
			queues_each(&r->now, queue_check, now);
			queues_each(&r->old, queue_check, now);
			continue;
		}
		if (r->stopping)
			continue;
		r->stopping = true;
		r->stop_at = now + STOP_AFTER;
		queues_each(&r->now, queue_end, now);
	}
}

static void
look(struct queue *queue, long long now)
{
	(void)now;
	backlog_look(&queue->backlog);
}

/* Far off: only a change of the clock makes it readable. */
static void
set_clock(struct runner *r)
{
	struct itimerspec far = {.it_value = {.tv_sec = time(NULL) + 86400}};

	timerfd_settime(
	    r->clock, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, NULL);
}

static void
clock_ready(void *arg, long long now)
{
	struct runner *r = arg;
	uint64_t n;

	if (read(r->clock, &n, sizeof(n)) < 0 && errno != ECANCELED)
		return;
	set_clock(r);
	queues_each(&r->now, look, now);
}

static bool
watch(struct runner *r, struct poll_watch *watch, int fd,
    void (*ready)(void *arg, long long now))
{
	*watch = (struct poll_watch){.ready = ready, .arg = r, .fd = -1};
	return fd >= 0 && poller_watch(&r->poller, watch, fd);
}

static bool
open_runner(struct runner *r)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	launch_prepare();
	r->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	r->changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	r->clock = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (!poller_open(&r->poller) ||
	    !watch(r, &r->signal_watch, r->signals, signal_ready) ||
	    !watch(r, &r->change_watch, r->changes, changes_ready) ||
	    !watch(r, &r->clock_watch, r->clock, clock_ready)) {
		log_line(r->task->log, LVL_ERROR,
		    "cannot start: %s: raise the limits of open files and of "
		    "inotify",
		    strerror(errno));
		return false;
	}
	set_clock(r);
	output_log_init(&r->output, r->task->log);
	handler_base_read(&r->base, r->home);
	r->world = (struct job_world){&r->poller, &r->output, &r->base};
	r->how = (struct queues_how){.world = &r->world,
	    .provider = r->task->provider,
	    .once = r->task->once,
	    .changes = r->changes};
	return true;
}

/* --- The settings --- */

/* The queues of the settings.  False after saying what is wrong. */
static bool
load(struct runner *r, struct queues *queues)
{
	struct run_config *cfg = r->task->load(r->task->arg);

	if (cfg == NULL)
		return false;
	*queues = (struct queues){.how = &r->how, .cfg = cfg};
	if (forwarder_fill(cfg) && queues_make(queues))
		return true;
	log_line(r->task->log, LVL_ERROR, "out of memory");
	queues_free(queues);
	return false;
}

/* The handlers of the old settings go on to the end of their events. */
static void
check_settings(struct runner *r, long long now)
{
	struct queues next = {.n = 0};

	if (r->old.cfg != NULL || !run_config_changed(r->now.cfg))
		return;
	/* What cannot be used is complained about once. */
	run_config_seen(r->now.cfg);
	if (!load(r, &next) || queues_are_broken_by(&r->now, next.cfg)) {
		queues_free(&next);
		log_line(r->task->log, LVL_ERROR,
		    "the settings have changed and cannot be used; those "
		    "before stay in use");
		return;
	}
	r->old = r->now;
	r->now = next;
	queues_end(&r->old, now);
	r->nold = r->old.n;
	log_line(r->task->log, LVL_INFO, "new settings are in use");
}

/* A queue that has ended makes room for the new one of its provider. */
static void
leave_old(struct runner *r)
{
	const size_t left = queues_leave(&r->old);

	if (left < r->nold || left == 0)
		queues_open(&r->now);
	r->nold = left;
	if (left == 0)
		queues_free(&r->old);
}

/* --- The loop --- */

/* Everything that is due; true if something is left to do at once. */
static bool
serve(struct runner *r, long long now)
{
	bool more;

	if (now >= r->look_at) {
		r->look_at = now + LOOK_EVERY;
		queues_look(&r->now);
	}
	if (now >= r->sweep_at) {
		r->sweep_at = now + SWEEP_EVERY;
		queues_sweep(&r->now);
	}
	if (now >= r->settings_at && !r->task->once && !r->stopping) {
		r->settings_at = now + SETTINGS_EVERY;
		check_settings(r, now);
	}
	more = queues_serve(&r->now, now);
	if (r->old.cfg != NULL) {
		queues_serve(&r->old, now);
		leave_old(r);
	}
	output_log_flush(&r->output, now);
	return more;
}

static long long
due(const struct runner *r, long long now)
{
	long long at = poller_earlier(r->look_at, r->sweep_at);

	if (!r->task->once && !r->stopping)
		at = poller_earlier(at, r->settings_at);
	if (r->stopping)
		at = poller_earlier(at, r->stop_at);
	return poller_earlier(at,
	    poller_earlier(queues_due(&r->now, now), queues_due(&r->old, now)));
}

/* True if no process is left, and none is to be started. */
static bool
is_over(struct runner *r, bool more, long long now)
{
	const bool gone = queues_are_gone(&r->now) && queues_are_gone(&r->old);

	if (r->stopping && now >= r->stop_at) {
		r->stop_at = now + STOP_AFTER;
		queues_each(&r->now, queue_stop, now);
		queues_each(&r->old, queue_stop, now);
	}
	if (r->stopping)
		return gone;
	if (!r->task->once || more || !queues_are_idle(&r->now))
		return false;
	/* Persistent handlers end as well. */
	if (!gone)
		queues_each(&r->now, queue_end, now);
	return gone;
}

static enum runner_end
end_of(const struct runner *r)
{
	if (!r->task->once)
		return RUNNER_OK;
	if (r->now.broken)
		return RUNNER_SETTINGS;
	if (r->now.locked)
		return RUNNER_LOCKED;
	return queues_have_failed(&r->now) ? RUNNER_FAILED : RUNNER_OK;
}

enum runner_end
runner_run(const struct runner_task *task)
{
	struct runner r = {
	    .task = task, .signals = -1, .changes = -1, .clock = -1};
	enum runner_end end = RUNNER_FAILED;
	bool more;

	if (!open_runner(&r))
		return RUNNER_FAILED;
	if (!load(&r, &r.now)) {
		end = RUNNER_SETTINGS;
		goto out;
	}
	for (;;) {
		long long now = poller_clock(), wait;

		more = serve(&r, now);
		now = poller_clock();
		if (is_over(&r, more, now))
			break;
		wait = due(&r, now) - now;
		if (!poller_wait(&r.poller, more || wait < 0 ? 0 : wait + 1)) {
			log_line(
			    task->log, LVL_ERROR, "epoll: %s", strerror(errno));
			goto out;
		}
	}
	end = end_of(&r);
out:
	queues_free(&r.now);
	queues_free(&r.old);
	poller_close(&r.poller);
	close(r.signals);
	close(r.changes);
	close(r.clock);
	return end;
}
