/* moved.c - a short list, of which mostly the first is asked for. */
#include <string.h>

#include "moved.h"
#include "outbox/outbox_name.h"

static uint64_t
hash_of(enum moved_way way, const char *file)
{
	return outbox_name_hash(file) * 2 + (way == MOVED_OUT);
}

static void
drop(struct moved *moved, size_t i)
{
	moved->n--;
	memmove(&moved->hash[i], &moved->hash[i + 1],
	    (moved->n - i) * sizeof(moved->hash[0]));
}

void
moved_note(struct moved *moved, enum moved_way way, const char *file)
{
	if (moved->n == MOVED_MAX)
		drop(moved, 0);
	moved->hash[moved->n++] = hash_of(way, file);
}

bool
moved_is_own(struct moved *moved, enum moved_way way, const char *file)
{
	const uint64_t hash = hash_of(way, file);

	for (size_t i = 0; i < moved->n; i++) {
		if (moved->hash[i] != hash)
			continue;
		drop(moved, i);
		return true;
	}
	return false;
}

void
moved_forget(struct moved *moved)
{
	moved->n = 0;
}
