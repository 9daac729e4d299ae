/* pick.c - finds the events that a command line means. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/encode.h"
#include "base/timestamp.h"
#include "base/wildcard.h"
#include "event_meant.h"
#include "eventfile.h"
#include "pick.h"
#include "setup/prompt.h"
#include "terminal.h"
#include "time_meant.h"

static void
complain(struct pick *pick, const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s: %s", pick->p->name, text);
	pick->wrong = true;
}

/* About one event.  Ids are strangers' words; log_line() escapes them. */
static void
say(enum log_level level, const struct pick *pick, const char *id,
    const char *text)
{
	log_line(&log_stderr, level, "%s: %s: %s", pick->p->name, id, text);
}

static void
skip(struct pick *pick, const char *id, const char *text)
{
	say(LVL_WARNING, pick, id, text);
	pick->skipped++;
}

#define WITH_HANDLER "skipped: a handler has it"

/* --- The command line --- */

static bool
read_time(const struct pick *pick, const char *option, const char *text,
    int64_t *seconds)
{
	if (text == NULL || time_meant(seconds, text, time(NULL)))
		return true;
	log_line(&log_stderr, LVL_ERROR, "%s: %s: " TIME_MEANT_RULE, pick->verb,
	    option);
	return false;
}

bool
pick_options(struct pick *pick)
{
	const struct options *opt = pick->opt;
	const bool filter =
	    opt->since != NULL || opt->until != NULL || opt->type != NULL;
	const char *fault = NULL;

	pick->since = INT64_MIN;
	pick->until = INT64_MAX;
	if (pick->id[0] == NULL && !filter && !opt->all)
		fault = "which events? Name their ids, or use --since, "
			"--until, --type or --all";
	else if (pick->id[0] != NULL && (filter || opt->all))
		fault = "ids, or --since, --until, --type and --all: use only "
			"one of the two";
	else if (filter && opt->all)
		fault = "--all, or --since, --until and --type: use only one "
			"of the two";
	if (fault != NULL)
		log_line(&log_stderr, LVL_ERROR, "%s: %s", pick->verb, fault);
	return fault == NULL &&
	       read_time(pick, "--since", opt->since, &pick->since) &&
	       read_time(pick, "--until", opt->until, &pick->until);
}

/* --- What is in busy/ --- */

static bool
note_busy(void *arg, struct outbox_event *event)
{
	struct pick *pick = arg;

	if (pick->nbusy == pick->room_busy) {
		size_t room = pick->room_busy == 0 ? 16 : 2 * pick->room_busy;
		uint64_t *grown = realloc(pick->busy, room * sizeof(*grown));

		if (grown == NULL) {
			pick->no_memory = true;
			return false;
		}
		pick->busy = grown;
		pick->room_busy = room;
	}
	pick->busy[pick->nbusy++] = outbox_name_hash(event->name.id);
	return true;
}

static bool
is_busy(const struct pick *pick, const char *id)
{
	const uint64_t hash = outbox_name_hash(id);

	for (size_t i = 0; i < pick->nbusy; i++) {
		if (pick->busy[i] == hash)
			return true;
	}
	return false;
}

/* --- One event --- */

/* True if the user means the event of this name by one of the ids. */
static bool
is_named(struct pick *pick, const char *name)
{
	char meant[EVENT_NAME_MAX + 1];
	bool named = false;

	for (size_t i = 0; pick->id[i] != NULL; i++) {
		bool fits = strcmp(pick->id[i], name) == 0;

		for (int m = 0; m < MEANT__COUNT && !fits; m++)
			fits = event_meant(
				   meant, pick->id[i], (enum event_meaning)m) &&
			       strcmp(meant, name) == 0;
		if (fits)
			named = pick->found[i] = true;
	}
	return named;
}

static bool
has_type(const char *wildcard, struct span type)
{
	unsigned char *copy = malloc(type.len + 1);
	bool fits = false;

	if (copy != NULL) {
		if (type.len > 0)
			memcpy(copy, type.ptr, type.len);
		fits = wildcard_text(wildcard,
		    span_mem(copy, decode_percent_all(copy, type.len)));
	}
	free(copy);
	return fits;
}

static char *
copy_span(struct span text)
{
	return strndup(text.len == 0 ? "" : (const char *)text.ptr, text.len);
}

