/* cmd_drop.c - hookdir drop: waiting events are given up, or failed removed. */
#include <stdio.h>

#include "cli.h"
#include "outbox/outbox_errors.h"
#include "pick.h"

/* What is done to the events, in words. */
struct drop_words {
	const char *did, *would, *to, *nothing;
};

static const struct drop_words given_up = {
    "gave up", "would give up", ": now in failed/", "nothing was given up"};
static const struct drop_words removed = {
    "removed", "would remove", "", "nothing was removed"};

static const struct drop_words *
words_of(const struct pick *pick)
{
	return pick->opt->failed ? &removed : &given_up;
}

/* What its handler said may be as private as the event. */
static enum outbox_step
remove_event(const struct outbox *outbox, struct outbox_event *event,
    const struct timespec *mtime, struct reason *why)
{
	enum outbox_step step;

	event->mtime = *mtime;
	step = outbox_remove(outbox, event, why);
	if (outbox_stepped(step) &&
	    !outbox_errors_remove(
		&outbox->root[event->root], event->name.id, why))
		step = OUTBOX_ERROR;
	return step;
}

static void
print_count(const struct pick *pick, size_t n)
{
	const struct drop_words *words = words_of(pick);
	char count[PICK_COUNT_MAX];

	printf("%s: %s %s%s", pick->p->name,
	    pick->opt->dry_run ? words->would : words->did,
	    pick_count(count, n),
	    pick->opt->dry_run || n == 0 ? "" : words->to);
	if (pick->skipped > 0)
		printf(", %zu skipped", pick->skipped);
	putchar('\n');
}

static bool
drop(struct pick *pick)
{
	struct outbox *outbox = &pick->p->outbox;
	size_t n = 0;

	for (size_t i = 0; i < pick->n; i++) {
		const struct picked *picked = &pick->event[i];
		struct outbox_event event = pick_event(picked);
		struct reason why = {""};
		enum outbox_step step =
		    pick->opt->failed
			? remove_event(outbox, &event, &picked->mtime, &why)
			: outbox_drop(outbox, &event, &why);

		if (outbox_stepped(step))
			n++;
		else
			pick_not_done(pick, picked, step, &why);
		outbox_event_close(&event);
	}
	print_count(pick, n);
	return pick->skipped == 0 && !pick->wrong;
}

static bool
would_drop(const struct pick *pick)
{
	bool ok = pick_print(pick);

	print_count(pick, pick->n);
	return ok && pick->skipped == 0 && !pick->wrong;
}

int
drop_run(const struct options *opt, char *const operand[])
{
	struct provider_outbox p;
	struct pick pick = {.opt = opt,
	    .p = &p,
	    .command = "drop",
	    .verb = opt->failed ? "remove" : "drop",
	    .id = operand + 1,
	    .from = {[OUTBOX_NEW] = !opt->failed,
		[OUTBOX_LATER] = !opt->failed,
		[OUTBOX_FAILED] = opt->failed}};
	const struct drop_words *words = words_of(&pick);
	bool ok = false;
	int rc;

	if (!pick_options(&pick))
		return CLI_USAGE;
	rc = provider_outbox_open(
	    &p, opt, operand[0], opt->dry_run ? OUTBOX_LOOK : OUTBOX_CHANGE);
	if (rc == CLI_OK) {
		pick.wrong = p.unusable;
		pick_events(&pick);
		if (opt->dry_run)
			ok = would_drop(&pick);
		else if (pick_ask(&pick))
			ok = drop(&pick);
		else
			printf("%s: %s\n", p.name, words->nothing);
		rc = ok ? CLI_OK : CLI_WRONG;
	}
	pick_free(&pick);
	provider_outbox_close(&p);
	return rc;
}
