/*
 * held.h - the keys whose events must wait for one that was tried before.
 *
 * For `order`: of the events of one key, one is handled at a time, in the order
 * in which they came.  A key is held while a handler has one of its events, and
 * while one waits in later/.
 *
 * Events that come for a key that is held are kept, up to a bound, and get the
 * key one after the other.  Of those that have no room it only notes that there
 * are more: when the key has no event left, those who want to know are told to
 * look.  Once one of a key had no room, no other one of it is kept, or it would
 * pass the first.
 */
#ifndef HELD_H
#define HELD_H

#include <stdbool.h>
#include <stddef.h>

#include "config/run_entry.h"
#include "outbox/outbox.h"

/* Events that are kept, of all keys of an entry; one takes 200 bytes. */
#define HELD_WAITING_MAX 8192
#define HELD_NO_EVENT    ((size_t)-1)

struct held_key {
	struct run_key key;
	unsigned later;     /* its events in later/ */
	bool busy;          /* an event has it */
	bool more;          /* others were passed over, and are not kept */
	bool used;          /* this slot of the table */
	size_t first, last; /* of its events that wait; HELD_NO_EVENT */
};

/* An event that waits for its key. */
struct held_event {
	struct outbox_event event;
	size_t next; /* of this key; or of those that are free */
};

/* A table of keys.  Zeroed: empty. */
struct held {
	struct held_key *slot;
	size_t n, room;
	struct held_event *waiting;
	size_t nwaiting, waiting_room;
	size_t spare; /* the first that was used and is free, plus one; or 0 */
};

/* May an event of this key be handled now?  from_later: it is in later/. */
bool held_allows(
    const struct held *held, const struct run_key *key, bool from_later);

/* Let the event, which is not open, wait for its key, which is held. */
void held_wait(struct held *held, const struct run_key *key,
    const struct outbox_event *event);

/* An event gets its key, which held_allows().  False: out of memory. */
bool held_take(struct held *held, const struct run_key *key, bool from_later);

enum held_given {
	HELD_FREE,   /* nobody waits */
	HELD_PASSED, /* *next has the key now */
	HELD_LOOK    /* nobody who is kept: look for the others */
};

/*
 * An event gives its key back; to_later: it is in later/ now, and holds the key
 * from there.
 */
enum held_given held_give(struct held *held, const struct run_key *key,
    bool to_later, struct outbox_event *next);

/* An event of this key was found in later/.  False: out of memory. */
bool held_later(struct held *held, const struct run_key *key);

/* Forget what is in later/: it is going to be looked for anew. */
void held_forget_later(struct held *held);

/* Forget what waits: all events are going to be looked at anew. */
void held_forget_waiting(struct held *held);

void held_free(struct held *held);

#endif
