/* queues.c - the providers' queues, and the folders that are watched for them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "kept_sweep.h"
#include "queues.h"

/* What inotify tells of, of the folders. */
#define NEWS_NEW   (IN_CREATE | IN_MOVED_TO)
#define NEWS_LATER (IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM)
#define CAME       (IN_CREATE | IN_MOVED_TO)

/* --- Making them --- */

static bool
is_wanted(const struct queues *qs, const char *name)
{
	char *const *want = qs->how->provider;

	if (*want == NULL)
		return true;
	for (; *want != NULL; want++) {
		if (strcmp(*want, name) == 0)
			return true;
	}
	return false;
}

bool
queues_make(struct queues *qs)
{
	const struct run_config *cfg = qs->cfg;
	const size_t most = cfg->n == 0 ? 1 : cfg->n;

	qs->queue = calloc(most, sizeof(*qs->queue));
	qs->inboxes = calloc(most, sizeof(*qs->inboxes));
	qs->mtime = calloc(most, sizeof(*qs->mtime));
	qs->folder = calloc(most * OUTBOX_ROOTS * 2, sizeof(*qs->folder));
	if (qs->queue == NULL || qs->inboxes == NULL || qs->mtime == NULL ||
	    qs->folder == NULL)
		return false;
	for (size_t i = 0; i < cfg->n; i++) {
		const struct run_provider *prov = &cfg->provider[i];
		struct inbox_failover *inboxes = &qs->inboxes[qs->n];
		struct queue *queue = &qs->queue[qs->n];

		if (!is_wanted(qs, prov->name))
			continue;
		qs->broken = qs->broken || prov->broken;
		if (prov->broken || prov->n == 0)
			continue;
		inbox_failover_of(inboxes, &cfg->inbox, prov->name, NULL);
		qs->n++;
		if (!queue_init(queue, qs->how->world, prov, inboxes))
			return false;
		if (qs->how->once)
			queue->until = time(NULL);
	}
	return true;
}

bool
queues_are_broken_by(const struct queues *qs, const struct run_config *other)
{
	for (size_t q = 0; q < qs->n; q++) {
		const char *name = qs->queue[q].backlog.provider;
		const struct run_provider *prov =
		    run_config_provider(other, span_str(name));

		if (prov != NULL && prov->broken)
			return true;
	}
	return false;
}

static void
unwatch(struct queues *qs)
{
	for (size_t i = 0; i < qs->nfolder; i++)
		inotify_rm_watch(qs->how->changes, qs->folder[i].wd);
	qs->nfolder = 0;
}

void
queues_free(struct queues *qs)
{
	unwatch(qs);
	for (size_t q = 0; q < qs->n; q++)
		queue_free(&qs->queue[q]);
	free(qs->queue);
	free(qs->inboxes);
	free(qs->mtime);
	free(qs->folder);
	run_config_free(qs->cfg);
	*qs = (struct queues){.n = 0};
}

/* --- The folders --- */

