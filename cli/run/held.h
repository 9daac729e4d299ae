/*
 * held.h - the keys whose events must wait for one that was tried before.
 *
 * For `order`: of the events of one key, one is handled at a time, in the order
 * in which they came.  A key is held while a handler has one of its events, and
 * while one waits in later/.  Events that came for a key that is held are parked
 * here, a bounded number of them.  Of what has no room it is only noted that
 * there is more; then no event of that key is let through that is not parked,
 * until the key is free again, none of it is parked, and those who want to know
 * are told to look.
 */
#ifndef HELD_H
#define HELD_H

#include <stdbool.h>
#include <stddef.h>

#include "config/run_entry.h"
#include "outbox/outbox.h"

/* Events that are parked, of all keys together, at most. */
#define HELD_PARKED_MAX 1024

struct held_key {
	struct run_key key;
	unsigned later;  /* its events in later/ */
	unsigned parked; /* and those that are parked */
	bool busy;       /* a handler has one */
	bool more;       /* others had no room */
	bool used;       /* this slot of the table */
};

/* An event that waits for its key.  It is not open. */
struct held_event {
	struct outbox_event event;
	struct run_key key;
};

/* A table of keys, and events in the order in which they came.  Zeroed: empty. */
struct held {
	struct held_key *slot;
	size_t n, room;
	struct held_event *parked; /* HELD_PARKED_MAX; NULL: none yet */
	size_t nparked;
	bool look; /* the key of one of them may be free */
};

/* Where an event comes from that may be handled now. */
enum held_from { HELD_FROM_NEW, HELD_FROM_LATER, HELD_FROM_PARKED };

/* May an event of this key be handled now? */
bool held_allows(
    const struct held *held, const struct run_key *key, enum held_from from);

/* It may not: keep it, or note that there is more. */
void held_park(struct held *held, const struct run_key *key,
    const struct outbox_event *event);

/*
 * The oldest that is parked and of which the key is free.  To be asked before
 * other events are looked at: they are younger.  held_rest() follows when it
 * was looked at.
 */
bool held_unpark(struct held *held, struct held_event *dst);

/*
 * Forget the key if nothing holds it, and none of its events is parked.  True:
 * others had no room: look for them.
 */
bool held_rest(struct held *held, const struct run_key *key);

/* All events are looked for anew: forget those that are parked. */
void held_forget_parked(struct held *held);

/* A handler gets an event of this key.  False: out of memory. */
bool held_take(struct held *held, const struct run_key *key, bool from_later);

/*
 * The handler of its event has ended; to_later: the event is in later/ now.
 * Returns what held_rest() returns.
 */
bool held_give(struct held *held, const struct run_key *key, bool to_later);

/* An event of this key was found in later/.  False: out of memory. */
bool held_later(struct held *held, const struct run_key *key);

/* Forget what is in later/: it is going to be looked for anew. */
void held_forget_later(struct held *held);

void held_free(struct held *held);

#endif
