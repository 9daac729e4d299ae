/* outbox_heap.c - a binary heap of events. */
#include <stdlib.h>
#include <string.h>

#include "outbox/outbox_heap.h"

#define ROOM_FIRST 64

/* Which of two events comes first: <0, 0, >0. */
typedef int (*order_fn)(
    const struct outbox_waiting *a, const struct outbox_waiting *b);

static int
by_number(long long a, long long b)
{
	return (a > b) - (a < b);
}

static int
by_age(const struct outbox_waiting *a, const struct outbox_waiting *b)
{
	int order = by_number(a->mtime.tv_sec, b->mtime.tv_sec);

	if (order == 0)
		order = by_number(a->mtime.tv_nsec, b->mtime.tv_nsec);
	if (order == 0)
		order = strcmp(a->id, b->id);
	if (order == 0)
		order = by_number(a->root, b->root);
	if (order == 0)
		order = by_number(a->state, b->state);
	return order != 0 ? order : by_number(a->next, b->next);
}

static int
by_next(const struct outbox_waiting *a, const struct outbox_waiting *b)
{
	int order = by_number(a->next, b->next);

	return order != 0 ? order : by_age(a, b);
}

static const struct {
	order_fn order;
	bool last;
} orders[] = {
    [OUTBOX_OLDEST] = {by_age, false},
    [OUTBOX_YOUNGEST] = {by_age, true},
    [OUTBOX_SOONEST] = {by_next, false},
    [OUTBOX_LATEST] = {by_next, true},
};

bool
outbox_heap_is_above(enum outbox_order order, const struct outbox_waiting *a,
    const struct outbox_waiting *b)
{
	int first = orders[order].order(a, b);

	return orders[order].last ? first > 0 : first < 0;
}

struct outbox_waiting
outbox_heap_waiting(const struct outbox_event *event)
{
	return (struct outbox_waiting){
	    .mtime = event->mtime,
	    .next = event->name.next,
	    .id = event->name.id,
	    .attempts = (unsigned short)event->name.attempts,
	    .root = (unsigned char)event->root,
	    .state = (unsigned char)event->state,
	};
}

struct outbox_event
outbox_heap_event(const struct outbox_waiting *waiting)
{
	struct outbox_name name = {
	    .attempts = waiting->attempts, .next = waiting->next};
	struct outbox_event event;

	memcpy(name.id, waiting->id, strlen(waiting->id) + 1);
	event = outbox_event_at(waiting->root, waiting->state, &name);
	event.mtime = waiting->mtime;
	return event;
}

static void
swap(struct outbox_waiting **a, struct outbox_waiting **b)
{
	struct outbox_waiting *saved = *a;

	*a = *b;
	*b = saved;
}

static void
sift_up(struct outbox_heap *heap, enum outbox_order order, size_t i)
{
	struct outbox_waiting **e = heap->event;

	for (; i > 0 && outbox_heap_is_above(order, e[i], e[(i - 1) / 2]);
	     i = (i - 1) / 2)
		swap(&e[i], &e[(i - 1) / 2]);
}

static void
sift_down(struct outbox_heap *heap, enum outbox_order order, size_t i)
{
	struct outbox_waiting **e = heap->event;

	for (size_t k = 2 * i + 1; k < heap->n; k = 2 * i + 1) {
		if (k + 1 < heap->n &&
		    outbox_heap_is_above(order, e[k + 1], e[k]))
			k++;
		if (!outbox_heap_is_above(order, e[k], e[i]))
			return;
		swap(&e[i], &e[k]);
		i = k;
	}
}

void
outbox_heap_turn(struct outbox_heap *heap, enum outbox_order order)
{
	for (size_t i = heap->n / 2; i > 0; i--)
		sift_down(heap, order, i - 1);
}

bool
outbox_heap_room(struct outbox_heap *heap, size_t max)
{
	size_t room = heap->room == 0 ? ROOM_FIRST : 2 * heap->room;
	struct outbox_waiting **grown;

	if (heap->n < heap->room)
		return true;
	if (room > max)
		room = max;
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): they are pointers */
	grown = realloc(heap->event, room * sizeof(*grown));
	if (grown == NULL)
		return false;
	heap->event = grown;
	heap->room = room;
	return true;
}

struct outbox_waiting *
outbox_heap_pop(struct outbox_heap *heap, enum outbox_order order)
{
	struct outbox_waiting *top = heap->event[0];

	heap->event[0] = NULL;
	swap(&heap->event[0], &heap->event[--heap->n]);
	sift_down(heap, order, 0);
	return top;
}

void
outbox_heap_clear(struct outbox_heap *heap)
{
	for (size_t i = 0; i < heap->n; i++)
		free(heap->event[i]);
	heap->n = 0;
	heap->more = false;
}

/* NULL: no memory. */
static struct outbox_waiting *
copy_of(const struct outbox_waiting *event)
{
	const size_t size = strlen(event->id) + 1;
	struct outbox_waiting *copy = malloc(sizeof(*copy) + size);

	if (copy == NULL)
		return NULL;
	*copy = *event;
	copy->id = memcpy(copy + 1, event->id, size);
	return copy;
}

void
outbox_heap_insert(struct outbox_heap *heap, enum outbox_order order,
    struct outbox_waiting *event)
{
	heap->event[heap->n++] = event;
	sift_up(heap, order, heap->n - 1);
}

bool
outbox_heap_copy(struct outbox_heap *heap, enum outbox_order order,
    const struct outbox_waiting *event)
{
	struct outbox_waiting *copy = copy_of(event);

	if (copy == NULL)
		return false;
	outbox_heap_insert(heap, order, copy);
	return true;
}
