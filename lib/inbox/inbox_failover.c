/* inbox_failover.c - a second try, and then a second inbox. */
#include "inbox/inbox_failover.h"
#include "inbox/inbox_dircache.h"

/* In this time other processes may close files, or a consumer free space. */
#define PAUSE_NS 50000000L
/* After a failure that took longer, the sender would not wait for another. */
#define PATIENCE_S 1

bool
inbox_shared_init(struct inbox_shared *shared)
{
	if ((shared->dircache = inbox_dircache_new()) == NULL)
		return false;
	if (group_commit_init(&shared->group_commit))
		return true;
	inbox_dircache_free(shared->dircache);
	return false;
}

void
inbox_shared_free(struct inbox_shared *shared)
{
	group_commit_destroy(&shared->group_commit);
	inbox_dircache_free(shared->dircache);
}

void
inbox_failover_of(struct inbox_failover *dst,
    const struct inbox_settings *settings, const char *name,
    struct inbox_shared *shared)
{
	*dst = (struct inbox_failover){.n = settings->fallback == NULL ? 1 : 2};
	for (size_t i = 0; i < dst->n; i++) {
		dst->inbox[i] = (struct inbox){
		    .root = i == 0 ? settings->root : settings->fallback,
		    .provider = name,
		    .group_access = settings->group_access,
		    .dedup_days = settings->dedup_days,
		    .dircache = shared == NULL ? NULL : shared->dircache,
		};
	}
	if (shared != NULL)
		dst->inbox[0].group_commit = &shared->group_commit;
}

static enum status
put(const struct inbox *inbox, const struct event_file *file, time_t now,
    struct inbox_failover_result *result, struct reason *why)
{
	struct inbox_result filed;
	enum status st = inbox_store(inbox, file, now, &filed, why);

	result->unsure = filed.unmarked || filed.blind;
	result->by_also = filed.by_also;
	result->sweep_due = filed.sweep_due;
	result->recover_due = filed.recover_due;
	return st;
}

static bool
was_quick(const struct timespec *begun)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - begun->tv_sec <= PATIENCE_S;
}

/* Try the first inbox; if it fails quickly, try it once more. */
static enum status
put_first(const struct inbox *inbox, const struct event_file *file, time_t now,
    struct inbox_failover_result *result, struct reason *why)
{
	const struct timespec pause = {0, PAUSE_NS};
	struct timespec begun;
	enum status st;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	st = put(inbox, file, now, result, why);
	if (st != ST_TRY_LATER || !was_quick(&begun))
		return st;
	result->trouble = *why;
	nanosleep(&pause, NULL);
	st = put(inbox, file, now, result, why);
	result->again = st == ST_OK;
	return st;
}

enum status
inbox_failover_store(const struct inbox_failover *inboxes,
    const struct event_file *file, time_t now,
    struct inbox_failover_result *result, struct reason *why)
{
	struct inbox first = inboxes->inbox[0], second = inboxes->inbox[1];
	struct reason also = {""};
	enum status st;

	*result = (struct inbox_failover_result){.again = false};
	if (inboxes->n > 1)
		first.other = &second;
	st = put_first(&first, file, now, result, why);
	if (st != ST_TRY_LATER || inboxes->n < 2)
		return st;
	result->trouble = *why;
	first.other = NULL;
	first.suspect = true;
	second.other = &first;
	st = put(&second, file, now, result, &also);
	result->fallback = st == ST_OK;
	/* result->trouble already says that the first inbox failed. */
	result->unsure = false;
	if (st == ST_TRY_LATER)
		reason_set(why, "%.200s; and the fallback: %.200s",
		    result->trouble.text, also.text);
	return st;
}

enum inbox_forgot
inbox_failover_forget(const struct inbox_failover *inboxes, const char *name,
    struct inbox_forgotten *result, struct reason *why)
{
	struct inbox first = inboxes->inbox[0];

	if (inboxes->n > 1)
		first.other = &inboxes->inbox[1];
	return inbox_forget(&first, name, result, why);
}

bool
inbox_failover_sweep(
    const struct inbox_failover *inboxes, time_t now, struct reason *why)
{
	bool ok = true;

	for (size_t i = 0; i < inboxes->n; i++) {
		if (!inbox_sweep(&inboxes->inbox[i], now, why))
			ok = false;
	}
	return ok;
}

bool
inbox_failover_recover(const struct inbox_failover *inboxes, time_t now,
    size_t *n, struct reason *why)
{
	bool ok = true;

	*n = 0;
	for (size_t i = 0; i < inboxes->n; i++) {
		struct inbox inbox = inboxes->inbox[i];

		if (inboxes->n > 1)
			inbox.other = &inboxes->inbox[1 - i];
		if (!inbox_recover(&inbox, now, n, why))
			ok = false;
	}
	return ok;
}
