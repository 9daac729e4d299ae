/* inbox_failover.c - a second try, and then a second inbox. */
#include "inbox/inbox_failover.h"
#include "inbox/group_commit.h"

/* In this time other processes may close files, or a consumer free space. */
#define PAUSE_NS  50000000L
#define SECOND_NS 1000000000L
/* After a failure that took longer, the sender would not wait for another. */
#define PATIENCE_S 1

long
inbox_failover_files(const struct inbox_settings *settings)
{
	return INBOX_FILES + (settings->fallback == NULL ? 0 : INBOX_FILES) + 1;
}

void
inbox_failover_of(struct inbox_failover *dst,
    const struct inbox_settings *settings, const char *name,
    struct inbox_dircache *dircache)
{
	*dst = (struct inbox_failover){.n = settings->fallback == NULL ? 1 : 2};
	for (size_t i = 0; i < dst->n; i++) {
		dst->inbox[i] = (struct inbox){
		    .root = i == 0 ? settings->root : settings->fallback,
		    .provider = name,
		    .group_access = settings->group_access,
		    .dedup_days = settings->dedup_days,
		    .dircache = dircache,
		};
	}
}

/* Take over what is known of an event that is stored or was given up. */
static void
note(struct inbox_filing *filing)
{
	const struct inbox_result *filed = &filing->filed;
	struct inbox_failover_result *result = &filing->result;

	result->unsure = filed->unmarked || filed->blind;
	result->by_also = filed->by_also;
	result->sweep_due = filed->sweep_due;
	result->recover_due = filed->recover_due;
}

static enum status
put(struct inbox_filing *filing, const struct inbox *inbox, struct reason *why)
{
	enum status st =
	    inbox_store(inbox, filing->file, filing->now, &filing->filed, why);

	note(filing);
	return st;
}

static bool
was_quick(const struct timespec *begun)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - begun->tv_sec <= PATIENCE_S;
}

/*
 * Counted from the failure: where many failed at once, all pauses of them take
 * no longer than one.
 */
static void
pause_after(struct timespec failed)
{
	failed.tv_nsec += PAUSE_NS;
	if (failed.tv_nsec >= SECOND_NS) {
		failed.tv_nsec -= SECOND_NS;
		failed.tv_sec++;
	}
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &failed, NULL);
}

/* The first inbox failed; if it was quick about it, try it once more. */
static enum status
put_again(struct inbox_filing *filing)
{
	enum status st;

	if (!was_quick(&filing->begun))
		return ST_TRY_LATER;
	filing->result.trouble = filing->why;
	pause_after(filing->failed);
	st = put(filing, &filing->first, &filing->why);
	filing->result.again = st == ST_OK;
	return st;
}

static enum status
put_second(struct inbox_filing *filing)
{
	struct reason also = {""};
	enum status st;

	filing->result.trouble = filing->why;
	filing->first.other = NULL;
	filing->first.suspect = true;
	filing->second.other = &filing->first;
	st = put(filing, &filing->second, &also);
	filing->result.fallback = st == ST_OK;
	/* result.trouble already says that the first inbox failed. */
	filing->result.unsure = false;
	if (st == ST_TRY_LATER)
		reason_set(&filing->why, "%.200s; and the fallback: %.200s",
		    filing->result.trouble.text, also.text);
	return st;
}

/* What follows from a status of the first inbox. */
static enum inbox_filing_state
tried(struct inbox_filing *filing, enum status st)
{
	note(filing);
	filing->status = st;
	if (st != ST_TRY_LATER)
		return FILING_DONE;
	clock_gettime(CLOCK_MONOTONIC, &filing->failed);
	return FILING_FAILED;
}

enum inbox_filing_state
inbox_failover_begin(struct inbox_filing *filing)
{
	enum status st;

	filing->first = filing->inboxes->inbox[0];
	filing->second = filing->inboxes->inbox[1];
	if (filing->inboxes->n > 1)
		filing->first.other = &filing->second;
	clock_gettime(CLOCK_MONOTONIC, &filing->begun);
	filing->commit = (struct inbox_commit){.inbox = &filing->first,
	    .file = filing->file,
	    .now = filing->now,
	    .result = &filing->filed,
	    .why = &filing->why};
	st = inbox_begin(&filing->commit);
	return st == ST_OK ? FILING_OPEN : tried(filing, st);
}

enum inbox_filing_state
inbox_failover_alone(struct inbox_filing *filing)
{
	struct group_commit_file alone = {.fd = filing->commit.fd};

	group_commit_flush(&alone);
	return inbox_failover_finish(filing, alone.error);
}

enum inbox_filing_state
inbox_failover_finish(struct inbox_filing *filing, int error)
{
	return tried(filing, inbox_finish(&filing->commit, error));
}

void
inbox_failover_again(struct inbox_filing *filing)
{
	enum status st = put_again(filing);

	if (st == ST_TRY_LATER && filing->inboxes->n > 1)
		st = put_second(filing);
	filing->status = st;
}

void
inbox_failover_store(struct inbox_filing *filing)
{
	enum inbox_filing_state state = inbox_failover_begin(filing);

	if (state == FILING_OPEN)
		state = inbox_failover_alone(filing);
	if (state == FILING_FAILED)
		inbox_failover_again(filing);
}

enum inbox_forgot
inbox_failover_forget(const struct inbox_failover *inboxes, const char *name,
    const char *also, struct inbox_forgotten *result, struct reason *why)
{
	struct inbox first = inboxes->inbox[0];

	if (inboxes->n > 1)
		first.other = &inboxes->inbox[1];
	return inbox_forget(&first, name, also, result, why);
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
