/*
 * outbox_faults.c - the order of the calls of each step, and every one of them
 * failing in turn: the event is always in some folder, and in one only.
 */
#define _GNU_SOURCE /* syscall(), renameat2() */
#include "calls.h"
#include "outbox/outbox.h"
#include "outbox_fixture.h"

#include <sys/file.h>

#include "../tap.h"

/* So long that calls.h notes when its name is removed. */
#define ID                                                                     \
	"e2345678901234567890123456789012345678901234567890123456789012345678" \
	"90"

/* Calls that only an outbox makes. */
enum own { NO_OWN, RENAMEAT2, RENAMEAT, FLOCK, FUTIMENS };

static struct {
	enum own call;
	int at; /* the call that fails, from 1 */
	int error;
} own;
static int own_count[FUTIMENS + 1];

static bool
own_fails(enum own call)
{
	if (++own_count[call] != own.at || own.call != call)
		return false;
	errno = own.error;
	return true;
}

int
renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
	if (own_fails(RENAMEAT2))
		return -1;
	note(flags == 0 ? "replace" : "rename");
	return (int)syscall(SYS_renameat2, from, old, to, new, flags);
}

int
renameat(int from, const char *old, int to, const char *new)
{
	if (own_fails(RENAMEAT))
		return -1;
	note("replace");
	return (int)syscall(SYS_renameat2, from, old, to, new, 0);
}

int
flock(int fd, int operation)
{
	if ((operation & LOCK_EX) != 0) {
		if (own_fails(FLOCK))
			return -1;
		note("flock");
	} else {
		note("free");
	}
	return (int)syscall(SYS_flock, fd, operation);
}

int
futimens(int fd, const struct timespec times[2])
{
	if (own_fails(FUTIMENS))
		return -1;
	note("touch");
	return (int)syscall(SYS_utimensat, fd, NULL, times, 0);
}

static void
plan_nothing(void)
{
	memset(&plan, 0, sizeof(plan));
	memset(&own, 0, sizeof(own));
}

static void
forget_calls(void)
{
	memset(count, 0, sizeof(count));
	memset(own_count, 0, sizeof(own_count));
	memset(trace, 0, sizeof(trace));
	why = (struct reason){""};
}

/* Where the event is before the step that is tried. */
enum start {
	IN_NEW,
	IN_BUSY, /* it is taken */
	LEFT,    /* a crash left it in busy/ */
	IN_LATER,
	IN_FAILED
};

enum tried {
	TAKE,
	AGAIN,
	DONE,
	KEEP,
	LATER,
	FAIL,
	FAIL_OVER, /* an older one is in failed/ */
	PUT_BACK,
	REPLAY,
	DROP,
	REMOVE
};

static const struct step_case {
	const char *name;
	enum start start;
	enum tried tried;
	const char *ordered, *unordered; /* the calls that change something */
} steps[] = {
    {"take", IN_NEW, TAKE, "flock rename ", "flock link fsync-folder unlink "},
    {"again", LEFT, AGAIN, "flock rename ", "flock fsync-folder unlink "},
    {"done", IN_BUSY, DONE, "unlink free ", "unlink free "},
    {"done and kept", IN_BUSY, KEEP, "touch rename free ",
	"touch link fsync-folder unlink free "},
    {"later", IN_BUSY, LATER, "rename free ", "link fsync-folder unlink free "},
    {"failed", IN_BUSY, FAIL, "touch rename free ",
	"touch link fsync-folder unlink free "},
    {"failed, an older one is there", IN_BUSY, FAIL_OVER,
	"touch rename flock replace free ",
	"touch link flock unlink link fsync-folder unlink free "},
    {"put back", IN_BUSY, PUT_BACK, "rename free ",
	"link fsync-folder unlink free "},
    {"replay", IN_FAILED, REPLAY, "flock touch rename free ",
	"flock touch link fsync-folder unlink free "},
    {"drop", IN_LATER, DROP, "flock touch rename free ",
	"flock touch link fsync-folder unlink free "},
    {"remove", IN_FAILED, REMOVE, "flock unlink free ", "flock unlink free "},
};

static void
move_file(const char *from, const char *to)
{
	char old[SANDBOX_PATH_MAX];

	snprintf(old, sizeof(old), "%s", sandbox_path(from));
	if (rename(old, sandbox_path(to)) != 0)
		sandbox_die(to);
}

