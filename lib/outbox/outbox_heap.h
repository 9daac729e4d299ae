/*
 * outbox_heap.h - events that are kept in memory, the first of them on top.
 *
 * A scan keeps what it finds, an entry of "run" what waits for its handlers.
 * Such an event takes 100 bytes with a name like a UUID, and 200 with the
 * longest.
 */
#ifndef OUTBOX_HEAP_H
#define OUTBOX_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "outbox/outbox.h"

/* What is on top. */
enum outbox_order {
	OUTBOX_OLDEST,   /* by the time at which it came, then by its id */
	OUTBOX_YOUNGEST, /* the last by these */
	OUTBOX_SOONEST,  /* by NEXT, then as above */
	OUTBOX_LATEST    /* the last by these */
};

/* An event that is kept. */
struct outbox_waiting {
	struct timespec mtime;
	time_t next;    /* in later/; else 0 */
	const char *id; /* of the same allocation */
	unsigned short attempts;
	unsigned char root, state;
};

/* A heap of them. */
struct outbox_heap {
	struct outbox_waiting **event;
	size_t n, room;
	bool more; /* there are others, which are not kept */
};

/* What is kept of an event, whose id is borrowed. */
struct outbox_waiting outbox_heap_waiting(const struct outbox_event *event);

/* The event, not open. */
struct outbox_event outbox_heap_event(const struct outbox_waiting *waiting);

/* True if a comes above b. */
bool outbox_heap_is_above(enum outbox_order order,
    const struct outbox_waiting *a, const struct outbox_waiting *b);

/*
 * Make room for one event more; there is never room for more than max.  False:
 * no memory.
 */
bool outbox_heap_room(struct outbox_heap *heap, size_t max);

/* Keep event, which is malloc'd.  There must be room for it. */
void outbox_heap_insert(struct outbox_heap *heap, enum outbox_order order,
    struct outbox_waiting *event);

/* Keep a copy of event, in the same way.  False: no memory. */
bool outbox_heap_copy(struct outbox_heap *heap, enum outbox_order order,
    const struct outbox_waiting *event);

/* Take the top, which must be there.  The caller frees it. */
struct outbox_waiting *outbox_heap_pop(
    struct outbox_heap *heap, enum outbox_order order);

/* From now on another one is on top. */
void outbox_heap_turn(struct outbox_heap *heap, enum outbox_order order);

/* Free all events; their room stays. */
void outbox_heap_clear(struct outbox_heap *heap);

#endif
