/* outbox.c - the steps: each locks, looks, and moves. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
#include "outbox/outbox.h"
#include "outbox/outbox_move.h"

#define OPEN_EVENT (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
/* How many seconds are tried if an event of the same NEXT is there. */
#define NEXT_TRIES 60

/* One step of one event. */
struct step {
	const struct outbox_root *root;
	struct outbox_event *event;
	struct reason *why;
	char file[OUTBOX_FILE_MAX]; /* its name before the step */
	bool opened, locked;        /* by this step */
};

bool
outbox_stepped(enum outbox_step step)
{
	return step == OUTBOX_MOVED || step == OUTBOX_REPLACED_OLDER ||
	       step == OUTBOX_SAME_FILE;
}

struct outbox_event
outbox_event_at(
    size_t root, enum outbox_state state, const struct outbox_name *name)
{
	return (struct outbox_event){
	    .root = root, .state = state, .name = *name, .fd = -1};
}

static struct step
begin(
    const struct outbox *outbox, struct outbox_event *event, struct reason *why)
{
	struct step s = {
	    .root = &outbox->root[event->root], .event = event, .why = why};

	outbox_name_write(s.file, event->state, &event->name);
	return s;
}

static struct outbox_place
place_of(const struct step *s)
{
	return (struct outbox_place){s->event->state, s->file};
}

static enum outbox_step
fail(const struct step *s, const char *what)
{
	const struct outbox_place place = place_of(s);

	outbox_move_fail(s->root, &place, what, s->why);
	return OUTBOX_ERROR;
}

/* Whose file it is, if it cannot be opened. */
static enum outbox_step
not_opened(const struct step *s)
{
	const int error = errno;
	struct stat st;

	if (error == ENOENT)
		return OUTBOX_GONE;
	if (error == ELOOP || error == ENXIO ||
	    (fstatat(s->root->folder[s->event->state], s->file, &st,
		 AT_SYMLINK_NOFOLLOW) == 0 &&
		!outbox_is_event(s->root, &st)))
		return OUTBOX_NOT_OURS;
	errno = error;
	return fail(s, " cannot be opened");
}

static enum outbox_step
open_event(struct step *s)
{
	struct outbox_event *event = s->event;
	const int folder = s->root->folder[event->state];
	enum outbox_step step = OUTBOX_MOVED;
	struct stat st;

	if (folder < 0)
		return OUTBOX_GONE;
	if ((event->fd = openat(folder, s->file, OPEN_EVENT)) < 0)
		return not_opened(s);
	if (fstat(event->fd, &st) != 0)
		step = fail(s, ": fstat failed");
	else if (!outbox_is_event(s->root, &st))
		step = OUTBOX_NOT_OURS;
	if (step == OUTBOX_MOVED) {
		event->mtime = st.st_mtim;
		s->opened = true;
		return step;
	}
	outbox_event_close(event);
	return step;
}

enum outbox_step
outbox_event_open(
    const struct outbox *outbox, struct outbox_event *event, struct reason *why)
{
	struct step s = begin(outbox, event, why);

	outbox_event_close(event);
	return open_event(&s);
}

void
outbox_event_close(struct outbox_event *event)
{
	if (event->fd < 0)
		return;
	/* A child may have the open file, and with it the lock. */
	if (event->locked)
		lock_unflock(event->fd);
	file_close(event->fd);
	event->fd = -1;
	event->locked = false;
}

/* Leave the event as it was before the step. */
static enum outbox_step
undo(const struct step *s, enum outbox_step step)
{
	if (s->opened) {
		outbox_event_close(s->event);
	} else if (s->locked) {
		lock_unflock(s->event->fd);
		s->event->locked = false;
	}
	return step;
}

/*
 * Open and lock the event, and look at its name after that: whoever had the lock
 * may have moved it.
 */
