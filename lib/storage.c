/* storage.c - a second try, a second inbox. */
#include "storage.h"
#include "inbox_keep.h"

/* Before the second try: others close files, a consumer makes room. */
#define PAUSE_NS 50000000L
/* A failure that took longer leaves no time for a second of the kind. */
#define PATIENCE_S 1

bool
storage_shared_init(struct storage_shared *shared)
{
	if ((shared->keep = inbox_keep_new()) == NULL)
		return false;
	if (flusher_init(&shared->flusher))
		return true;
	inbox_keep_free(shared->keep);
	return false;
}

void
storage_shared_free(struct storage_shared *shared)
{
	flusher_destroy(&shared->flusher);
	inbox_keep_free(shared->keep);
}

void
storage_of(struct storage *dst, const struct config *cfg, const char *name,
    struct storage_shared *shared)
{
	*dst = (struct storage){.n = cfg->fallback == NULL ? 1 : 2};
	for (size_t i = 0; i < dst->n; i++) {
		dst->inbox[i] = (struct inbox){
		    .root = i == 0 ? cfg->inbox : cfg->fallback,
		    .provider = name,
		    .group_access = cfg->group_access,
		    .seen_days = cfg->seen_days,
		    .keep = shared == NULL ? NULL : shared->keep,
		};
	}
	if (shared != NULL)
		dst->inbox[0].flusher = &shared->flusher;
}

/* All that is to be filed, and when. */
struct parcel {
	const char *name;
	struct span head, body;
	time_t now;
};

static enum status
put(const struct inbox *inbox, const struct parcel *p,
    struct storage_result *result, struct reason *why)
{
	struct inbox_result filed;
	enum status st =
	    inbox_store(inbox, p->name, p->head, p->body, p->now, &filed, why);

	result->unsure = filed.unmarked || filed.blind;
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

/* The first inbox, twice if need be. */
static enum status
put_first(const struct inbox *inbox, const struct parcel *p,
    struct storage_result *result, struct reason *why)
{
	const struct timespec pause = {0, PAUSE_NS};
	struct timespec begun;
	enum status st;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	st = put(inbox, p, result, why);
	if (st != ST_TRY_LATER || !was_quick(&begun))
		return st;
	result->trouble = *why;
	nanosleep(&pause, NULL);
	st = put(inbox, p, result, why);
	result->again = st == ST_OK;
	return st;
}

enum status
storage_store(const struct storage *storage, const char *name, struct span head,
    struct span body, time_t now, struct storage_result *result,
    struct reason *why)
{
	const struct parcel p = {name, head, body, now};
	struct inbox first = storage->inbox[0], second = storage->inbox[1];
	struct reason also = {""};
	enum status st;

	*result = (struct storage_result){.again = false};
	if (storage->n > 1)
		first.other = &second;
	st = put_first(&first, &p, result, why);
	if (st != ST_TRY_LATER || storage->n < 2)
		return st;
	result->trouble = *why;
	first.other = NULL;
	first.suspect = true;
	second.other = &first;
	st = put(&second, &p, result, &also);
	result->fallback = st == ST_OK;
	/* That the first is out of reach has been said by then. */
	result->unsure = false;
	if (st == ST_TRY_LATER)
		reason_set(why, "%.200s; and the fallback: %.200s",
		    result->trouble.text, also.text);
	return st;
}

int
storage_spool(void *storage, size_t turn, struct reason *why)
{
	const struct storage *s = storage;

	return turn < s->n ? inbox_spool(&s->inbox[turn], why) : SPOOL_NOWHERE;
}

bool
storage_sweep(const struct storage *storage, time_t now, struct reason *why)
{
	bool ok = true;

	for (size_t i = 0; i < storage->n; i++) {
		if (!inbox_sweep(&storage->inbox[i], now, why))
			ok = false;
	}
	return ok;
}

bool
storage_recover(
    const struct storage *storage, time_t now, size_t *n, struct reason *why)
{
	bool ok = true;

	*n = 0;
	for (size_t i = 0; i < storage->n; i++) {
		struct inbox inbox = storage->inbox[i];

		if (storage->n > 1)
			inbox.other = &storage->inbox[1 - i];
		if (!inbox_recover(&inbox, now, n, why))
			ok = false;
	}
	return ok;
}