static void
watch_folder(struct queues *qs, size_t q, size_t root, enum outbox_state state)
{
	const struct outbox_root *at = &qs->queue[q].backlog.outbox.root[root];
	char path[64];
	int wd;

	if (at->folder[state] < 0)
		return;
	/* By the descriptor: the folder that is open, whatever its name. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", at->folder[state]);
	wd = inotify_add_watch(qs->how->changes, path,
	    state == OUTBOX_NEW ? NEWS_NEW : NEWS_LATER);
	if (wd < 0)
		return;
	qs->folder[qs->nfolder++] = (struct queues_folder){q, root, state, wd};
}

/* The root of the queue is closed: nobody watches its folders. */
static void
unwatch_root(struct queues *qs, size_t q, size_t root)
{
	size_t kept = 0;

	for (size_t i = 0; i < qs->nfolder; i++) {
		const struct queues_folder *f = &qs->folder[i];

		if (f->queue == q && f->root == root)
			inotify_rm_watch(qs->how->changes, f->wd);
		else
			qs->folder[kept++] = *f;
	}
	qs->nfolder = kept;
}

void
queues_open(struct queues *qs)
{
	for (size_t q = 0; q < qs->n; q++) {
		struct queue *queue = &qs->queue[q];
		struct outbox *outbox = &queue->backlog.outbox;
		bool was[OUTBOX_ROOTS] = {false};

		for (size_t i = 0; i < outbox->n; i++)
			was[i] = outbox->root[i].opened == OUTBOX_OPEN;
		if (queue_open(queue) == OUTBOX_LOCKED)
			qs->locked = true;
		for (size_t i = 0; i < outbox->n; i++) {
			if (was[i] || outbox->root[i].opened != OUTBOX_OPEN)
				continue;
			watch_folder(qs, q, i, OUTBOX_NEW);
			watch_folder(qs, q, i, OUTBOX_LATER);
			backlog_look(&queue->backlog);
		}
	}
}

static void
look_at_root(struct queues *qs, size_t q, size_t root)
{
	struct queue *queue = &qs->queue[q];
	struct outbox *outbox = &queue->backlog.outbox;

	switch (outbox_news(outbox, root, &qs->mtime[q][root])) {
	case OUTBOX_CHANGED:
		backlog_look(&queue->backlog);
		return;
	case OUTBOX_REPLACED:
		if (!queue_is_idle(queue))
			return;
		unwatch_root(qs, q, root);
		outbox_close_root(outbox, root);
		return;
	case OUTBOX_SAME:
	default:
		return;
	}
}

void
queues_look(struct queues *qs)
{
	for (size_t q = 0; q < qs->n; q++) {
		const struct outbox *outbox = &qs->queue[q].backlog.outbox;

		for (size_t i = 0; i < outbox->n; i++) {
			if (outbox->root[i].opened == OUTBOX_OPEN)
				look_at_root(qs, q, i);
		}
	}
	queues_open(qs);
}

void
queues_told(struct queues *qs, const struct inotify_event *event)
{
	const enum moved_way way =
	    (event->mask & CAME) != 0 ? MOVED_IN : MOVED_OUT;

	if ((event->mask & IN_Q_OVERFLOW) != 0) {
		for (size_t q = 0; q < qs->n; q++)
			backlog_lost(&qs->queue[q].backlog);
		return;
	}
	for (size_t i = 0; i < qs->nfolder; i++) {
		const struct queues_folder *f = &qs->folder[i];
		struct backlog *b = &qs->queue[f->queue].backlog;

		if (f->wd != event->wd || event->len == 0)
			continue;
		if (f->state == OUTBOX_NEW)
			backlog_came(b, f->root, event->name);
		else
			backlog_later_changed(b, f->root, way, event->name);
	}
}

void
queues_sweep(const struct queues *qs)
{
	for (size_t q = 0; q < qs->n; q++) {
		const struct backlog *b = &qs->queue[q].backlog;
		const struct log *log = b->world->log->log;
		struct kept_swept swept;
		struct reason why = {""};

		if (!kept_sweep(&b->outbox, b->terms, time(NULL), &swept, &why))
			log_line(
			    log, LVL_ERROR, "%s: %s", b->provider, why.text);
		if (swept.done + swept.failed > 0)
			log_line(log, LVL_INFO,
			    "%s: kept for long enough, and removed: %zu in "
			    "done/, %zu in failed/",
			    b->provider, swept.done, swept.failed);
	}
}

/* --- All of them --- */

bool
queues_serve(struct queues *qs, long long now)
{
	bool more = false;

	for (size_t q = 0; q < qs->n; q++) {
		queue_tick(&qs->queue[q], now);
		if (queue_serve(&qs->queue[q], now, time(NULL)))
			more = true;
	}
	return more;
}

long long
queues_due(const struct queues *qs, long long now)
{
	long long at = HANDLER_NEVER;
	const time_t wall = time(NULL);

	for (size_t q = 0; q < qs->n; q++)
		at = poller_earlier(at, queue_due(&qs->queue[q], now, wall));
	return at;
}

void
queues_each(struct queues *qs, void (*fn)(struct queue *queue, long long now),
    long long now)
{
	for (size_t q = 0; q < qs->n; q++)
		fn(&qs->queue[q], now);
}

void
queues_end(struct queues *qs, long long now)
{
	/* The next queues watch the same folders. */
	unwatch(qs);
	queues_each(qs, queue_end, now);
}

size_t
queues_leave(struct queues *qs)
{
	size_t n = 0;

	for (size_t q = 0; q < qs->n; q++) {
		struct queue *queue = &qs->queue[q];

		if (queue_is_gone(queue))
			outbox_close(&queue->backlog.outbox);
		else
			n++;
	}
	return n;
}

bool
queues_are_idle(const struct queues *qs)
{
	for (size_t q = 0; q < qs->n; q++) {
		if (queue_is_working(&qs->queue[q]) ||
		    queue_is_starting(&qs->queue[q]))
			return false;
	}
	return true;
}

bool
queues_are_gone(const struct queues *qs)
{
	for (size_t q = 0; q < qs->n; q++) {
		if (!queue_is_gone(&qs->queue[q]))
			return false;
	}
	return true;
}

bool
queues_have_failed(const struct queues *qs)
{
	for (size_t q = 0; q < qs->n; q++) {
		const struct backlog_counts *c = &qs->queue[q].backlog.counts;

		if (c->failed + c->later + c->put_back + c->errors > 0)
			return true;
	}
	return false;
}