static struct outbox_event
start(const struct step_case *c)
{
	struct outbox_event event = event_of(0, OUTBOX_NEW, ID);

	plan_nothing();
	fixture_begin(1, false);
	fixture_store(0, ID);
	fixture_open(OUTBOX_RUN);
	switch (c->start) {
	case IN_NEW:
		break;
	case IN_BUSY:
		outbox_take(&outbox, &event, false, &why);
		break;
	case LEFT:
		move_file(FIRST "new/" ID, FIRST "busy/1." ID);
		fixture_open(OUTBOX_RUN);
		event = event_of(0, OUTBOX_BUSY, "1." ID);
		break;
	case IN_LATER:
		move_file(
		    FIRST "new/" ID, FIRST "later/20231114T221320Z.1." ID);
		event = event_of(0, OUTBOX_LATER, "20231114T221320Z.1." ID);
		break;
	case IN_FAILED:
		move_file(FIRST "new/" ID, FIRST "failed/" ID);
		event = event_of(0, OUTBOX_FAILED, ID);
		outbox_event_open(&outbox, &event, &why);
		outbox_event_close(&event);
		break;
	}
	if (c->tried == FAIL_OVER)
		put(FIRST "failed/" ID, "older", NOW);
	return event;
}

static enum outbox_step
step(const struct step_case *c, struct outbox_event *event)
{
	forget_calls();
	switch (c->tried) {
	case TAKE:
		return outbox_take(&outbox, event, false, &why);
	case AGAIN:
		return outbox_again(&outbox, event, false, &why);
	case DONE:
		return outbox_done(&outbox, event, false, &why);
	case KEEP:
		return outbox_done(&outbox, event, true, &why);
	case LATER:
		return outbox_later(&outbox, event, NOW, &why);
	case FAIL:
	case FAIL_OVER:
		return outbox_failed(&outbox, event, &why);
	case PUT_BACK:
		return outbox_put_back(&outbox, event, NOW, &why);
	case REPLAY:
		return outbox_replay(&outbox, event, &why);
	case DROP:
		return outbox_drop(&outbox, event, &why);
	case REMOVE:
		return outbox_remove(&outbox, event, &why);
	}
	return OUTBOX_ERROR;
}

static int
all_files(void)
{
	return sandbox_entries(FIRST "new") + sandbox_entries(FIRST "busy") +
	       sandbox_entries(FIRST "later") +
	       sandbox_entries(FIRST "failed") + sandbox_entries(FIRST "done");
}

static int
files_after(const struct step_case *c)
{
	return c->tried == DONE || c->tried == REMOVE ? 0 : 1;
}

static void
test_order(void)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const struct step_case *c = &steps[i];

		for (int ordered = 0; ordered < 2; ordered++) {
			struct outbox_event event = start(c);

			plan.ordered = ordered == 1;
			outbox.root[0].dir.fds.ordered = ordered == 1;
			ok(outbox_stepped(step(c, &event)), "%s: %s", c->name,
			    why.text);
			is_str(trace, ordered ? c->ordered : c->unordered,
			    "%s, where the order is%s kept", c->name,
			    ordered ? "" : " not");
			is_int(all_files(), files_after(c), "%s: one name",
			    c->name);
			outbox_event_close(&event);
		}
	}
}

/* The bytes of the event are under a name in that folder. */
static bool
is_in(const char *folder, const char *file)
{
	char path[256], text[sizeof("H: v\n\n" ID)] = "";
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), FIRST "%s/%s", folder, file);
	fd = open(sandbox_path(path), O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, text, sizeof(text));
		close(fd);
	}
	return n > 0 && strcmp(text, "H: v\n\n" ID) == 0;
}

/* Names of the event, in all folders. */
static int
names_of_event(void)
{
	return is_in("new", ID) + is_in("failed", ID) + is_in("done", ID) +
	       is_in("busy", "1." ID) + is_in("busy", "2." ID) +
	       is_in("later", "20231114T221320Z.1." ID);
}

