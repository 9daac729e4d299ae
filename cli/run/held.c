/* held.c - a hash table, with open addressing. */
#include <stdlib.h>
#include <string.h>

#include "held.h"

#define FIRST_ROOM 64

/* The keys are digests, so any bytes of them are a good hash. */
static size_t
home(const struct held *held, const struct run_key *key)
{
	size_t h;

	memcpy(&h, key->digest, sizeof(h));
	return h & (held->room - 1);
}

static struct held_key *
find(const struct held *held, const struct run_key *key)
{
	if (held->room == 0)
		return NULL;
	for (size_t i = home(held, key);; i = (i + 1) & (held->room - 1)) {
		struct held_key *at = &held->slot[i];

		if (!at->used)
			return NULL;
		if (memcmp(at->key.digest, key->digest, sizeof(key->digest)) ==
		    0)
			return at;
	}
}

static void
put(struct held *held, const struct held_key *entry)
{
	size_t i = home(held, &entry->key);

	while (held->slot[i].used)
		i = (i + 1) & (held->room - 1);
	held->slot[i] = *entry;
}

/* False for an unused slot, and for a key of which held_forget_later() is left. */
static bool
holds(const struct held_key *at)
{
	return at->used && (at->busy || at->later > 0);
}

/* Make the table anew without those that hold nothing; larger if need be. */
static bool
grow(struct held *held)
{
	struct held_key *old = held->slot, *slot;
	const size_t old_room = held->room;
	size_t room = old_room == 0 ? FIRST_ROOM : old_room, n = 0;

	for (size_t i = 0; i < old_room; i++)
		n += holds(&old[i]);
	if (4 * n > room)
		room *= 2;
	if ((slot = calloc(room, sizeof(*slot))) == NULL)
		return false;
	held->slot = slot;
	held->n = n;
	held->room = room;
	for (size_t i = 0; i < old_room; i++) {
		if (holds(&old[i]))
			put(held, &old[i]);
	}
	free(old);
	return true;
}

/* The key's entry, which is made if need be; NULL: out of memory. */
static struct held_key *
enter(struct held *held, const struct run_key *key)
{
	struct held_key *at = find(held, key);
	const struct held_key fresh = {.key = *key,
	    .used = true,
	    .first = HELD_NO_EVENT,
	    .last = HELD_NO_EVENT};

	if (at != NULL)
		return at;
	/* At most half of it is used, so that runs stay short. */
	if ((held->n + 1) * 2 > held->room && !grow(held))
		return NULL;
	put(held, &fresh);
	held->n++;
	return find(held, key);
}

/* Take the entry out, and move up those that were put behind it. */
static void
leave(struct held *held, const struct held_key *at)
{
	size_t hole = (size_t)(at - held->slot), mask = held->room - 1;

	held->n--;
	for (size_t i = (hole + 1) & mask; held->slot[i].used;
	     i = (i + 1) & mask) {
		size_t from = home(held, &held->slot[i].key);

		if (((i - from) & mask) < ((i - hole) & mask))
			continue;
		held->slot[hole] = held->slot[i];
		hole = i;
	}
	held->slot[hole].used = false;
}

bool
held_allows(const struct held *held, const struct run_key *key, bool from_later)
{
	const struct held_key *at = find(held, key);

	return at == NULL || (!at->busy && (from_later || at->later == 0));
}

/* A place for one event more; HELD_NO_EVENT: there is none. */
static size_t
find_place(struct held *held)
{
	size_t place = held->spare - 1, room = held->waiting_room;
	struct held_event *grown;

	if (held->spare != 0) {
		held->spare = held->waiting[place].next;
		return place;
	}
	if (held->nwaiting < room)
		return held->nwaiting++;
	room = room == 0 ? FIRST_ROOM : room * 2;
	if (room > HELD_WAITING_MAX)
		return HELD_NO_EVENT;
	grown = realloc(held->waiting, room * sizeof(*grown));
	if (grown == NULL)
		return HELD_NO_EVENT;
	held->waiting = grown;
	held->waiting_room = room;
	return held->nwaiting++;
}

void
held_wait(struct held *held, const struct run_key *key,
    const struct outbox_event *event)
{
	struct held_key *at = find(held, key);
	size_t place;

	if (at == NULL)
		return;
	place = at->more ? HELD_NO_EVENT : find_place(held);
	if (place == HELD_NO_EVENT) {
		at->more = true;
		return;
	}
	held->waiting[place] =
	    (struct held_event){.event = *event, .next = HELD_NO_EVENT};
	if (at->first == HELD_NO_EVENT)
		at->first = place;
	else
		held->waiting[at->last].next = place;
	at->last = place;
}

bool
held_take(struct held *held, const struct run_key *key, bool from_later)
{
	struct held_key *at = enter(held, key);

	if (at == NULL)
		return false;
	at->busy = true;
	if (from_later && at->later > 0)
		at->later--;
	return true;
}

/* The oldest that waits for this key, which has one. */
static void
call_first(struct held *held, struct held_key *at, struct outbox_event *event)
{
	const size_t place = at->first;
	struct held_event *first = &held->waiting[place];

	*event = first->event;
	at->first = first->next;
	first->next = held->spare;
	held->spare = place + 1;
}

enum held_given
held_give(struct held *held, const struct run_key *key, bool to_later,
    struct outbox_event *next)
{
	struct held_key *at = find(held, key);
	bool more;

	if (at == NULL)
		return HELD_FREE;
	at->busy = false;
	at->later += to_later;
	if (at->later > 0)
		return HELD_FREE;
	if (at->first != HELD_NO_EVENT) {
		call_first(held, at, next);
		at->busy = true;
		return HELD_PASSED;
	}
	more = at->more;
	leave(held, at);
	return more ? HELD_LOOK : HELD_FREE;
}

bool
held_later(struct held *held, const struct run_key *key)
{
	struct held_key *at = enter(held, key);

	if (at == NULL)
		return false;
	at->later++;
	return true;
}

void
held_forget_later(struct held *held)
{
	/* What holds nothing then goes when the table grows. */
	for (size_t i = 0; i < held->room; i++)
		held->slot[i].later = 0;
}

void
held_forget_waiting(struct held *held)
{
	for (size_t i = 0; i < held->room; i++) {
		held->slot[i].first = held->slot[i].last = HELD_NO_EVENT;
		held->slot[i].more = false;
	}
	held->nwaiting = held->spare = 0;
}

void
held_free(struct held *held)
{
	free(held->slot);
	free(held->waiting);
	*held = (struct held){.slot = NULL};
}
