/*
 * inbox_faults.c - the order of commit, and every call of it failing in turn.
 */
#define _GNU_SOURCE /* syscall() */
#include "calls.h"
#include "inbox/group_commit.h"
#include "inbox/inbox.h"
#include "inbox/inbox_lock.h"
#include "sandbox.h"

#include "../tap.h"

#define NOW    ((time_t)1700000000)
#define HEAD   "Ce-Id: x\n\n"
#define BODY   "a body that is longer than its header\n"
#define FAULTS 64 /* more calls of one kind than a delivery makes */

static struct inbox_result result;
static struct reason why;
static const char *also; /* the second name of what is stored, or NULL */

static struct inbox
inbox(const char *provider)
{
	static char root[SANDBOX_PATH_MAX];

	snprintf(root, sizeof(root), "%s", sandbox_path("inbox"));
	return (struct inbox){
	    .root = root, .provider = provider, .dedup_days = 8};
}

static enum status
store(const struct inbox *in, const char *name)
{
	memset(count, 0, sizeof(count));
	memset(trace, 0, sizeof(trace));
	why = (struct reason){""};
	return inbox_store(in,
	    &(struct event_file){name, span_str(HEAD), span_str(BODY), 0, also},
	    NOW, &result, &why);
}

static void
plan_nothing(void)
{
	memset(&plan, 0, sizeof(plan));
}

/* Entries of a folder of the inbox, -1 if it is not there. */
static int
entries(const char *provider, const char *folder)
{
	char path[128];

	snprintf(path, sizeof(path), "inbox/%s/%s", provider, folder);
	return sandbox_entries(path);
}

/* True if the event is there, whole. */
static bool
whole(const char *provider, const char *name)
{
	char path[128], got[256];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "inbox/%s/new/%s", provider, name);
	if ((fd = open(sandbox_path(path), O_RDONLY)) < 0)
		return false;
	n = read(fd, got, sizeof(got));
	close(fd);
	return n >= 0 && span_is(span_mem(got, (size_t)n), HEAD BODY);
}

/* The same event with its body in a file of its own. */
static enum status
store_copy(const struct inbox *in, const char *name)
{
	int fd = open(sandbox_text("body", BODY, 0600), O_RDONLY | O_CLOEXEC);
	struct event_file file = {
	    name, span_str(HEAD), span_str(BODY), fd, also};
	enum status st;

	memset(count, 0, sizeof(count));
	memset(trace, 0, sizeof(trace));
	why = (struct reason){""};
	st = inbox_store(in, &file, NOW, &result, &why);
	close(fd);
	return st;
}

/* A body in a file is copied by the kernel, or else written. */
static void
test_copied(void)
{
	static const int cannot[] = {
	    EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EPERM, 0};
	static const int fails[] = {ENOSPC, EIO, EDQUOT, EFBIG};
	const struct inbox in = inbox("copied");
	char name[32];

	plan_nothing();
	is_int(store_copy(&in, "one"), ST_OK, "a body in a file");
	ok(strstr(trace, "lock write copy fsync-file link") != NULL,
	    "is copied: %s", trace);
	ok(whole("copied", "one"), "whole");
	plan.max = 7;
	is_int(store_copy(&in, "short"), ST_OK, "in short parts");
	ok(whole("copied", "short"), "whole");
	plan_nothing();
	plan.call = COPY;
	plan.at = 1;
	for (size_t i = 0; i < sizeof(cannot) / sizeof(cannot[0]); i++) {
		plan.error = cannot[i];
		snprintf(name, sizeof(name), "written-%zu", i);
		is_int(store_copy(&in, name), ST_OK, "no copy: error %d",
		    cannot[i]);
		ok(strstr(trace, "write write fsync-file") != NULL,
		    "it is written: %s", trace);
		ok(whole("copied", name), "whole");
	}
	plan.max = 9;
	plan.at = 2;
	plan.error = EXDEV;
	is_int(store_copy(&in, "middle"), ST_OK, "no copy from the middle on");
	ok(whole("copied", "middle"), "whole");
	plan.error = EINTR;
	is_int(store_copy(&in, "again"), ST_OK, "interrupted");
	ok(whole("copied", "again"), "whole");
	for (size_t i = 0; i < sizeof(fails) / sizeof(fails[0]); i++) {
		plan.error = fails[i];
		is_int(store_copy(&in, "failed"), ST_TRY_LATER, "error %d",
		    fails[i]);
		ok(strstr(why.text, "tmp: the event cannot be written") != NULL,
		    "says what failed");
		ok(!whole("copied", "failed") && entries("copied", "tmp") == 0,
		    "and leaves nothing");
	}
	plan_nothing();
}