/* What the file says of itself.  False if the filters pass it over. */
static bool
look_into(struct pick *pick, struct outbox_event *event, struct picked *picked)
{
	const bool by_id = pick->id[0] != NULL || pick->opt->all;
	struct eventfile file = {.head = NULL};
	struct reason why = {""};
	enum outbox_step step;
	bool fits = by_id;

	step = outbox_event_open(&pick->p->outbox, event, &why);
	if (step == OUTBOX_ERROR)
		complain(pick, why.text);
	if (step != OUTBOX_MOVED)
		return false;
	picked->mtime = event->mtime;
	picked->seconds = event->mtime.tv_sec;
	if (eventfile_read(&file, event->fd, &why)) {
		timestamp_parse(file.time, &picked->seconds);
		snprintf(picked->time, sizeof(picked->time), "%.*s",
		    SPAN_ARGS(file.time));
		fits = picked->seconds >= pick->since &&
		       picked->seconds < pick->until &&
		       (pick->opt->type == NULL ||
			   has_type(pick->opt->type, file.type));
		picked->type = copy_span(file.type);
		picked->id = copy_span(file.id);
	}
	eventfile_free(&file);
	outbox_event_close(event);
	return fits;
}

static bool
add(struct pick *pick, const struct picked *picked)
{
	size_t room = pick->room == 0 ? 64 : 2 * pick->room;
	struct picked *grown;

	if (pick->n == pick->room) {
		grown = realloc(pick->event, room * sizeof(*grown));
		if (grown == NULL)
			return false;
		pick->event = grown;
		pick->room = room;
	}
	pick->event[pick->n++] = *picked;
	return true;
}

static bool
visit(void *arg, struct outbox_event *event)
{
	struct pick *pick = arg;
	struct picked picked = {
	    .root = event->root, .state = event->state, .name = event->name};
	bool added = false;

	if (pick->id[0] != NULL && !is_named(pick, event->name.id))
		return true;
	if (!look_into(pick, event, &picked)) {
		/* The filters pass it over, or it is gone. */
	} else if (is_busy(pick, event->name.id)) {
		skip(pick, event->name.id, WITH_HANDLER);
	} else {
		added = add(pick, &picked);
		pick->no_memory = !added;
	}
	if (!added) {
		free(picked.type);
		free(picked.id);
	}
	return !pick->no_memory;
}

/* --- Ids that are nowhere that was looked --- */

/* Where events of the ids are that were not found. */
struct elsewhere {
	struct pick *pick;
	enum outbox_state state;
};

static void
say_where(struct pick *pick, const char *id, enum outbox_state state)
{
	char text[96];
	size_t len;

	if (state == OUTBOX_BUSY) {
		skip(pick, id, WITH_HANDLER);
		return;
	}
	snprintf(text, sizeof(text), "not done: it is in %s/",
	    outbox_state_name(state));
	len = strlen(text);
	if (state == OUTBOX_NEW)
		snprintf(text + len, sizeof(text) - len,
		    ", where events wait for a handler");
	else if (pick->by_option)
		snprintf(text + len, sizeof(text) - len, ": --%s means that",
		    outbox_state_name(state));
	say(LVL_ERROR, pick, id, text);
	pick->wrong = true;
}

static bool
visit_elsewhere(void *arg, struct outbox_event *event)
{
	struct elsewhere *e = arg;

	if (is_named(e->pick, event->name.id))
		say_where(e->pick, event->name.id, e->state);
	return true;
}

/* The folders that were looked into, as messages name them. */
static const char *
folders(const struct pick *pick, char dst[static 64])
{
	size_t len = 0;

	for (enum outbox_state s = OUTBOX_NEW; s < OUTBOX_STATES; s++) {
		if (pick->from[s])
			len += (size_t)snprintf(dst + len, 64 - len, "%s%s/",
			    len == 0 ? "" : " or ", outbox_state_name(s));
	}
	return dst;
}

static bool
all_found(const struct pick *pick)
{
	for (size_t i = 0; pick->id[i] != NULL; i++) {
		if (!pick->found[i])
			return false;
	}
	return true;
}

static void
look_elsewhere(struct pick *pick)
{
	struct elsewhere e = {.pick = pick};
	struct outbox_visit v = {.visit = visit_elsewhere, .arg = &e};
	char where[64], text[128];
	struct reason why;

	for (e.state = OUTBOX_NEW; e.state < OUTBOX_STATES; e.state++) {
		if (!pick->from[e.state] && !all_found(pick))
			outbox_visit(&pick->p->outbox, e.state, &v, &why);
	}
	snprintf(text, sizeof(text), "no event of this id in %s",
	    folders(pick, where));
	for (size_t i = 0; pick->id[i] != NULL; i++) {
		if (!pick->found[i]) {
			say(LVL_ERROR, pick, pick->id[i], text);
			pick->wrong = true;
		}
	}
}