static enum outbox_step
hold(struct step *s, struct stat *st, bool anyway)
{
	const struct outbox_place place = place_of(s);
	struct outbox_event *event = s->event;
	enum outbox_step step = event->fd < 0 ? open_event(s) : OUTBOX_MOVED;

	if (step != OUTBOX_MOVED)
		return step;
	switch (event->locked ? LOCK_TAKEN : lock_flock(event->fd)) {
	case LOCK_TAKEN:
		s->locked = !event->locked;
		event->locked = true;
		break;
	case LOCK_BUSY:
		if (!anyway)
			return undo(s, OUTBOX_IN_USE);
		break;
	case LOCK_FAILED:
		return undo(s, fail(s, " cannot be locked"));
	}
	if (fstat(event->fd, st) != 0)
		return undo(s, fail(s, ": fstat failed"));
	return outbox_move_is_there(s->root, &place, st) ? OUTBOX_MOVED
							 : undo(s, OUTBOX_GONE);
}

static enum outbox_step
step_of(enum outbox_moved moved, bool replaced)
{
	static const enum outbox_step step[] = {
	    [MOVE_MADE] = OUTBOX_MOVED,
	    [MOVE_SAME] = OUTBOX_SAME_FILE,
	    [MOVE_GONE] = OUTBOX_GONE,
	    [MOVE_EXISTS] = OUTBOX_EXISTS,
	    [MOVE_LOCKED] = OUTBOX_IN_USE,
	    [MOVE_FAILED] = OUTBOX_ERROR,
	};

	return replaced ? OUTBOX_REPLACED_OLDER : step[moved];
}

/*
 * Set the time of the file to now; if that fails, it keeps its own.  The kernel's
 * own "now" stands still for some milliseconds, and events that are replayed one
 * after the other would be handled in another order.  Only the owner may set
 * another time than that one.
 */
static void
set_time(int fd)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}};

	clock_gettime(CLOCK_REALTIME, &times[1]);
	if (futimens(fd, times) != 0)
		(void)!futimens(fd, NULL);
}

/*
 * Move the event, whose stat is st, to a state under a name; the event says so
 * afterwards.
 */
static enum outbox_step
move(const struct step *s, const struct stat *st, enum outbox_state state,
    const struct outbox_name *name)
{
	struct outbox_event *event = s->event;
	bool replaced = false;
	enum outbox_moved moved;
	enum outbox_step step;
	char file[OUTBOX_FILE_MAX];
	const struct outbox_move m = {.root = s->root,
	    .from = place_of(s),
	    .to = {state, file},
	    .st = *st};

	outbox_name_write(file, state, name);
	/* The time at which it came into that queue; or else the one before. */
	if (state == OUTBOX_FAILED || state == OUTBOX_DONE ||
	    (state == OUTBOX_NEW && event->state != OUTBOX_BUSY))
		set_time(event->fd);
	moved = state == OUTBOX_FAILED || state == OUTBOX_DONE
		    ? outbox_move_over(&m, &replaced, s->why)
		    : outbox_move(&m, s->why);
	step = step_of(moved, replaced);
	if (outbox_stepped(step)) {
		event->state = state;
		event->name = *name;
	}
	return step;
}

/* In later/, a second later if the name is not free. */
static enum outbox_step
move_later(
    const struct step *s, const struct stat *st, unsigned attempts, time_t next)
{
	struct outbox_name name = s->event->name;
	enum outbox_step step = OUTBOX_EXISTS;

	name.attempts = attempts;
	for (int i = 0; step == OUTBOX_EXISTS && i < NEXT_TRIES; i++) {
		name.next = next + i;
		step = move(s, st, OUTBOX_LATER, &name);
	}
	return step;
}

/* The entry of an event in busy/; NULL: there is none. */
static struct outbox_busy *
find_busy(
    const struct outbox *outbox, const struct outbox_event *event, bool left)
{
	const uint64_t hash = outbox_name_hash(event->name.id);

	for (size_t i = 0; i < outbox->busy_n; i++) {
		struct outbox_busy *busy = &outbox->busy[i];

		if (busy->hash == hash && busy->root == event->root &&
		    busy->left == left)
			return busy;
	}
	return NULL;
}

