/* cmd_forget.c - hookdir forget: an event is no longer a duplicate. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/encode.h"
#include "cli.h"
#include "event.h"
#include "event_meant.h"
#include "eventfile.h"
#include "inbox/inbox_left.h"
#include "outbox/outbox.h"
#include "profile/scheme.h"

/* One run. */
struct forget {
	const struct provider *prov;
	struct inbox_failover inboxes;
	struct outbox outbox; /* to look at */
	long dedup_days;
};

/* Where copies of an event are that is on its way to a handler. */
struct copies {
	const struct forget *f;
	const char *name;
	bool in[OUTBOX_STATES];
	char also[INBOX_NAME_MAX + 1]; /* the second name, or "" */
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

/* Note an event that is open, and its second name. */
static void
note_copy(struct copies *c, struct outbox_event *event)
{
	struct eventfile file = {.head = NULL};
	struct reason ignored;

	c->in[event->state] = true;
	if (c->also[0] == '\0' && eventfile_read(&file, event->fd, &ignored) &&
	    !inbox_left_also(c->also, file.lines))
		c->also[0] = '\0';
	eventfile_free(&file);
}

static bool
visit(void *arg, struct outbox_event *event)
{
	struct copies *c = arg;
	struct reason ignored;

	if (strcmp(event->name.id, c->name) == 0 &&
	    outbox_event_open(&c->f->outbox, event, &ignored) == OUTBOX_MOVED)
		note_copy(c, event);
	return true;
}

/* There the name is that of the event. */
static void
look_at(struct copies *c, enum outbox_state state)
{
	struct outbox_name name = {.attempts = 0};
	struct reason ignored;

	if (!outbox_name_read(&name, state, c->name))
		return;
	for (size_t i = 0; i < c->f->outbox.n; i++) {
		struct outbox_event event = outbox_event_at(i, state, &name);

		if (c->f->outbox.root[i].opened == OUTBOX_OPEN &&
		    outbox_event_open(&c->f->outbox, &event, &ignored) ==
			OUTBOX_MOVED)
			note_copy(c, &event);
		outbox_event_close(&event);
	}
}

/* What cannot be read is not known, as was said. */
static struct copies
find_copies(const struct forget *f, const char *name)
{
	struct copies c = {.f = f, .name = name};
	struct outbox_visit v = {.visit = visit, .arg = &c};
	struct reason why = {""};

	if (!outbox_visit(&f->outbox, OUTBOX_BUSY, &v, &why) ||
	    !outbox_visit(&f->outbox, OUTBOX_LATER, &v, &why))
		log_line(&log_stderr, LVL_WARNING, "%s: %s", f->prov->name,
		    why.text);
	look_at(&c, OUTBOX_FAILED);
	look_at(&c, OUTBOX_DONE);
	return c;
}

/* "; a handler has it now, and gets the new one as well" */
static void
print_copies(const struct copies *c)
{
	if (c->in[OUTBOX_BUSY])
		fputs("; a handler has it now, and one gets the new one too",
		    stdout);
	if (c->in[OUTBOX_LATER])
		fputs("; its old file is still in later/, and is handled "
		      "beside the new one",
		    stdout);
	if (c->in[OUTBOX_FAILED])
		fputs("; its old file is still in failed/", stdout);
	if (c->in[OUTBOX_DONE])
		fputs("; its old file is still in done/", stdout);
}

static void
print_forgotten(const struct forget *f, const char *id,
    enum event_meaning meaning, const struct inbox_forgotten *forgotten,
    const struct copies *copies)
{
	printf("%s: ", f->prov->name);
	encode_printable(stdout, span_str(id), " ");
	fputs(": forgotten: it is filed again if its sender sends it again",
	    stdout);
	if (forgotten->in_cur)
		fputs("; its old file is still in cur/", stdout);
	print_copies(copies);
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
	struct copies copies = {.f = f};
	struct reason why = {""};

	for (int i = 0; i < MEANT__COUNT && forgot == FORGOT_UNKNOWN; i++) {
		meaning = (enum event_meaning)i;
		if (!event_meant(name, id, meaning))
			continue;
		copies = find_copies(f, name);
		forgot = inbox_failover_forget(&f->inboxes, name,
		    copies.also[0] == '\0' ? NULL : copies.also, &forgotten,
		    &why);
	}
	switch (forgot) {
	case FORGOT_IT:
		print_forgotten(f, id, meaning, &forgotten, &copies);
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

/* Folders that this user cannot read: the event is forgotten all the same. */
static void
open_outbox(struct forget *f)
{
	f->outbox = outbox_of(&f->inboxes, OUTBOX_LOOK);
	outbox_open(&f->outbox);
	for (size_t i = 0; i < f->outbox.n; i++) {
		const struct outbox_root *root = &f->outbox.root[i];

		if (root->opened == OUTBOX_UNUSABLE)
			log_line(&log_stderr, LVL_WARNING, "%s: %s",
			    f->prov->name, root->why.text);
	}
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
		open_outbox(&f);
		for (size_t i = 1; operand[i] != NULL; i++) {
			if (!forget(&f, operand[i]))
				ok = false;
		}
	}
	outbox_close(&f.outbox);
	config_free(cfg);
	return ok ? CLI_OK : CLI_WRONG;
}