static void
test_order(void)
{
	const struct inbox in = inbox("order");

	plan_nothing();
	is_int(store(&in, "one"), ST_OK, "the first event");
	is_str(trace,
	    "mkdir fsync-folder mkdir mkdir mkdir mkdir mkdir fsync-folder "
	    "fsync-folder lock write fsync-file link fsync-folder mkdir "
	    "unlink ",
	    "folders first; then bytes, flush, link, flush, mark");
	is_int(store(&in, "two"), ST_OK, "the second");
	is_str(trace, "lock write fsync-file link fsync-folder unlink ",
	    "two flushes, in that order");
	unlink(sandbox_path("inbox/order/dedup/2023-11-11/two"));
	is_int(
	    store(&in, "two"), ST_DUPLICATE, "a duplicate known by its file");
	is_str(trace, "lock write fsync-file link fsync-folder unlink ",
	    "flushes the folder too");
	is_int(
	    store(&in, "two"), ST_DUPLICATE, "a duplicate known by its mark");
	is_str(trace, "lock ", "needs none of it");

	/* Where the order is kept, the file's flush is the only one. */
	plan.ordered = true;
	is_int(store(&in, "three"), ST_OK, "the order is kept");
	is_str(trace, "lock write fsync-file link unlink ", "one flush");
	unlink(sandbox_path("inbox/order/dedup/2023-11-11/three"));
	is_int(
	    store(&in, "three"), ST_DUPLICATE, "a duplicate known by its file");
	is_str(trace, "lock write fsync-file link unlink ", "is no other");
}

/* Begin an event: whether it may be flushed with others; then finish it. */
static bool
together(const struct inbox *in, const char *name, struct span body)
{
	const struct event_file file = {name, span_str(HEAD), body, 0, NULL};
	struct inbox_commit f = {.inbox = in,
	    .file = &file,
	    .now = NOW,
	    .result = &result,
	    .why = &why};

	is_int(inbox_begin(&f), ST_OK, "%s is begun", name);
	is_int(inbox_finish(&f, 0), ST_OK, "and finished");
	return f.together;
}

/* Together with others only where the order is kept. */
static void
test_together(void)
{
	const struct inbox in = inbox("together");
	unsigned char *large = calloc(1, GROUP_COMMIT_FILE_MAX);
	size_t most = GROUP_COMMIT_FILE_MAX - strlen(HEAD);

	if (large == NULL)
		sandbox_die("no memory");
	plan_nothing();
	ok(!together(&in, "one", span_str(BODY)), "no order: flushed alone");
	plan.ordered = true;
	ok(together(&in, "two", span_str(BODY)), "order: flushed together");
	ok(together(&in, "large", span_mem(large, most)), "a large one too");
	ok(!together(&in, "larger", span_mem(large, most + 1)),
	    "a larger one makes nobody wait");
	free(large);
	plan_nothing();
}

/* True if some other holder has the event's lock. */
static bool
locked(const char *provider, const char *name)
{
	const struct dedup_names names = {name, NULL};
	char path[128];
	enum lock lock;
	int fd;

	snprintf(path, sizeof(path), "inbox/%s/lock", provider);
	fd = open(sandbox_path(path), O_RDWR | O_CLOEXEC);
	lock = inbox_lock(fd, &names, LOCK_NO_WAIT);
	close(fd);
	return lock == LOCK_BUSY;
}

