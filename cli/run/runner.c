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
#include "kept_sweep.h"
#include "queue.h"
#include "runner.h"

/* Milliseconds. */
#define LOOK_EVERY     5000 /* at the folders */
#define SETTINGS_EVERY 1000 /* at the settings */
#define SWEEP_EVERY    3600000
#define STOP_AFTER     60000 /* handlers may go on so long after SIGTERM */

/* What inotify tells of, of the folders. */
#define NEWS_NEW   (IN_CREATE | IN_MOVED_TO)
#define NEWS_LATER (IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)

/* A folder that is watched. */
struct folder {
	size_t queue, root;
	enum outbox_state state;
	int wd;
};

struct runner {
	const struct runner_task *task;
	struct run_config *cfg;
	struct queue *queue; /* each must stay where it is */
	size_t n;
	struct inbox_failover *inboxes; /* of each queue */
	struct timespec (*mtime)[OUTBOX_ROOTS];
	struct folder *folder;
	size_t nfolder;

	struct poller poller;
	struct output_log output;
	struct handler_base base;
	char home[PATH_MAX];
	struct job_world world;

	int signals, changes, clock;
	struct poll_watch signal_watch, change_watch, clock_watch;
	long long look_at, settings_at, sweep_at, stop_at;
	bool stopping;
	bool reloading; /* the settings have changed */
	bool locked;    /* another process has a lock */
};

/* --- The folders --- */

