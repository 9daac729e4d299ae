/*
 * held.h - the keys whose events must wait for one that was tried before.
 *
 * For `order`: of the events of one key, one is handled at a time, in the order
 * in which they came.  A key is held while a handler has one of its events, and
 * while one waits in later/.  The table keeps no events: of one that came for a
 * key that is held it only notes that there is more, and when the key is free
 * again, those who want to know are told to look.
 */
#ifndef HELD_H
#define HELD_H

#include <stdbool.h>
#include <stddef.h>

#include "config/run_entry.h"

struct held_key {
	struct run_key key;
	unsigned later; /* its events in later/ */
	bool busy;      /* a handler has one */
	bool more;      /* others were passed over */
	bool used;      /* this slot of the table */
};

/* A table of them.  Zeroed: empty. */
struct held {
	struct held_key *slot;
	size_t n, room;
};

/* May an event of this key be handled now?  from_later: it is in later/. */
bool held_allows(
    const struct held *held, const struct run_key *key, bool from_later);

/* One of its events was passed over. */
void held_note(struct held *held, const struct run_key *key);

/* A handler gets an event of this key.  False: out of memory. */
bool held_take(struct held *held, const struct run_key *key, bool from_later);

/*
 * The handler of its event has ended; to_later: the event is in later/ now.  True:
 * the key is free, and others were passed over: look for them.
 */
bool held_give(struct held *held, const struct run_key *key, bool to_later);

/* An event of this key was found in later/.  False: out of memory. */
bool held_later(struct held *held, const struct run_key *key);

/* Forget what is in later/: it is going to be looked for anew. */
void held_forget_later(struct held *held);

void held_free(struct held *held);

#endif
