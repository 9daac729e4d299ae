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

static bool
grow(struct held *held)
{
	struct held old = *held;
	size_t room = old.room == 0 ? FIRST_ROOM : old.room * 2;
	struct held_key *slot = calloc(room, sizeof(*slot));

	if (slot == NULL)
		return false;
	*held = (struct held){.slot = slot, .room = room};
	for (size_t i = 0; i < old.room; i++) {
		if (!old.slot[i].busy && old.slot[i].later == 0)
			continue;
		put(held, &old.slot[i]);
		held->n++;
	}
	free(old.slot);
	return true;
}

/* The key's entry, which is made if need be; NULL: out of memory. */
static struct held_key *
enter(struct held *held, const struct run_key *key)
{
	struct held_key *at = find(held, key);
	const struct held_key fresh = {.key = *key, .used = true};

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
leave(struct held *held, struct held_key *at)
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

void
held_note(struct held *held, const struct run_key *key)
{
	struct held_key *at = find(held, key);

	if (at != NULL)
		at->more = true;
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

bool
held_give(struct held *held, const struct run_key *key, bool to_later)
{
	struct held_key *at = find(held, key);
	bool more;

	if (at == NULL)
		return false;
	at->busy = false;
	at->later += to_later;
	if (at->later > 0)
		return false;
	more = at->more;
	leave(held, at);
	return more;
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
held_free(struct held *held)
{
	free(held->slot);
	*held = (struct held){.slot = NULL};
}
