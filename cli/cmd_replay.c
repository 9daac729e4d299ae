/* cmd_replay.c - hookdir replay: events back into new/. */
#include <stdio.h>

#include "cli.h"
#include "pick.h"

/* "replayed 2 events of github: 1 skipped" */
static void
report(const struct pick *pick, size_t n)
{
	char count[PICK_COUNT_MAX];

	printf("%s: replayed %s", pick->p->name, pick_count(count, n));
	if (pick->skipped > 0)
		printf(", %zu skipped", pick->skipped);
	putchar('\n');
}

static bool
replay(struct pick *pick)
{
	size_t n = 0;

	for (size_t i = 0; i < pick->n; i++) {
		const struct picked *picked = &pick->event[i];
		struct outbox_event event =
		    outbox_event_at(picked->root, picked->state, &picked->name);
		struct reason why = {""};
		enum outbox_step step =
		    outbox_replay(&pick->p->outbox, &event, &why);

		if (outbox_stepped(step))
			n++;
		else
			pick_not_done(pick, picked, step, &why);
		outbox_event_close(&event);
	}
	report(pick, n);
	return pick->skipped == 0 && !pick->wrong;
}

static bool
would_replay(const struct pick *pick)
{
	char count[PICK_COUNT_MAX];
	bool ok = pick_print(pick);

	printf(
	    "%s: would replay %s\n", pick->p->name, pick_count(count, pick->n));
	return ok && pick->skipped == 0 && !pick->wrong;
}

/* Where no source is named, it is what was given up. */
static void
set_sources(struct pick *pick, const struct options *opt)
{
	pick->from[OUTBOX_LATER] = opt->later;
	pick->from[OUTBOX_DONE] = opt->done;
	pick->from[OUTBOX_FAILED] = opt->failed || !(opt->later || opt->done);
}

int
replay_run(const struct options *opt, char *const operand[])
{
	struct provider_outbox p;
	struct pick pick = {.opt = opt,
	    .p = &p,
	    .verb = "replay",
	    .by_option = true,
	    .id = operand + 1};
	bool ok = false;
	int rc;

	set_sources(&pick, opt);
	if (!pick_options(&pick))
		return CLI_USAGE;
	rc = provider_outbox_open(
	    &p, opt, operand[0], opt->dry_run ? OUTBOX_LOOK : OUTBOX_CHANGE);
	if (rc == CLI_OK) {
		pick.wrong = p.unusable;
		pick_events(&pick);
		if (opt->dry_run)
			ok = would_replay(&pick);
		else if (pick_ask(&pick))
			ok = replay(&pick);
		else
			printf("%s: nothing was replayed\n", p.name);
		rc = ok ? CLI_OK : CLI_WRONG;
	}
	pick_free(&pick);
	provider_outbox_close(&p);
	return rc;
}
