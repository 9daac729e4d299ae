/* backlog.c - scans, notices, keys: which event is the next. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backlog.h"
#include "base/encode.h"
#include "base/log.h"
#include "config/run_entry.h"

/* Scans that may find nothing new take one part in so many of the time. */
#define REST_TIMES 20
/* Events that have to wait are opened; so many of them take a millisecond. */
#define IN_VAIN_A_MS 16

/* How far off NEXT may be: the longest schedule of all entries. */
static struct outbox_limits
limits_of(const struct run_provider *terms)
{
	struct outbox_limits limits = {.step = NULL, .after = true};

	for (size_t i = 0; i < terms->n; i++) {
		if (terms->entry[i].nretry > limits.n)
			limits = (struct outbox_limits){
			    .step = terms->entry[i].retry,
			    .n = terms->entry[i].nretry,
			    .after = true};
	}
	return limits;
}

bool
backlog_init(struct backlog *b, const struct job_world *world,
    const struct run_provider *terms, const struct inbox_failover *inboxes)
{
	*b = (struct backlog){.provider = terms->name,
	    .world = world,
	    .terms = terms,
	    .limits = limits_of(terms),
	    .look_at = HANDLER_NEVER,
	    .settle_at = HANDLER_NEVER,
	    .random = (unsigned)time(NULL) ^ (unsigned)getpid()};
	b->outbox = outbox_of(inboxes, OUTBOX_RUN);
	b->scan = outbox_scan_of(OUTBOX_SCAN_MAX, &b->limits);
	b->lane = calloc(terms->n, sizeof(*b->lane));
	if (b->lane == NULL)
		return false;
	for (size_t i = 0; i < terms->n; i++) {
		b->nlane = i + 1;
		b->lane[i].arg = b;
		if (!lane_init(
			&b->lane[i], &terms->entry[i], world, terms->name))
			return false;
	}
	return true;
}

void
backlog_free(struct backlog *b)
{
	for (size_t i = 0; i < b->nlane; i++)
		lane_free(&b->lane[i]);
	free(b->lane);
	outbox_scan_free(&b->scan);
	outbox_close(&b->outbox);
}

void
backlog_complain(struct backlog *b, const char *id, const char *what,
    const struct reason *why)
{
	b->counts.errors++;
	log_line(b->world->log->log, LVL_ERROR, "%s: %s%s%s: %s", b->provider,
	    id, *id == '\0' ? "" : ": ", what, why->text);
}

void
backlog_wait(struct backlog *b)
{
	b->again = poller_clock() + BACKLOG_AGAIN;
}

/* --- Notices --- */

void
backlog_look(struct backlog *b)
{
	b->look_due = true;
}

void
backlog_lost(struct backlog *b)
{
	moved_forget(&b->moved);
	b->held_due = true;
	/* An event that is told of may be younger than one that was not. */
	if (backlog_is_ordered(b))
		b->scan_due = true;
	else
		b->look_due = true;
}

static void
add(struct backlog *b, const struct outbox_event *event)
{
	struct reason why;

	if (!outbox_scan_add(&b->scan, &b->outbox, event, &why))
		b->scan_due = true;
}

void
backlog_came(struct backlog *b, size_t root, const char *file)
{
	struct outbox_name name;
	struct outbox_event event;

	if (!outbox_name_read(&name, OUTBOX_NEW, file))
		return;
	event = outbox_event_at(root, OUTBOX_NEW, &name);
	add(b, &event);
}

bool
backlog_is_ordered(const struct backlog *b)
{
	for (size_t i = 0; i < b->nlane; i++) {
		if (lane_is_ordered(&b->lane[i]))
			return true;
	}
	return false;
}

void
backlog_later_changed(
    struct backlog *b, size_t root, enum moved_way way, const char *file)
{
	struct outbox_name name;
	struct outbox_event event;

	if (!outbox_name_read(&name, OUTBOX_LATER, file) ||
	    moved_is_own(&b->moved, way, file))
		return;
	if (backlog_is_ordered(b)) {
		b->held_due = true;
		b->scan_due = true;
	} else if (way == MOVED_IN) {
		event = outbox_event_at(root, OUTBOX_LATER, &name);
		add(b, &event);
	}
}

static void
note(struct backlog *b, enum moved_way way, const struct outbox_event *event)
{
	char file[OUTBOX_FILE_MAX];

	outbox_name_write(file, OUTBOX_LATER, &event->name);
	moved_note(&b->moved, way, file);
}

void
backlog_is_later(struct backlog *b, const struct outbox_event *event)
{
	note(b, MOVED_IN, event);
	add(b, event);
}

void
backlog_was_later(struct backlog *b, const struct outbox_event *place)
{
	note(b, MOVED_OUT, place);
}

void
backlog_back(struct lane *lane, const struct candidate *it)
{
	struct backlog *b = lane->arg;
	struct outbox_event next;

	if (it->event.state == OUTBOX_LATER)
		note(b, MOVED_IN, &it->event);
	if (!lane_is_ordered(lane)) {
		add(b, &it->event);
		return;
	}
	/* It is the first of its key again: a scan knows the order. */
	lane_forget(lane);
	if (it->has_key)
		(void)held_give(&lane->held, &it->key, false, &next);
	b->held_due = true;
	b->scan_due = true;
}

