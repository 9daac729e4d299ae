/*
 * eventlist.h - the events of an inbox, oldest first.
 *
 * Those of new/ or cur/, or those of states (outbox_name.h).  Also those of providers that are no longer in the settings, and those in the
 * fallback inbox.
 */
#ifndef EVENTLIST_H
#define EVENTLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/timestamp.h"
#include "cli.h"
#include "eventfile.h"
#include "inbox/inbox_failover.h"
#include "outbox/outbox_name.h"

/* One event: its header, and what it is sorted by. */
struct event_row {
	char provider[PROVIDER_NAME_MAX + 1];
	char *path;
	const char *name; /* of the file; within path */
	struct eventfile file;
	int64_t seconds;

	/* Of a list of states. */
	const char *state; /* static */
	unsigned attempts; /* 0: none */
	time_t next;       /* the next one is due then; 0: none is */
	char *note; /* what its handler said, or why it was refused; or NULL */
};

/* A state besides those of an outbox: refused deliveries that are held. */
#define EVENT_LIST_HOLD       OUTBOX_STATES
#define EVENT_LIST_BIT(state) (1U << (state))

struct event_list {
	bool cur;         /* read cur/ instead of new/ */
	unsigned states;  /* EVENT_LIST_BIT of each; 0: of new/ or cur/ alone */
	bool quiet;       /* say nothing of what cannot be read */
	int64_t since;    /* only files that changed then or later */
	const char *root; /* the inbox that is being read */
	struct event_row *row;
	size_t n, room;
	bool wrong; /* something was not listed */
};

/*
 * Read the events of the provider, or of all if that is NULL, after saying
 * what cannot be read or is no event.  *list is zeroed, but for
 * cur, states, quiet and since.  Held deliveries are event_list_hold()'s.
 */
void event_list_read(struct event_list *list,
    const struct inbox_settings *inbox, const char *provider);

/* Add the deliveries that are held, and sort them in. */
void event_list_hold(struct event_list *list, const struct hold *hold);

/* True if an inbox has a folder of that name, or the settings an entry. */
bool event_list_knows(const struct config *cfg, const char *name);

/* Print it as a table.  False after saying that memory is lacking. */
bool event_list_print(const struct event_list *list, const struct options *opt);

/* Write when the event is tried again: "2026-11-27T12:00:00Z", or "". */
void event_row_next(
    char dst[static TIMESTAMP_TEXT_MAX], const struct event_row *row);

void event_list_free(struct event_list *list);

#endif