/* A call of either kind that is to fail. */
static const struct fault {
	const char *name;
	int call; /* enum call, or -1 */
	enum own own;
} faults[] = {
    {"openat", OPENAT, NO_OWN},
    {"fsync", FSYNC, NO_OWN},
    {"linkat", LINKAT, NO_OWN},
    {"linkat within a folder", MARK, NO_OWN},
    {"unlinkat", UNLINKAT, NO_OWN},
    {"renameat2", -1, RENAMEAT2},
    {"renameat", -1, RENAMEAT},
    {"flock", -1, FLOCK},
    {"futimens", -1, FUTIMENS},
};

/* Whether a failure of this may be passed over: the step is made all the same. */
static bool
is_harmless(const struct fault *f, int error)
{
	return f->own == FUTIMENS ||
	       (f->own == RENAMEAT2 && (error == EINVAL || error == ENOSYS));
}

static void
plan_fault(const struct fault *f, int at, int error)
{
	if (f->call >= 0) {
		plan.call = (enum call)f->call;
		plan.at = at;
		plan.error = error;
	} else {
		own.call = f->own;
		own.at = at;
		own.error = error;
	}
}

/* How often it is called since forget_calls(). */
static int
calls_of(const struct fault *f)
{
	return f->call >= 0 ? count[f->call] : own_count[f->own];
}

/* One call fails; then the step is tried again without. */
static void
one_fault(const struct step_case *c, const struct fault *f, int at, int error,
    bool ordered)
{
	struct outbox_event event = start(c);
	const int before = sandbox_descriptors();
	enum outbox_step got;

	outbox.root[0].dir.fds.ordered = ordered;
	plan_fault(f, at, error);
	got = step(c, &event);
	ok(calls_of(f) >= at, "%s: %s %d: fails", c->name, f->name, at);
	if (is_harmless(f, error)) {
		ok(outbox_stepped(got), "%s: %s %d: does no harm", c->name,
		    f->name, at);
	} else {
		is_int(got, OUTBOX_ERROR, "%s: %s %d: an error", c->name,
		    f->name, at);
		ok(strstr(why.text, strerror(error)) != NULL &&
			strstr(why.text, sandbox_dir) != NULL,
		    "says what and why: %s", why.text);
		is_int(names_of_event(), 1, "the event has one name");
		is_int(sandbox_descriptors(), before, "all is as it was");
	}
	plan_nothing();
	outbox.root[0].dir.fds.ordered = ordered;
	if (!outbox_stepped(got))
		ok(outbox_stepped(step(c, &event)), "then it works: %s",
		    why.text);
	is_int(names_of_event(), files_after(c), "%s: %s %d: one name in all",
	    c->name, f->name, at);
	outbox_event_close(&event);
}

#define FAULTS (sizeof(faults) / sizeof(faults[0]))

/* How often the step makes each call, where nothing fails. */
static void
count_calls(int calls[static FAULTS], const struct step_case *c, bool ordered)
{
	struct outbox_event event = start(c);

	outbox.root[0].dir.fds.ordered = ordered;
	step(c, &event);
	for (size_t k = 0; k < FAULTS; k++)
		calls[k] = calls_of(&faults[k]);
	outbox_event_close(&event);
}

/* Each call of the step fails in turn. */
static void
test_step(const struct step_case *c, bool ordered, int fired[static FAULTS])
{
	static const int error[] = {EIO, EMFILE, ENOSYS};
	int calls[FAULTS];

	count_calls(calls, c, ordered);
	for (size_t k = 0; k < FAULTS; k++) {
		for (int at = 1; at <= calls[k]; at++) {
			for (size_t e = 0; e < 3; e++)
				one_fault(c, &faults[k], at, error[e], ordered);
		}
		fired[k] += calls[k];
	}
}

static void
test_every_fault(void)
{
	int fired[FAULTS] = {0};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		test_step(&steps[i], true, fired);
		test_step(&steps[i], false, fired);
	}
	for (size_t k = 0; k < FAULTS; k++)
		ok(fired[k] > 0, "%s: %d faults", faults[k].name, fired[k]);
}

/* A crash in the middle: no name could be removed, not even the new one. */
static void
test_two_names(void)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const struct step_case *c = &steps[i];
		struct outbox_event event = start(c);

		outbox.root[0].dir.fds.ordered = false;
		plan.no_unlink = true;
		is_int(
		    step(c, &event), OUTBOX_ERROR, "%s: %s", c->name, why.text);
		ok(names_of_event() >= 1, "the event has a name");
		plan_nothing();
		outbox.root[0].dir.fds.ordered = false;
		ok(outbox_stepped(step(c, &event)), "then it works: %s",
		    why.text);
		is_int(names_of_event(), files_after(c), "one name in all");
		outbox_event_close(&event);
	}
}