void
backlog_left_busy(struct backlog *b)
{
	if (b->copy_waits)
		b->scan_due = true;
	b->copy_waits = false;
}

/* --- Lanes and keys --- */

struct lane *
backlog_lane(const struct backlog *b, const struct eventfile *file)
{
	unsigned char type[EVENTFILE_HEAD_MAX];
	const struct run_entry *entry;
	size_t len = file->type.len;

	memcpy(type, file->type.ptr == NULL ? (const void *)"" : file->type.ptr,
	    len);
	len = decode_percent_all(type, len);
	entry = run_provider_entry(b->terms, span_mem(type, len));

	for (size_t i = 0; i < b->nlane; i++) {
		if (b->lane[i].entry == entry)
			return &b->lane[i];
	}
	return NULL;
}

enum lookup
backlog_key(const struct lane *lane, const struct outbox_event *event,
    const struct eventfile *file, struct run_key *key)
{
	const struct run_order *order = &lane->entry->order;
	struct span body = file->start;
	unsigned char *bytes = NULL;
	enum lookup found;

	if (order->kind == RUN_ORDER_JSON) {
		bytes = malloc((size_t)file->length + 1);
		if (bytes == NULL)
			return LOOKUP_NO_MEMORY;
		if (pread(event->fd, bytes, (size_t)file->length,
			(off_t)file->body) != (ssize_t)file->length) {
			free(bytes);
			return LOOKUP_NONE;
		}
		body = span_mem(bytes, (size_t)file->length);
	}
	found = run_order_key(order, file->lines, body, key);
	free(bytes);
	return found;
}

/* What waits in later/, for find_held(). */
struct finding {
	struct backlog *b;
	bool ok;
};

static bool
look_later(void *arg, struct outbox_event *event)
{
	struct finding *f = arg;
	struct eventfile file = {.head = NULL};
	struct run_key key;
	struct reason why;
	struct lane *lane;

	if (outbox_event_open(&f->b->outbox, event, &why) != OUTBOX_MOVED)
		return true;
	if (eventfile_read(&file, event->fd, &why) &&
	    (lane = backlog_lane(f->b, &file)) != NULL &&
	    backlog_key(lane, event, &file, &key) == LOOKUP_FOUND &&
	    !held_later(&lane->held, &key))
		f->ok = false;
	eventfile_free(&file);
	outbox_event_close(event);
	return true;
}

/* Which keys are held by what waits in later/. */
static void
find_held(struct backlog *b)
{
	struct finding f = {.b = b, .ok = true};
	struct outbox_visit visit = {.visit = look_later, .arg = &f};
	struct reason why;
	bool ok;

	b->held_due = false;
	if (!backlog_is_ordered(b))
		return;
	for (size_t i = 0; i < b->nlane; i++)
		held_forget_later(&b->lane[i].held);
	ok = outbox_visit(&b->outbox, OUTBOX_LATER, &visit, &why);
	if (ok && !f.ok)
		reason_set(&why, "out of memory");
	if (!ok || !f.ok)
		backlog_complain(
		    b, "", "the order of events is not sure", &why);
}

/* --- The next one --- */

static void
scan_failed(struct backlog *b, const struct reason *why)
{
	backlog_complain(b, "", "not all events can be seen", why);
	backlog_wait(b);
}

/* Look at all that there is. */
static void
scan(struct backlog *b, time_t wall)
{
	const long long begun = poller_clock();
	struct reason why = {""};
	long long cost;

	b->scan_due = b->look_due = false;
	b->look_at = HANDLER_NEVER;
	for (size_t i = 0; i < b->nlane; i++)
		lane_forget(&b->lane[i]);
	if (b->held_due)
		find_held(b);
	if (!outbox_scan(&b->scan, &b->outbox, wall, &why))
		scan_failed(b, &why);
	cost = poller_clock() - begun + (long long)b->in_vain / IN_VAIN_A_MS;
	b->rest_until = begun + cost * REST_TIMES;
	b->in_vain = 0;
}

/* Those before may have to wait, all of them: look at what is younger. */
static void
scan_on(struct backlog *b, time_t wall)
{
	struct reason why = {""};

	if (!outbox_scan_on(&b->scan, &b->outbox, wall, &why))
		scan_failed(b, &why);
}

static bool
is_scan_due(const struct backlog *b, long long now)
{
	return b->scan_due || b->look_at <= now ||
	       (b->look_due && b->rest_until <= now);
}

bool
backlog_next(
    struct backlog *b, long long now, time_t wall, struct candidate *next)
{
	if (is_scan_due(b, now))
		scan(b, wall);
	for (size_t i = 0; i < b->nlane; i++) {
		if (lane_ready(&b->lane[i], now) != NULL &&
		    lane_next(&b->lane[i], next, &b->scan_due))
			return true;
	}
	*next = (struct candidate){.lane = NULL};
	if (outbox_scan_next(&b->scan, wall, &next->event))
		return true;
	if (!outbox_scan_has_more(&b->scan, wall))
		return false;
	scan_on(b, wall);
	return outbox_scan_next(&b->scan, wall, &next->event);
}