static void
drop_busy(struct outbox *outbox, const struct outbox_event *event, bool left)
{
	struct outbox_busy *busy = find_busy(outbox, event, left);

	if (busy != NULL)
		*busy = outbox->busy[--outbox->busy_n];
}

/* In either root; or only those that this runner has taken or tried again. */
static bool
is_busy(const struct outbox *outbox, const char *id, bool left_too)
{
	const uint64_t hash = outbox_name_hash(id);

	for (size_t i = 0; i < outbox->busy_n; i++) {
		if (outbox->busy[i].hash == hash &&
		    (left_too || !outbox->busy[i].left))
			return true;
	}
	return false;
}

static unsigned
one_more(unsigned attempts)
{
	return attempts < OUTBOX_ATTEMPTS_MAX ? attempts + 1
					      : OUTBOX_ATTEMPTS_MAX;
}

enum outbox_step
outbox_take(struct outbox *outbox, struct outbox_event *event, bool anyway,
    struct reason *why)
{
	struct step s = begin(outbox, event, why);
	struct outbox_name name = event->name;
	enum outbox_step step;
	struct stat st;

	if (is_busy(outbox, event->name.id, true))
		return OUTBOX_HANDLED;
	if (!outbox_busy_room(outbox)) {
		reason_set(why, "out of memory");
		return OUTBOX_ERROR;
	}
	if ((step = hold(&s, &st, anyway)) != OUTBOX_MOVED)
		return step;
	name.attempts = one_more(name.attempts);
	step = move(&s, &st, OUTBOX_BUSY, &name);
	if (!outbox_stepped(step))
		return undo(&s, step);
	outbox->busy[outbox->busy_n++] = (struct outbox_busy){
	    .hash = outbox_name_hash(event->name.id), .root = event->root};
	return step;
}

/* Where else a file has a name that a crash left. */
struct others {
	struct outbox *outbox;
	const struct step *s;
	const struct stat *st;
	enum outbox_state state;
};

/* Of what cannot be removed, an attempt comes too much. */
static bool
remove_other(void *arg, const char *file)
{
	const struct others *o = arg;
	const struct outbox_event *event = o->s->event;
	const struct outbox_place place = {o->state, file};
	struct outbox_name name;

	if (!outbox_name_read(&name, o->state, file) ||
	    strcmp(name.id, event->name.id) != 0 ||
	    (o->state == event->state && name.attempts == event->name.attempts))
		return true;
	if (outbox_move_is_there(o->s->root, &place, o->st) &&
	    unlinkat(o->s->root->folder[o->state], file, 0) == 0 &&
	    o->state == OUTBOX_BUSY)
		drop_busy(o->outbox, event, true);
	return true;
}

/*
 * A crash in the middle of a move leaves two names of one file.  The one in
 * busy/ is on disk by now.  Only with the lock: else somebody may be moving one.
 */
static void
remove_others(
    struct outbox *outbox, const struct step *s, const struct stat *st)
{
	struct others busy = {outbox, s, st, OUTBOX_BUSY};
	struct others later = {outbox, s, st, OUTBOX_LATER};
	struct others new = {outbox, s, st, OUTBOX_NEW};
	const struct outbox_root *root = s->root;
	struct reason ignored;

	if (!s->event->locked || st->st_nlink < 2)
		return;
	outbox_names(root, root->folder[OUTBOX_BUSY], "/busy",
	    &(struct outbox_names){remove_other, &busy}, &ignored);
	outbox_names(root, root->folder[OUTBOX_LATER], "/later",
	    &(struct outbox_names){remove_other, &later}, &ignored);
	remove_other(&new, s->event->name.id);
}