static void
watch_folder(struct runner *r, size_t q, size_t root, enum outbox_state state)
{
	const struct outbox_root *at = &r->queue[q].outbox.root[root];
	char path[64];
	int wd;

	if (at->folder[state] < 0)
		return;
	/* By the descriptor: the folder that is open, whatever its name. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", at->folder[state]);
	wd = inotify_add_watch(
	    r->changes, path, state == OUTBOX_NEW ? NEWS_NEW : NEWS_LATER);
	if (wd < 0)
		return;
	r->folder[r->nfolder++] = (struct folder){q, root, state, wd};
}

/* Open what is not open, and watch it before the first scan. */
static void
open_queues(struct runner *r, long long now)
{
	for (size_t q = 0; q < r->n; q++) {
		struct queue *queue = &r->queue[q];
		bool was[OUTBOX_ROOTS] = {false};

		for (size_t i = 0; i < queue->outbox.n; i++)
			was[i] = queue->outbox.root[i].opened == OUTBOX_OPEN;
		if (queue_open(queue, now) == QUEUE_LOCKED)
			r->locked = true;
		for (size_t i = 0; i < queue->outbox.n; i++) {
			if (was[i] ||
			    queue->outbox.root[i].opened != OUTBOX_OPEN)
				continue;
			watch_folder(r, q, i, OUTBOX_NEW);
			watch_folder(r, q, i, OUTBOX_LATER);
			queue_look(queue);
		}
	}
}

/* For file systems that tell nothing, and for what was replaced. */
static void
look_around(struct runner *r, long long now)
{
	for (size_t q = 0; q < r->n; q++) {
		struct queue *queue = &r->queue[q];

		for (size_t i = 0; i < queue->outbox.n; i++) {
			if (queue->outbox.root[i].opened != OUTBOX_OPEN)
				continue;
			switch (
			    outbox_news(&queue->outbox, i, &r->mtime[q][i])) {
			case OUTBOX_CHANGED:
				queue_look(queue);
				break;
			case OUTBOX_REPLACED:
				if (queue_is_idle(queue))
					outbox_close_root(&queue->outbox, i);
				break;
			case OUTBOX_SAME:
			default:
				break;
			}
		}
	}
	open_queues(r, now);
}

/* Remove what handlers have done with, and was kept for long enough. */
static void
sweep(const struct runner *r)
{
	for (size_t q = 0; q < r->n; q++) {
		const struct queue *queue = &r->queue[q];
		struct kept_swept swept;
		struct reason why = {""};

		if (!kept_sweep(
			&queue->outbox, queue->terms, time(NULL), &swept, &why))
			log_line(r->task->log, LVL_ERROR, "%s: %s",
			    queue->provider, why.text);
		if (swept.done + swept.failed > 0)
			log_line(r->task->log, LVL_INFO,
			    "%s: kept for long enough, and removed: %zu in "
			    "done/, %zu in failed/",
			    queue->provider, swept.done, swept.failed);
	}
}

static void
told(struct runner *r, const struct inotify_event *event)
{
	if ((event->mask & IN_Q_OVERFLOW) != 0) {
		for (size_t q = 0; q < r->n; q++) {
			queue_look(&r->queue[q]);
			r->queue[q].held_due = true;
		}
		return;
	}
	for (size_t i = 0; i < r->nfolder; i++) {
		const struct folder *f = &r->folder[i];

		if (f->wd != event->wd || event->len == 0)
			continue;
		if (f->state == OUTBOX_NEW)
			queue_came(&r->queue[f->queue], f->root, event->name);
		else
			queue_later_changed(&r->queue[f->queue], event->name);
	}
}

static void
changes_ready(void *arg, long long now)
{
	struct runner *r = arg;
	_Alignas(struct inotify_event) char buf[65536];
	ssize_t n = read(r->changes, buf, sizeof(buf));

	(void)now;
	for (char *at = buf; n > 0 && at < buf + n;) {
		const struct inotify_event *event = (void *)at;

		told(r, event);
		at += sizeof(*event) + event->len;
	}
}

/* --- Signals and the clock --- */

static void
signal_ready(void *arg, long long now)
{
	struct runner *r = arg;
	struct signalfd_siginfo info;

	while (read(r->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD) {
			for (size_t q = 0; q < r->n; q++)
				queue_check(&r->queue[q], now);
			continue;
		}
		if (r->stopping)
			continue;
		r->stopping = true;
		r->stop_at = now + STOP_AFTER;
		for (size_t q = 0; q < r->n; q++)
			queue_end(&r->queue[q], now);
	}
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

	(void)now;
	if (read(r->clock, &n, sizeof(n)) < 0 && errno != ECANCELED)
		return;
	set_clock(r);
	for (size_t q = 0; q < r->n; q++)
		queue_look(&r->queue[q]);
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
	return true;
}

/* --- The settings --- */

static bool
is_wanted(const struct runner *r, const char *name)
{
	char *const *want = r->task->provider;

	if (*want == NULL)
		return true;
	for (; *want != NULL; want++) {
		if (strcmp(*want, name) == 0)
			return true;
	}
	return false;
}

static void
free_queues(struct runner *r)
{
	for (size_t i = 0; i < r->nfolder; i++)
		inotify_rm_watch(r->changes, r->folder[i].wd);
	for (size_t q = 0; q < r->n; q++)
		queue_free(&r->queue[q]);
	free(r->queue);
	free(r->inboxes);
	free(r->mtime);
	free(r->folder);
	r->queue = NULL;
	r->inboxes = NULL;
	r->mtime = NULL;
	r->folder = NULL;
	r->n = r->nfolder = 0;
}

/* A queue for each provider that has a "run" and is wanted. */
static bool
make_queues(struct runner *r, const struct run_config *cfg)
{
	size_t most = cfg->n == 0 ? 1 : cfg->n;

	r->queue = calloc(most, sizeof(*r->queue));
	r->inboxes = calloc(most, sizeof(*r->inboxes));
	r->mtime = calloc(most, sizeof(*r->mtime));
	r->folder = calloc(most * OUTBOX_ROOTS * 2, sizeof(*r->folder));
	if (r->queue == NULL || r->inboxes == NULL || r->mtime == NULL ||
	    r->folder == NULL)
		return false;
	for (size_t i = 0; i < cfg->n; i++) {
		const struct run_provider *prov = &cfg->provider[i];

		if (prov->broken || prov->n == 0 || !is_wanted(r, prov->name))
			continue;
		inbox_failover_of(
		    &r->inboxes[r->n], &cfg->inbox, prov->name, NULL);
		r->n++;
		if (!queue_init(&r->queue[r->n - 1], &r->world, prov,
			&r->inboxes[r->n - 1]))
			return false;
		if (r->task->once)
			r->queue[r->n - 1].until = time(NULL);
	}
	return true;
}

/* Load the settings.  If they are of no use, the old ones stay. */
static bool
load(struct runner *r, long long now)
{
	struct run_config *cfg = r->task->load(r->task->arg);

	if (cfg == NULL)
		return false;
	free_queues(r);
	run_config_free(r->cfg);
	r->cfg = cfg;
	if (!forwarder_fill(cfg) || !make_queues(r, cfg)) {
		log_line(r->task->log, LVL_ERROR, "out of memory");
		return false;
	}
	open_queues(r, now);
	return true;
}

/* New settings are used when no handler has an event. */
static void
check_settings(struct runner *r, long long now)
{
	bool idle = true;

	if (!r->reloading) {
		if (!run_config_changed(r->cfg))
			return;
		r->reloading = true;
		for (size_t q = 0; q < r->n; q++)
			queue_end(&r->queue[q], now);
	}
	for (size_t q = 0; q < r->n; q++)
		idle = idle && queue_is_gone(&r->queue[q]);
	if (!idle)
		return;
	r->reloading = false;
	if (load(r, now))
		log_line(r->task->log, LVL_INFO, "new settings are in use");
	for (size_t q = 0; q < r->n; q++)
		r->queue[q].is_ending = false;
}

/* --- The loop --- */

/* Everything that is due; true if something is left to do at once. */
static bool
serve(struct runner *r, long long now)
{
	bool more = false;

	if (now >= r->look_at) {
		r->look_at = now + LOOK_EVERY;
		look_around(r, now);
	}
	if (now >= r->sweep_at) {
		r->sweep_at = now + SWEEP_EVERY;
		sweep(r);
	}
	if (now >= r->settings_at && !r->task->once) {
		r->settings_at = now + (r->reloading ? 50 : SETTINGS_EVERY);
		check_settings(r, now);
	}
	for (size_t q = 0; q < r->n; q++) {
		queue_tick(&r->queue[q], now);
		if (queue_serve(&r->queue[q], now, time(NULL)))
			more = true;
	}
	output_log_flush(&r->output, now);
	return more;
}

static long long
due(const struct runner *r, long long now)
{
	long long at = r->look_at;
	time_t wall = time(NULL);

	if (!r->task->once && r->settings_at < at)
		at = r->settings_at;
	if (r->sweep_at < at)
		at = r->sweep_at;
	if (r->stopping && r->stop_at < at)
		at = r->stop_at;
	for (size_t q = 0; q < r->n; q++) {
		long long its = queue_due(&r->queue[q], now, wall);

		at = its < at ? its : at;
	}
	return at;
}

/* True if no process is left, and none is to be started. */
static bool
is_over(struct runner *r, bool more, long long now)
{
	bool idle = true, gone = true;

	if (r->stopping && now >= r->stop_at) {
		r->stop_at = now + STOP_AFTER;
		for (size_t q = 0; q < r->n; q++)
			queue_stop(&r->queue[q], now);
	}
	for (size_t q = 0; q < r->n; q++) {
		idle = idle && queue_is_idle(&r->queue[q]) &&
		       !queue_is_starting(&r->queue[q]);
		gone = gone && queue_is_gone(&r->queue[q]);
	}
	if (r->stopping)
		return gone;
	if (!r->task->once || more || !idle)
		return false;
	/* Persistent handlers end as well. */
	for (size_t q = 0; q < r->n && !gone; q++)
		queue_end(&r->queue[q], now);
	return gone;
}

static enum runner_end
end_of(const struct runner *r)
{
	if (r->locked && r->task->once)
		return RUNNER_LOCKED;
	for (size_t q = 0; q < r->n; q++) {
		const struct queue_counts *c = &r->queue[q].counts;

		if (c->failed + c->later + c->put_back + c->errors > 0)
			return r->task->once ? RUNNER_FAILED : RUNNER_OK;
	}
	return RUNNER_OK;
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
	if (!load(&r, poller_clock())) {
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
	free_queues(&r);
	run_config_free(r.cfg);
	poller_close(&r.poller);
	close(r.signals);
	close(r.changes);
	close(r.clock);
	return end;
}