/* Several events are open at once, and end each for itself. */
static void
test_parts(void)
{
	static const char *const name[] = {"one", "two", "three"};
	const struct inbox in = inbox("parts");
	struct event_file file[3];
	struct inbox_commit f[3];

	plan_nothing();
	plan.ordered = true;
	memset(trace, 0, sizeof(trace));
	for (size_t i = 0; i < 3; i++) {
		file[i] = (struct event_file){
		    name[i], span_str(HEAD), span_str(BODY), 0, NULL};
		f[i] = (struct inbox_commit){.inbox = &in,
		    .file = &file[i],
		    .now = NOW,
		    .result = &result,
		    .why = &why};
		is_int(inbox_begin(&f[i]), ST_OK, "%s is begun", name[i]);
		ok(f[i].fd >= 0, "with a file to be flushed");
	}
	ok(strstr(trace, "lock write lock write lock write ") != NULL,
	    "written, and no more: %s", trace);
	is_int(entries("parts", "new"), 0, "none is in new/");
	is_int(entries("parts", "tmp"), 3, "all are in tmp/");
	is_int(inbox_finish(&f[1], EIO), ST_TRY_LATER, "one was not flushed");
	ok(strstr(why.text, strerror(EIO)) != NULL, "says why: %s", why.text);
	ok(!whole("parts", "two") && entries("parts", "tmp") == 2,
	    "nothing is left of it");
	ok(!locked("parts", "two"), "and it is not locked");
	ok(locked("parts", "one") && locked("parts", "three"),
	    "the others are");
	is_int(inbox_finish(&f[2], 0), ST_OK, "another was");
	is_int(inbox_finish(&f[0], 0), ST_OK, "and the first, last");
	ok(whole("parts", "one") && whole("parts", "three"), "both are whole");
	ok(!locked("parts", "one") && !locked("parts", "three"),
	    "and not locked");
	is_int(entries("parts", "tmp"), 0, "nothing is left in tmp/");
	is_int(store(&in, "one"), ST_DUPLICATE, "a duplicate is one");
	is_int(store(&in, "two"), ST_OK, "the other is stored now");
	plan_nothing();
}

static void
test_short_writes(void)
{
	const struct inbox in = inbox("short");
	char name[16];

	plan_nothing();
	for (plan.max = 1; plan.max <= sizeof(HEAD BODY); plan.max++) {
		snprintf(name, sizeof(name), "w%zu", plan.max);
		is_int(store(&in, name), ST_OK, "%zu bytes a write", plan.max);
		ok(whole("short", name), "%zu bytes a write: whole", plan.max);
	}
	plan_nothing();
	plan.call = WRITEV;
	for (plan.at = 1; plan.at <= 3; plan.at++) {
		plan.max = 20;
		plan.error = EINTR;
		snprintf(name, sizeof(name), "i%d", plan.at);
		is_int(store(&in, name), ST_OK, "EINTR at write %d", plan.at);
		ok(whole("short", name), "EINTR at write %d: whole", plan.at);
	}
	plan.at = 2;
	plan.error = 0;
	is_int(store(&in, "zero"), ST_TRY_LATER, "a write of nothing");
	ok(strstr(why.text, "No space") != NULL, "is a full disk");
	ok(!whole("short", "zero"), "and no event");
	plan_nothing();
	plan.call = FCNTL;
	plan.at = 1;
	plan.error = EINTR;
	is_int(store(&in, "lock"), ST_OK, "EINTR at the lock");
}