enum outbox_step
outbox_again(struct outbox *outbox, struct outbox_event *event, bool anyway,
    struct reason *why)
{
	struct step s = begin(outbox, event, why);
	struct outbox_name name = event->name;
	enum outbox_step step;
	struct stat st;

	if (is_busy(outbox, event->name.id, false))
		return OUTBOX_HANDLED;
	step = hold(&s, &st, anyway);
	if (step == OUTBOX_MOVED) {
		name.attempts = one_more(name.attempts);
		if (name.attempts != event->name.attempts)
			step = move(&s, &st, OUTBOX_BUSY, &name);
	}
	if (step == OUTBOX_MOVED) {
		struct outbox_busy *busy;

		remove_others(outbox, &s, &st);
		if ((busy = find_busy(outbox, event, true)) != NULL)
			busy->left = false;
		return step;
	}
	if (step == OUTBOX_SAME_FILE || step == OUTBOX_GONE)
		drop_busy(outbox, event, true);
	return undo(&s, step);
}

/* An attempt has ended, and the event is not in busy/ any more. */
static enum outbox_step
end(struct outbox *outbox, struct outbox_event *event, enum outbox_step step)
{
	if (outbox_stepped(step) || step == OUTBOX_GONE) {
		drop_busy(outbox, event, false);
		outbox_event_close(event);
	}
	return step;
}

/* The stat of an event that is open; false: it cannot be had. */
static bool
look(const struct step *s, struct stat *st, enum outbox_step *step)
{
	if (s->event->fd >= 0 && fstat(s->event->fd, st) == 0)
		return true;
	if (s->event->fd < 0)
		errno = EBADF;
	*step = fail(s, ": fstat failed");
	return false;
}

static enum outbox_step
unlink_event(const struct step *s)
{
	if (unlinkat(s->root->folder[s->event->state], s->file, 0) == 0)
		return OUTBOX_MOVED;
	return errno == ENOENT ? OUTBOX_GONE : fail(s, " cannot be removed");
}

/* The name that an event has in new/, failed/ and done/. */
static struct outbox_name
plain(const struct outbox_event *event)
{
	struct outbox_name name = event->name;

	name.attempts = 0;
	name.next = 0;
	return name;
}

enum outbox_step
outbox_done(struct outbox *outbox, struct outbox_event *event, bool keep,
    struct reason *why)
{
	const struct step s = begin(outbox, event, why);
	const struct outbox_name name = plain(event);
	enum outbox_step step;
	struct stat st;

	if (!keep)
		step = unlink_event(&s);
	else if (look(&s, &st, &step))
		step = move(&s, &st, OUTBOX_DONE, &name);
	return end(outbox, event, step);
}

enum outbox_step
outbox_later(struct outbox *outbox, struct outbox_event *event, time_t next,
    struct reason *why)
{
	const struct step s = begin(outbox, event, why);
	enum outbox_step step;
	struct stat st;

	if (look(&s, &st, &step))
		step = move_later(&s, &st, event->name.attempts, next);
	return end(outbox, event, step);
}

enum outbox_step
outbox_failed(
    struct outbox *outbox, struct outbox_event *event, struct reason *why)
{
	const struct step s = begin(outbox, event, why);
	const struct outbox_name name = plain(event);
	enum outbox_step step;
	struct stat st;

	if (look(&s, &st, &step))
		step = move(&s, &st, OUTBOX_FAILED, &name);
	return end(outbox, event, step);
}

enum outbox_step
outbox_put_back(struct outbox *outbox, struct outbox_event *event, time_t now,
    struct reason *why)
{
	const struct step s = begin(outbox, event, why);
	const struct outbox_name name = plain(event);
	const unsigned attempts = event->name.attempts;
	enum outbox_step step;
	struct stat st;

