/* cmd_forget.c - hookdir forget: an event is no longer a duplicate. */
#include <stdio.h>
#include <time.h>

#include "base/encode.h"
#include "cli.h"
#include "event.h"
#include "event_meant.h"
#include "profile/scheme.h"

/* One run. */
struct forget {
	const struct provider *prov;
	struct inbox_failover inboxes;
	long dedup_days;
};

static bool
complain(const struct forget *f, const char *id, const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s: %s: %s", f->prov->name, id, text);
	return false;
}

/* True if deliveries of the provider may have a second name (event.h). */
static bool
has_second_names(const struct provider *prov)
{
	const struct profile *profile = &prov->profile;

	/* What its settings were, nobody knows. */
	if (prov->broken)
		return true;
	return !profile->no_id && profile->id.kind != FIELD_NONE &&
	       (profile->scheme->timed ||
		   profile->timestamp.kind != FIELD_NONE);
}

static void
print_forgotten(const struct forget *f, const char *id,
    enum event_meaning meaning, const struct inbox_forgotten *forgotten)
{
	printf("%s: ", f->prov->name);
	encode_printable(stdout, span_str(id), " ");
	fputs(": forgotten: it is filed again if its sender sends it again",
	    stdout);
	if (forgotten->in_cur)
		fputs("; its old file is still in cur/", stdout);
	/* A name can be the second one itself. */
	if (!forgotten->also && has_second_names(f->prov))
		printf("; an exact copy of the old delivery %s a duplicate, "
		       "because the event's file is gone",
		    meaning == MEANT_NAME ? "may stay" : "stays");
	putchar('\n');
}

static bool
forget(const struct forget *f, const char *id)
{
	enum inbox_forgot forgot = FORGOT_UNKNOWN;
	enum event_meaning meaning = MEANT_NAME;
	char name[EVENT_NAME_MAX + 1], text[128];
	struct inbox_forgotten forgotten = {.in_cur = false};
	struct reason why = {""};

	for (int i = 0; i < MEANT__COUNT && forgot == FORGOT_UNKNOWN; i++) {
		meaning = (enum event_meaning)i;
		if (event_meant(name, id, meaning))
			forgot = inbox_failover_forget(
			    &f->inboxes, name, &forgotten, &why);
	}
	switch (forgot) {
	case FORGOT_IT:
		print_forgotten(f, id, meaning, &forgotten);
		return true;
	case FORGOT_WAITING:
		return complain(
		    f, id, "nothing to forget: the event waits in new/");
	case FORGOT_UNKNOWN:
		snprintf(text, sizeof(text),
		    "nothing to forget: no event of this id was filed in the "
		    "last %ld days",
		    f->dedup_days);
		return complain(f, id, text);
	case FORGOT_FAILED:
		break;
	}
	return complain(f, id, why.text);
}

/* What a crash left would bring the marks back. */
static bool
recover(const struct forget *f)
{
	struct reason why = {""};
	size_t n;

	if (inbox_failover_recover(&f->inboxes, time(NULL), &n, &why))
		return true;
	log_line(&log_stderr, LVL_ERROR, "%s: %s", f->prov->name, why.text);
	return false;
}

/* Providers whose settings are at fault have an inbox as well. */
int
forget_run(const struct options *opt, char *const operand[])
{
	struct config *cfg = cli_config(opt);
	struct forget f = {.prov = NULL};
	bool ok = false;

	if (cfg == NULL)
		return CLI_WRONG;
	f.prov = cli_find(cfg, operand[0]);
	if (f.prov != NULL) {
		inbox_failover_of(&f.inboxes, &cfg->inbox, f.prov->name, NULL);
		f.dedup_days = cfg->inbox.dedup_days;
		ok = recover(&f);
		for (size_t i = 1; operand[i] != NULL; i++) {
			if (!forget(&f, operand[i]))
				ok = false;
		}
	}
	config_free(cfg);
	return ok ? CLI_OK : CLI_WRONG;
}