/* What an attempt left that was killed at this very moment of the clock. */
static void
test_left(void)
{
	const struct inbox in = inbox("left");
	char path[256];

	plan_nothing();
	is_int(store(&in, "first"), ST_OK, "an inbox");
	snprintf(path, sizeof(path), "inbox/left/tmp/one.%s",
	    "0f78714ce1b977ed3631ff0bed248e165cc0c0f8eaba423664cc690182a15482");
	sandbox_text(path, "torn", 0600);
	is_int(store(&in, "one"), ST_OK, "its name in tmp/ is taken");
	ok(whole("left", "one"), "whole");
	is_int(entries("left", "tmp"), 0, "no debris");
}

/* A flush that failed proves that it never came to the disk, however it looks. */
static void
test_in_vain(void)
{
	const struct inbox in = inbox("vain");
	size_t n = 0;

	plan_nothing();
	is_int(store(&in, "first"), ST_OK, "an inbox");
	plan.call = FSYNC;
	plan.at = 1;
	plan.error = EIO;
	plan.no_unlink = true;
	is_int(store(&in, "event"), ST_TRY_LATER, "a failed flush");
	ok(result.recover_due, "and no way to remove its file");
	plan_nothing();
	ok(inbox_recover(&in, NOW, &n, &why), "later");
	is_int((long)n, 0, "nothing is made of it");
	is_int(entries("vain", "new"), 1, "but for the first");
	is_int(entries("vain", "tmp"), 0, "and it is gone");
}

/* So that there is a folder of marks to look into. */
static void
make_marks(const struct inbox *in)
{
	const char *second = also;
	char path[128];

	also = NULL;
	store(in, "before");
	also = second;
	snprintf(path, sizeof(path), "inbox/%s/new/before", in->provider);
	unlink(sandbox_path(path));
}

/* One fault; then the same again without one. False once it did not fire. */
static bool
one_fault(const char *provider, enum call call, int at, int error, bool ordered)
{
	const struct inbox in = inbox(provider);
	int before = sandbox_descriptors();
	const char *name = call_name[call];
	enum status st;
	size_t n = 0;

	plan_nothing();
	if (call == FACCESSAT)
		make_marks(&in);
	plan.call = call;
	plan.at = at;
	plan.error = error;
	plan.ordered = ordered;
	st = call == COPY ? store_copy(&in, "event") : store(&in, "event");
	if (count[call] < at)
		return false;
	is_int(sandbox_descriptors(), before, "%s %d: all is closed", name, at);
	if (st == ST_OK && !result.unmarked)
		diag("%s %d: did no harm", name, at);
	if (st == ST_OK)
		ok(whole(provider, "event"), "%s %d: stored", name, at);
	else
		is_int(st, ST_TRY_LATER, "%s %d: try later", name, at);
	if (st != ST_OK || result.unmarked)
		ok(strstr(why.text, strerror(error)) != NULL &&
			strstr(why.text, sandbox_dir) != NULL,
		    "%s %d: says what and why: %s", name, at, why.text);
	if (call == FSYNC || call == WRITEV || call == COPY || call == LINKAT ||
	    call == FCNTL)
		is_int(st, ST_TRY_LATER, "%s %d: never passed over", name, at);
	if (call != UNLINKAT)
		ok(entries(provider, "tmp") <= 0, "%s %d: no debris", name, at);
	plan_nothing();
	plan.ordered = ordered;
	ok(inbox_recover(&in, NOW, &n, &why), "%s %d: mended", name, at);
	ok(entries(provider, "tmp") <= 0, "%s %d: no debris", name, at);
	is_int((long)n, 0, "%s %d: nothing was lost", name, at);
	st = store(&in, "event");
	ok(st == ST_OK || st == ST_DUPLICATE, "%s %d: then it works", name, at);
	ok(whole(provider, "event"), "%s %d: whole", name, at);
	is_int(entries(provider, "new"), 1, "%s %d: once", name, at);
	sandbox_remove(sandbox_path("inbox"));
	return true;
}

static void
every_fault(enum call call, int error, bool ordered)
{
	int fired = 0;

	while (fired < FAULTS &&
	       one_fault("fault", call, fired + 1, error, ordered))
		fired++;
	ok(fired > 0 && fired < FAULTS, "%s: %d faults", call_name[call],
	    fired);
	sandbox_remove(sandbox_path("inbox"));
}