/* --- All of them --- */

static int
compare(const void *a, const void *b)
{
	const struct picked *x = a, *y = b;
	int rc = (x->seconds > y->seconds) - (x->seconds < y->seconds);

	/* The fractions. */
	if (rc == 0)
		rc = strcmp(x->time, y->time);
	return rc != 0 ? rc : strcmp(x->name.id, y->name.id);
}

static void
visit_state(struct pick *pick, enum outbox_state state,
    bool (*fn)(void *arg, struct outbox_event *event))
{
	struct outbox_visit v = {.visit = fn, .arg = pick};
	struct reason why = {""};

	if (!outbox_visit(&pick->p->outbox, state, &v, &why))
		complain(pick, why.text);
}

void
pick_events(struct pick *pick)
{
	size_t n = 0;

	while (pick->id[n] != NULL)
		n++;
	pick->found = calloc(n + 1, sizeof(*pick->found));
	pick->no_memory = pick->found == NULL;
	if (!pick->no_memory)
		visit_state(pick, OUTBOX_BUSY, note_busy);
	for (enum outbox_state s = OUTBOX_NEW; s < OUTBOX_STATES; s++) {
		if (pick->from[s] && !pick->no_memory)
			visit_state(pick, s, visit);
	}
	if (pick->no_memory)
		complain(pick, "out of memory");
	else if (!all_found(pick))
		look_elsewhere(pick);
	if (pick->n > 0)
		qsort(pick->event, pick->n, sizeof(*pick->event), compare);
}

bool
pick_print(const struct pick *pick)
{
	static const struct table_column column[] = {{"TIME", TABLE_WORD, 0},
	    {"STATE", TABLE_WORD, 0}, {"TYPE", TABLE_WORD, 12},
	    {"ID", TABLE_WORD, 12}};
	struct table table;
	bool ok;

	table_init(&table, column, sizeof(column) / sizeof(column[0]));
	for (size_t i = 0; i < pick->n; i++) {
		const struct picked *event = &pick->event[i];

		table_add(&table, span_str(event->time));
		table_add(&table, span_str(outbox_state_name(event->state)));
		table_add(&table, span_str(event->type));
		table_add(&table,
		    span_str(event->id == NULL ? event->name.id : event->id));
	}
	ok = terminal_table(&table, pick->opt);
	table_free(&table);
	return ok;
}

const char *
pick_count(char dst[static PICK_COUNT_MAX], size_t n)
{
	snprintf(dst, PICK_COUNT_MAX, "%zu event%s", n, n == 1 ? "" : "s");
	return dst;
}

bool
pick_ask(const struct pick *pick)
{
	char count[PICK_COUNT_MAX], question[128];
	struct prompt_answer answer;
	struct reason why = {""};
	struct span said;

	if (pick->opt->yes || pick->n == 0 || !prompt_possible())
		return true;
	snprintf(question, sizeof(question), "%s %s of %s? [y/N]", pick->verb,
	    pick_count(count, pick->n), pick->p->name);
	if (!prompt_line(question, &answer, &why)) {
		log_line(&log_stderr, LVL_ERROR, "%s", why.text);
		return false;
	}
	said = span_trim(prompt_text(&answer));
	return span_is_nocase(said, "y") || span_is_nocase(said, "yes");
}

void
pick_not_done(struct pick *pick, const struct picked *event,
    enum outbox_step step, const struct reason *why)
{
	const char *id = event->name.id;

	switch (step) {
	case OUTBOX_GONE:
		skip(pick, id, "skipped: it is not there any more");
		break;
	case OUTBOX_HANDLED:
	case OUTBOX_IN_USE:
		skip(pick, id, WITH_HANDLER);
		break;
	case OUTBOX_EXISTS:
		skip(pick, id,
		    "skipped: another event of its name waits in new/");
		break;
	case OUTBOX_NOT_OURS:
		skip(pick, id, "skipped: not a file of the receiver's user");
		break;
	case OUTBOX_ERROR:
	case OUTBOX_MOVED:
	case OUTBOX_REPLACED_OLDER:
	case OUTBOX_SAME_FILE:
	default:
		say(LVL_ERROR, pick, id, why->text);
		pick->wrong = true;
		break;
	}
}

void
pick_free(struct pick *pick)
{
	for (size_t i = 0; i < pick->n; i++) {
		free(pick->event[i].type);
		free(pick->event[i].id);
	}
	free(pick->event);
	free(pick->found);
	free(pick->busy);
}
