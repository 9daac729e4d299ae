/* event_find.h - the file of an event that a user names. */
#ifndef EVENT_FIND_H
#define EVENT_FIND_H

#include "base/status.h"
#include "inbox/inbox_failover.h"

/*
 * Open the event of the provider with this id, in new/, cur/, failed/, done/,
 * busy/ or later/ of either inbox, in this order.  id can be the event's id, Ce-Id as it is written, or the name of the
 * file.  -1: there is none, or why says why it cannot be read.
 */
int event_find(const struct inbox_settings *inbox, const char *provider,
    const char *id, struct reason *why);

#endif