	if (!look(&s, &st, &step))
		return step;
	if (attempts > 1)
		step = move_later(&s, &st, attempts - 1,
		    event->name.next == 0 ? now : event->name.next);
	else
		step = move(&s, &st, OUTBOX_NEW, &name);
	/* There is no N of 0. */
	if (attempts <= 1 && step == OUTBOX_EXISTS)
		step = move_later(&s, &st, attempts, now);
	return end(outbox, event, step);
}

enum outbox_step
outbox_postpone(const struct outbox *outbox, struct outbox_event *event,
    time_t next, struct reason *why)
{
	struct step s = begin(outbox, event, why);
	enum outbox_step step;
	struct stat st;

	step = hold(&s, &st, false);
	if (step == OUTBOX_MOVED)
		step =
		    undo(&s, move_later(&s, &st, event->name.attempts, next));
	return step;
}

/* A step of those who do not run: into new/ or failed/. */
static enum outbox_step
move_to(const struct outbox *outbox, struct outbox_event *event,
    enum outbox_state state, struct reason *why)
{
	struct step s = begin(outbox, event, why);
	const struct outbox_name name = plain(event);
	enum outbox_step step;
	struct stat st;

	step = hold(&s, &st, false);
	if (step == OUTBOX_MOVED)
		step = undo(&s, move(&s, &st, state, &name));
	return step;
}

enum outbox_step
outbox_replay(
    const struct outbox *outbox, struct outbox_event *event, struct reason *why)
{
	return move_to(outbox, event, OUTBOX_NEW, why);
}

enum outbox_step
outbox_drop(
    const struct outbox *outbox, struct outbox_event *event, struct reason *why)
{
	return move_to(outbox, event, OUTBOX_FAILED, why);
}

enum outbox_step
outbox_remove(
    const struct outbox *outbox, struct outbox_event *event, struct reason *why)
{
	struct step s = begin(outbox, event, why);
	const struct timespec seen = event->mtime;
	enum outbox_step step;
	struct stat st;

	step = hold(&s, &st, false);
	if (step != OUTBOX_MOVED)
		return step;
	if (st.st_mtim.tv_sec != seen.tv_sec ||
	    st.st_mtim.tv_nsec != seen.tv_nsec)
		return undo(&s, OUTBOX_GONE);
	return undo(&s, unlink_event(&s));
}

/* A visit of one folder. */
struct visiting {
	const struct outbox *outbox;
	size_t root;
	enum outbox_state state;
	struct outbox_visit *visit;
	bool ended;
};

static bool
visit_file(void *arg, const char *file)
{
	struct visiting *v = arg;
	const struct outbox_root *root = &v->outbox->root[v->root];
	struct outbox_event event;
	struct outbox_name name;
	struct stat st;

	if (!outbox_name_read(&name, v->state, file)) {
		v->visit->others++;
		return true;
	}
	if (fstatat(root->folder[v->state], file, &st, AT_SYMLINK_NOFOLLOW) !=
	    0)
		return true;
	if (!outbox_is_event(root, &st)) {
		v->visit->others++;
		return true;
	}
	event = outbox_event_at(v->root, v->state, &name);
	event.mtime = st.st_mtim;
	v->visit->events++;
	v->ended = !v->visit->visit(v->visit->arg, &event);
	outbox_event_close(&event);
	return !v->ended;
}

bool
outbox_visit(const struct outbox *outbox, enum outbox_state state,
    struct outbox_visit *visit, struct reason *why)
{
	struct visiting v = {.outbox = outbox, .state = state, .visit = visit};
	const struct outbox_names names = {visit_file, &v};
	char shown[16];
	bool ok = true;

	visit->events = visit->others = 0;
	snprintf(shown, sizeof(shown), "/%s", outbox_state_name(state));
	for (v.root = 0; v.root < outbox->n && !v.ended; v.root++) {
		const struct outbox_root *root = &outbox->root[v.root];

		if (root->opened == OUTBOX_OPEN)
			ok = outbox_names(root, root->folder[state], shown,
				 &names, why) &&
			     ok;
	}
	return ok;
}
