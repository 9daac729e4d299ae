/* outbox_scan.c - keeps the oldest of what waits, in two heaps. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "outbox/outbox_scan.h"

#define DAY 86400

/* False: no memory; then it is as if there were more. */
static bool
push(struct outbox_heap *heap, enum outbox_order order, size_t max,
    const struct outbox_waiting *event)
{
	if (outbox_heap_room(heap, max) && outbox_heap_copy(heap, order, event))
		return true;
	heap->more = true;
	return false;
}

/* Within a scan the top is the last one, which goes when the heap is full. */
static bool
keep(struct outbox_heap *heap, enum outbox_order order, size_t max,
    const struct outbox_waiting *event)
{
	if (heap->n < max)
		return push(heap, order, max, event);
	heap->more = true;
	if (outbox_heap_is_above(order, event, heap->event[0]))
		return true;
	free(outbox_heap_pop(heap, order));
	return push(heap, order, max, event);
}

struct outbox_scan
outbox_scan_of(size_t max, const struct outbox_limits *limits)
{
	return (struct outbox_scan){.max = max, .limits = *limits};
}

void
outbox_scan_free(struct outbox_scan *scan)
{
	outbox_heap_clear(&scan->due);
	outbox_heap_clear(&scan->later);
	free(scan->due.event);
	free(scan->later.event);
	free(scan->last);
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

static bool
see(void *arg, struct outbox_event *event)
{
	struct pass *p = arg;
	struct outbox_scan *scan = p->scan;
	struct outbox_waiting waiting;
	bool ok = true;

	if (event->state == OUTBOX_LATER)
		set_right(p, event);
	waiting = outbox_heap_waiting(event);
	if (waiting.next > p->now) {
		ok = keep(&scan->later, OUTBOX_LATEST, scan->max, &waiting);
	} else {
		scan->waiting++;
		if (!p->on || scan->last == NULL ||
		    outbox_heap_is_above(OUTBOX_YOUNGEST, &waiting, scan->last))
			ok = keep(
			    &scan->due, OUTBOX_YOUNGEST, scan->max, &waiting);
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

	outbox_heap_clear(&scan->due);
	outbox_heap_clear(&scan->later);
	scan->waiting = scan->postponed = 0;
	ok = outbox_visit(p->outbox, OUTBOX_NEW, &visit, p->why);
	scan->others = visit.others;
	ok = outbox_visit(p->outbox, OUTBOX_LATER, &visit, p->why) && ok;
	scan->others += visit.others;
	if (p->no_memory)
		reason_set(p->why, "out of memory");
	if (scan->later.more && scan->later.n > 0)
		scan->horizon = scan->later.event[0]->next;
	outbox_heap_turn(&scan->due, OUTBOX_OLDEST);
	outbox_heap_turn(&scan->later, OUTBOX_SOONEST);
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

/*
 * Events of later/ that have become due are sorted in by their age.  What has no
 * room is found by the scan that is then due.
 */
static void
make_due(struct outbox_scan *scan, time_t now)
{
	while (scan->later.n > 0 && scan->later.event[0]->next <= now) {
		struct outbox_waiting *event =
		    outbox_heap_pop(&scan->later, OUTBOX_SOONEST);

		if (scan->due.n < scan->max &&
		    outbox_heap_room(&scan->due, scan->max)) {
			outbox_heap_insert(&scan->due, OUTBOX_OLDEST, event);
		} else {
			free(event);
			scan->due.more = true;
		}
	}
}

bool
outbox_scan_next(
    struct outbox_scan *scan, time_t now, struct outbox_event *event)
{
	struct outbox_waiting *first;

	make_due(scan, now);
	if (scan->due.n == 0)
		return false;
	first = outbox_heap_pop(&scan->due, OUTBOX_OLDEST);
	*event = outbox_heap_event(first);
	free(scan->last);
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
		*next = scan->later.event[0]->next;
	else if (scan->later.more)
		*next = scan->horizon;
	return scan->later.n > 0 || scan->later.more;
}

/* The event that is at that place, if it is one. */
static bool
look(const struct outbox *outbox, struct outbox_event *event)
{
	const struct outbox_root *root = &outbox->root[event->root];
	char file[OUTBOX_FILE_MAX];
	struct stat st;

	outbox_name_write(file, event->state, &event->name);
	if (root->opened != OUTBOX_OPEN ||
	    fstatat(root->folder[event->state], file, &st,
		AT_SYMLINK_NOFOLLOW) != 0 ||
	    !outbox_is_event(root, &st))
		return false;
	event->mtime = st.st_mtim;
	return true;
}

static bool
no_memory(struct reason *why)
{
	reason_set(why, "out of memory");
	return false;
}

/* What has no room is found by the next scan: it is younger than what has. */
static bool
add_due(struct outbox_scan *scan, const struct outbox_waiting *waiting,
    struct reason *why)
{
	if (scan->due.more)
		return true;
	scan->due.more = scan->due.n >= scan->max;
	return scan->due.more ||
	       push(&scan->due, OUTBOX_OLDEST, scan->max, waiting) ||
	       no_memory(why);
}

static bool
add_later(struct outbox_scan *scan, const struct outbox_waiting *waiting,
    struct reason *why)
{
	bool ok = true;

	if (scan->later.more && waiting->next >= scan->horizon)
		return true;
	if (scan->later.n < scan->max) {
		ok = push(&scan->later, OUTBOX_SOONEST, scan->max, waiting);
		if (ok)
			return true;
	}
	scan->later.more = true;
	scan->horizon = waiting->next;
	return ok || no_memory(why);
}

bool
outbox_scan_add(struct outbox_scan *scan, const struct outbox *outbox,
    const struct outbox_event *event, struct reason *why)
{
	struct outbox_event copy = *event;
	struct outbox_waiting waiting;

	if ((event->state != OUTBOX_NEW && event->state != OUTBOX_LATER) ||
	    !look(outbox, &copy))
		return true;
	waiting = outbox_heap_waiting(&copy);
	return event->state == OUTBOX_NEW ? add_due(scan, &waiting, why)
					  : add_later(scan, &waiting, why);
}
