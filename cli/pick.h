/*
 * pick.h - the events of one provider that a command line means, for replay and
 * drop.
 *
 * They are named by their ids, or by what they have in common: --since, --until,
 * --type, --all.  What a handler has at this moment is never one of them: it is
 * named and counted as skipped.
 */
#ifndef PICK_H
#define PICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli.h"
#include "outbox/outbox.h"
#include "provider_outbox.h"

/* One event that was picked. */
struct picked {
	size_t root;
	enum outbox_state state;
	struct outbox_name name;
	struct timespec mtime;
	int64_t seconds; /* when it arrived */
	char time[32];   /* the same, as its file has it; "" if that has none */
	char *type, *id; /* as the file's header has them; malloc'd, or NULL */
};

struct pick {
	/* Set by the caller. */
	const struct options *opt;
	struct provider_outbox *p;
	const char *verb;         /* "replay" */
	bool from[OUTBOX_STATES]; /* where they are looked for */
	bool by_option;           /* options of these names say so */
	char *const *id;          /* up to a NULL; none: by filters */

	int64_t since, until; /* INT64_MIN and INT64_MAX where there is none */
	struct picked *event; /* oldest first */
	size_t n, room;
	size_t skipped; /* what is with a handler, or cannot be had, as said */
	bool wrong;     /* something else was wrong, as was said */

	bool *found;    /* which ids were */
	uint64_t *busy; /* hashes of the ids that are in busy/ */
	size_t nbusy, room_busy;
	bool no_memory;
};

/*
 * Read --since and --until, and ask for ids or a filter.  False after saying
 * what is wrong: usage.
 */
bool pick_options(struct pick *pick);

/* Find them.  Ids that are not there are named, with where they are. */
void pick_events(struct pick *pick);

/* Print them as a table.  False after saying that memory is lacking. */
bool pick_print(const struct pick *pick);

/* "3 events", "1 event" */
#define PICK_COUNT_MAX 64
const char *pick_count(char dst[static PICK_COUNT_MAX], size_t n);

/*
 * On a terminal, ask "VERB 3 events of PROVIDER?", unless the options say yes.
 * True: go on.
 */
bool pick_ask(const struct pick *pick);

/*
 * A step was not made with this event: say why, and count it as skipped or
 * wrong.
 */
void pick_not_done(struct pick *pick, const struct picked *event,
    enum outbox_step step, const struct reason *why);

void pick_free(struct pick *pick);

#endif