static void
test_every_fault(void)
{
	static const int error[] = {EIO, ENOSPC, EDQUOT, EMFILE, EROFS, ENOMEM};

	sandbox_remove(sandbox_path("inbox"));
	also = "second";
	for (enum call call = 0; call < CALLS; call++) {
		for (size_t e = 0; e < sizeof(error) / sizeof(error[0]); e++) {
			for (int ordered = 0; ordered < 2; ordered++)
				every_fault(call, error[e], ordered == 1);
		}
	}
	also = NULL;
}

/* What is there and cannot be trusted is not taken for what is not there. */
static void
test_world_writable(void)
{
	const struct inbox in = inbox("open");
	size_t n = 0;

	plan_nothing();
	why = (struct reason){""};
	is_int(store(&in, "one"), ST_OK, "one");
	if (chmod(sandbox_path("inbox/open"), 0777) != 0)
		sandbox_die("chmod");
	ok(!inbox_recover(&in, NOW, &n, &why), "no recovery");
	ok(strstr(why.text, "every user of this machine can write") != NULL,
	    "%s", why.text);
	ok(!inbox_sweep(&in, NOW, &why), "no sweep");
	is_int(store(&in, "two"), ST_TRY_LATER, "nothing is filed");
	chmod(sandbox_path("inbox/open"), 0700);
}

/* Recovery, with its fsync() number at failing; 0: none. */
static bool
recover(const struct inbox *in, int at)
{
	size_t n = 0;

	memset(count, 0, sizeof(count));
	memset(trace, 0, sizeof(trace));
	why = (struct reason){""};
	plan.call = FSYNC;
	plan.at = at;
	plan.error = EIO;
	return inbox_recover(in, NOW, &n, &why);
}

/* As a process leaves it that is killed after its link, or before its flush. */
static void
leave_in_tmp(const struct inbox *in, bool linked)
{
	sandbox_remove(sandbox_path("inbox"));
	plan_nothing();
	plan.no_unlink = true;
	if (store(in, "event") != ST_OK)
		sandbox_die(why.text);
	plan_nothing();
	sandbox_remove(sandbox_path("inbox/left/dedup/2023-11-11"));
	if (!linked && unlink(sandbox_path("inbox/left/new/event")) != 0)
		sandbox_die("new/event");
}

/* tests/model: RECOVERY_MARKS_WHAT_IS_NOT_FLUSHED, RECOVERY_FLUSHES_AGAIN */
static void
test_recovery_flushes(void)
{
	const struct inbox in = inbox("left");

	leave_in_tmp(&in, true);
	ok(!recover(&in, 1), "it was linked, and new/ cannot be flushed");
	is_int(entries("left", "dedup"), 0, "there is no mark of it");
	is_int(entries("left", "tmp"), 1, "and it stays in tmp/");
	ok(recover(&in, 0), "later: %s", why.text);
	is_str(trace, "fsync-folder mkdir unlink ", "flushed before its mark");
	leave_in_tmp(&in, false);
	ok(!recover(&in, 1), "it was not linked, and cannot be flushed");
	is_int(entries("left", "new"), 0, "it is not in new/");
	ok(recover(&in, 0), "later: %s", why.text);
	is_str(trace, "put fsync-file link fsync-folder mkdir unlink ",
	    "it is written again");
	ok(whole("left", "event"), "whole");
	plan_nothing();
	sandbox_remove(sandbox_path("inbox"));
}

int
main(void)
{
	umask(077);
	sandbox_make();
	test_order();
	test_copied();
	test_together();
	test_parts();
	test_short_writes();
	test_left();
	test_in_vain();
	test_recovery_flushes();
	test_every_fault();
	test_world_writable();
	sandbox_remove(sandbox_dir);
	return done();
}