/* The same file is flushed under its new name before the old one goes. */
static void
test_same_is_flushed(void)
{
	static const struct step_case fail = {
	    "failed", IN_BUSY, FAIL, NULL, NULL};
	struct outbox_event event = start(&fail);

	link_to(FIRST "busy/1." ID, FIRST "failed/" ID);
	outbox.root[0].dir.fds.ordered = false;
	plan.call = FSYNC;
	plan.at = 1;
	plan.error = EIO;
	is_int(step(&fail, &event), OUTBOX_ERROR, "it is not on disk");
	ok(is_in("busy", "1." ID), "so the other name stays");
	plan_nothing();
	outbox.root[0].dir.fds.ordered = false;
	is_int(step(&fail, &event), OUTBOX_SAME_FILE, "it is on disk");
	is_str(
	    trace, "touch link fsync-folder unlink free ", "flushed, unlinked");
	event = start(&fail);
	link_to(FIRST "busy/1." ID, FIRST "failed/" ID);
	outbox.root[0].dir.fds.ordered = true;
	is_int(step(&fail, &event), OUTBOX_SAME_FILE, "the order is kept");
	is_str(trace, "touch rename unlink free ", "no flush");
}

/* Folders that were made are flushed before they are used. */
static void
test_folders(void)
{
	plan_nothing();
	fixture_begin(1, false);
	fixture_store(0, ID);
	forget_calls();
	fixture_open(OUTBOX_RUN);
	is_str(trace, "flock mkdir mkdir mkdir mkdir mkdir fsync-folder ",
	    "locked, made, flushed");
	forget_calls();
	plan.ordered = true;
	fixture_open(OUTBOX_RUN);
	is_str(trace, "flock mkdir mkdir mkdir mkdir mkdir ",
	    "no flush where the order is kept");
	plan_nothing();
	forget_calls();
	plan.call = FSYNC;
	plan.at = 1;
	plan.error = EIO;
	fixture_open(OUTBOX_RUN);
	is_int(outbox.root[0].opened, OUTBOX_UNUSABLE, "a flush that fails");
	ok(strstr(outbox.root[0].why.text, "cannot be flushed") != NULL, "%s",
	    outbox.root[0].why.text);
	plan_nothing();
}

/* Opening an outbox, every call failing in turn. */
static void
test_open_faults(void)
{
	static const enum call call[] = {OPENAT, MKDIRAT, FSYNC};

	for (size_t i = 0; i < sizeof(call) / sizeof(call[0]); i++) {
		bool fired = true;
		int before;
		size_t n;

		for (int at = 1; fired && at < 64; at++) {
			plan_nothing();
			fixture_begin(1, true);
			fixture_store(0, ID);
			before = sandbox_descriptors();
			outbox = outbox_of(&inboxes, OUTBOX_RUN);
			forget_calls();
			plan.call = call[i];
			plan.at = at;
			plan.error = EMFILE;
			n = outbox_open(&outbox);
			fired = count[call[i]] >= at;
			is_int(n, outbox.root[0].opened == OUTBOX_OPEN,
			    "%s %d: it is open or not", call_name[call[i]], at);
			ok(fired || n == 1, "it is open");
			if (fired && outbox.root[0].opened != OUTBOX_OPEN) {
				ok(strstr(outbox.root[0].why.text,
				       strerror(EMFILE)) != NULL,
				    "%s", outbox.root[0].why.text);
				is_int(sandbox_descriptors(), before,
				    "all is closed");
			}
			plan_nothing();
			is_int(outbox_open(&outbox), 1, "then it works");
			outbox_close(&outbox);
			is_int(sandbox_descriptors(), before, "all is closed");
		}
	}
}

int
main(void)
{
	sandbox_make();
	test_order();
	test_every_fault();
	test_two_names();
	test_same_is_flushed();
	test_folders();
	test_open_faults();
	outbox_close(&outbox);
	plan_nothing();
	sandbox_remove(sandbox_dir);
	return done();
}
