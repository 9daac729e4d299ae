/* outbox_scan.c - keeps the oldest of what waits, in two heaps. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "outbox/outbox_scan.h"

#define ROOM_FIRST 64
#define DAY        86400

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

/* --- heaps: the top is what comes first, or with last what comes last --- */

struct heap_order {
	order_fn order;
	bool last;
};

static bool
is_above(const struct heap_order *by, const struct outbox_waiting *a,
    const struct outbox_waiting *b)
{
	int order = by->order(a, b);

	return by->last ? order > 0 : order < 0;
}

static void
swap(struct outbox_waiting *a, struct outbox_waiting *b)
{
	struct outbox_waiting saved = *a;

	*a = *b;
	*b = saved;
}

static void
sift_up(struct outbox_heap *heap, const struct heap_order *by, size_t i)
{
	struct outbox_waiting *e = heap->event;

	for (; i > 0 && is_above(by, &e[i], &e[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&e[i], &e[(i - 1) / 2]);
}

static void
sift_down(struct outbox_heap *heap, const struct heap_order *by, size_t i)
{
	struct outbox_waiting *e = heap->event;

	for (size_t k = 2 * i + 1; k < heap->n; k = 2 * i + 1) {
		if (k + 1 < heap->n && is_above(by, &e[k + 1], &e[k]))
			k++;
		if (!is_above(by, &e[k], &e[i]))
			return;
		swap(&e[i], &e[k]);
		i = k;
	}
}

/* Make a heap of what a heap of the other direction has. */
static void
turn(struct outbox_heap *heap, const struct heap_order *by)
{
	for (size_t i = heap->n / 2; i > 0; i--)
		sift_down(heap, by, i - 1);
}

static bool
make_room(struct outbox_heap *heap, size_t max)
{
	size_t room = heap->room == 0 ? ROOM_FIRST : 2 * heap->room;
	struct outbox_waiting *grown;

	if (heap->n < heap->room)
		return true;
	if (room > max)
		room = max;
	grown = realloc(heap->event, room * sizeof(*grown));
	if (grown == NULL)
		return false;
	heap->event = grown;
	heap->room = room;
	return true;
}

static struct outbox_waiting
pop(struct outbox_heap *heap, const struct heap_order *by)
{
	struct outbox_waiting top = heap->event[0];

	heap->event[0].id = NULL;
	swap(&heap->event[0], &heap->event[--heap->n]);
	sift_down(heap, by, 0);
	return top;
}

static void
clear(struct outbox_heap *heap)
{
	for (size_t i = 0; i < heap->n; i++)
		free(heap->event[i].id);
	heap->n = 0;
	heap->more = false;
}

/* Takes event with its id.  False, with the id freed: no memory. */
static bool
insert(struct outbox_heap *heap, const struct heap_order *by, size_t max,
    struct outbox_waiting event)
{
	if (!make_room(heap, max)) {
		free(event.id);
		heap->more = true;
		return false;
	}
	heap->event[heap->n++] = event;
	sift_up(heap, by, heap->n - 1);
	return true;
}

/* Copies the id of event.  False: no memory. */
static bool
push(struct outbox_heap *heap, const struct heap_order *by, size_t max,
    const struct outbox_waiting *event)
{
	struct outbox_waiting copy = *event;

	if ((copy.id = strdup(event->id)) != NULL)
		return insert(heap, by, max, copy);
	heap->more = true;
	return false;
}

/* Within a scan the top is the last one, which goes when the heap is full. */
static bool
keep(struct outbox_heap *heap, const struct heap_order *by, size_t max,
    const struct outbox_waiting *event)
{
	if (heap->n < max)
		return push(heap, by, max, event);
	heap->more = true;
	if (is_above(by, event, &heap->event[0]))
		return true;
	free(pop(heap, by).id);
	return push(heap, by, max, event);
}

static const struct heap_order last_by_age = {by_age, true};
static const struct heap_order last_by_next = {by_next, true};
static const struct heap_order first_by_age = {by_age, false};
static const struct heap_order first_by_next = {by_next, false};

/* --- the scan --- */

struct outbox_scan
outbox_scan_of(size_t max, const struct outbox_limits *limits)
{
	return (struct outbox_scan){.max = max, .limits = *limits};
}

void
outbox_scan_free(struct outbox_scan *scan)
{
	clear(&scan->due);
	clear(&scan->later);
	free(scan->due.event);
	free(scan->later.event);
	free(scan->last.id);
	*scan = outbox_scan_of(scan->max, &scan->limits);
}

/* One pass over all folders. */
struct pass {
	struct outbox_scan *scan;
	const struct outbox *outbox;
	time_t now;
	bool on; /* of what is due, only what comes after scan->last */
	struct reason *why;
	bool no_memory;
};

/*
 * A NEXT that no handler of this clock can have asked for becomes a step from
 * now.  In the name, or the next scan would put it off again.
 */
static void
set_right(struct pass *p, struct outbox_event *event)
{
	const struct outbox_limits *limits = &p->scan->limits;
	const unsigned n = event->name.attempts;
	long step, most;

	if (limits->n == 0)
		return;
	step = limits->step[n <= limits->n ? n - 1 : limits->n - 1];
	most = step + step / 10 + 1;
	if (limits->after && most < DAY)
		most = DAY;
	if (event->name.next - p->now <= most)
		return;
	if (outbox_stepped(
		outbox_postpone(p->outbox, event, p->now + step, p->why)))
		p->scan->postponed++;
}

static struct outbox_waiting
waiting_of(struct outbox_event *event)
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

static bool
see(void *arg, struct outbox_event *event)
{
	struct pass *p = arg;
	struct outbox_scan *scan = p->scan;
	struct outbox_waiting waiting;
	bool ok = true;

	if (event->state == OUTBOX_LATER)
		set_right(p, event);
	waiting = waiting_of(event);
	if (waiting.next > p->now) {
		ok = keep(&scan->later, &last_by_next, scan->max, &waiting);
	} else {
		scan->waiting++;
		if (!p->on || scan->last.id == NULL ||
		    by_age(&waiting, &scan->last) > 0)
			ok =
			    keep(&scan->due, &last_by_age, scan->max, &waiting);
	}
	p->no_memory = p->no_memory || !ok;
	return ok;
}

static bool
scan_all(struct pass *p)
{
	struct outbox_scan *scan = p->scan;
	struct outbox_visit visit = {.visit = see, .arg = p};
	bool ok;

	clear(&scan->due);
	clear(&scan->later);
	scan->waiting = scan->postponed = 0;
	ok = outbox_visit(p->outbox, OUTBOX_NEW, &visit, p->why);
	scan->others = visit.others;
	ok = outbox_visit(p->outbox, OUTBOX_LATER, &visit, p->why) && ok;
	scan->others += visit.others;
	if (p->no_memory)
		reason_set(p->why, "out of memory");
	if (scan->later.more && scan->later.n > 0)
		scan->horizon = scan->later.event[0].next;
	turn(&scan->due, &first_by_age);
	turn(&scan->later, &first_by_next);
	return ok && !p->no_memory;
}

bool
outbox_scan(struct outbox_scan *scan, const struct outbox *outbox, time_t now,
    struct reason *why)
{
	struct pass p = {
	    .scan = scan, .outbox = outbox, .now = now, .why = why};

	return scan_all(&p);
}

bool
outbox_scan_on(struct outbox_scan *scan, const struct outbox *outbox,
    time_t now, struct reason *why)
{
	struct pass p = {
	    .scan = scan, .outbox = outbox, .now = now, .on = true, .why = why};

	return scan_all(&p);
}

/* Events of later/ that have become due are sorted in by their age. */
static void
make_due(struct outbox_scan *scan, time_t now)
{
	while (scan->later.n > 0 && scan->later.event[0].next <= now) {
		struct outbox_waiting event = pop(&scan->later, &first_by_next);

		if (scan->due.n < scan->max) {
			insert(&scan->due, &first_by_age, scan->max, event);
			continue;
		}
		/* It is found by the scan that is then due. */
		free(event.id);
		scan->due.more = true;
	}
}

bool
outbox_scan_next(
    struct outbox_scan *scan, time_t now, struct outbox_event *event)
{
	struct outbox_name name = {.attempts = 0};
	struct outbox_waiting first;

	make_due(scan, now);
	if (scan->due.n == 0)
		return false;
	first = pop(&scan->due, &first_by_age);
	memcpy(name.id, first.id, strlen(first.id) + 1);
	name.attempts = first.attempts;
	name.next = first.next;
	*event = outbox_event_at(first.root, first.state, &name);
	event->mtime = first.mtime;
	free(scan->last.id);
	scan->last = first;
	return true;
}

bool
outbox_scan_has_more(const struct outbox_scan *scan, time_t now)
{
	return scan->due.more || (scan->later.more && scan->horizon <= now);
}

bool
outbox_scan_due(const struct outbox_scan *scan, time_t *next)
{
	if (scan->later.n > 0)
		*next = scan->later.event[0].next;
	else if (scan->later.more)
		*next = scan->horizon;
	return scan->later.n > 0 || scan->later.more;
}

bool
outbox_scan_add(struct outbox_scan *scan, const struct outbox *outbox,
    const struct outbox_event *event, struct reason *why)
{
	const struct outbox_root *root = &outbox->root[event->root];
	const bool due = event->state == OUTBOX_NEW;
	struct outbox_heap *heap = due ? &scan->due : &scan->later;
	struct outbox_event copy = *event;
	struct outbox_waiting waiting;
	char file[OUTBOX_FILE_MAX];
	struct stat st;
	bool ok;

	if ((!due && event->state != OUTBOX_LATER) ||
	    root->opened != OUTBOX_OPEN)
		return true;
	outbox_name_write(file, event->state, &event->name);
	if (fstatat(root->folder[event->state], file, &st,
		AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISREG(st.st_mode) || st.st_uid != root->owner)
		return true;
	copy.mtime = st.st_mtim;
	waiting = waiting_of(&copy);
	/* A scan is due in any case; what is not kept is older than this one. */
	if (heap->more && (due || waiting.next >= scan->horizon))
		return true;
	if (heap->n < scan->max &&
	    push(heap, due ? &first_by_age : &first_by_next, scan->max,
		&waiting))
		return true;
	ok = heap->n == scan->max;
	if (!ok)
		reason_set(why, "out of memory");
	heap->more = true;
	if (!due)
		scan->horizon = waiting.next;
	return ok;
}
