/*
 * eventlist.h - the events of an inbox, oldest first.
 *
 * Also those of providers that are no longer in the settings, and those in the
 * fallback inbox.
 */
#ifndef EVENTLIST_H
#define EVENTLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli.h"
#include "eventfile.h"
#include "inbox/inbox_failover.h"

/* One event: its header, and what it is sorted by. */
struct event_row {
	char provider[PROVIDER_NAME_MAX + 1];
	char *path;
	const char *name; /* of the file; within path */
	struct eventfile file;
	int64_t seconds;
};

struct event_list {
	bool cur;         /* read cur/ instead of new/ */
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
 * cur, quiet and since.
 */
void event_list_read(struct event_list *list,
    const struct inbox_settings *inbox, const char *provider);

/* True if an inbox has a folder of that name, or the settings an entry. */
bool event_list_knows(const struct config *cfg, const char *name);

/* Print it as a table.  False after saying that memory is lacking. */
bool event_list_print(const struct event_list *list, const struct options *opt);

void event_list_free(struct event_list *list);

#endif
