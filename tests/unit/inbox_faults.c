/*
 * inbox_faults.c - the order of commit, and every call of it failing in turn.
 *
 * The system calls that the inbox makes are replaced here, in the program that
 * it is linked into; each notes that it was called, and fails when its turn
 * has come.
 */
#define _GNU_SOURCE /* O_TMPFILE, syscall() */
#include "box.h"
#include "inbox.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "../tap.h"

#define NOW    ((time_t)1700000000)
#define HEAD   "Ce-Id: x\n\n"
#define BODY   "a body that is longer than its header\n"
#define FAULTS 64 /* more calls of one kind than a delivery makes */

enum call { OPENAT, WRITEV, FSYNC, LINKAT, MKDIRAT, FACCESSAT, FCNTL, CALLS };

static const char *const call_name[CALLS] = {
    "openat", "writev", "fsync", "linkat", "mkdirat", "faccessat", "fcntl"};

/* What is to go wrong. */
static struct {
	enum call call;
	int at;         /* the call that fails, from 1; 0: none */
	int error;      /* its errno */
	size_t max;     /* most bytes that one writev() takes; 0: all */
	int no_tmpfile; /* errno of an open with O_TMPFILE; 0: it works */
	bool no_proc;   /* no name for a file by /proc */
} plan;

static int count[CALLS];
static char trace[4096];

static bool
fails(enum call call)
{
	if (++count[call] != plan.at || call != plan.call)
		return false;
	errno = plan.error;
	return true;
}

static void
note(const char *what)
{
	size_t used = strlen(trace);

	snprintf(trace + used, sizeof(trace) - used, "%s ", what);
}

int
openat(int at, const char *path, int flags, ...)
{
	int mode = 0;

	if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
		va_list ap;

		va_start(ap, flags);
		mode = va_arg(ap, int);
		va_end(ap);
	}
	if (fails(OPENAT))
		return -1;
	if ((flags & O_TMPFILE) == O_TMPFILE && plan.no_tmpfile != 0) {
		errno = plan.no_tmpfile;
		return -1;
	}
	return (int)syscall(SYS_openat, at, path, flags, mode);
}

ssize_t
writev(int fd, const struct iovec *part, int n)
{
	struct iovec less;

	if (fails(WRITEV))
		return plan.error == 0 ? 0 : -1;
	note("write");
	if (plan.max == 0)
		return syscall(SYS_writev, fd, part, n);
	/* Short, and at times across the end of the first part. */
	less = part[0].iov_len > 0 ? part[0] : part[1];
	if (less.iov_len > plan.max)
		less.iov_len = plan.max;
	return syscall(SYS_writev, fd, &less, 1);
}

int
fsync(int fd)
{
	struct stat st;
	char what[32];

	if (fstat(fd, &st) != 0 || fails(FSYNC))
		return -1;
	snprintf(what, sizeof(what), "fsync-%s",
	    S_ISDIR(st.st_mode) ? "folder" : "file");
	note(what);
	return (int)syscall(SYS_fsync, fd);
}

int
linkat(int from, const char *old, int to, const char *new, int flags)
{
	if (fails(LINKAT))
		return -1;
	if (plan.no_proc && strncmp(old, "/proc/", 6) == 0) {
		errno = ENOENT;
		return -1;
	}
	note("link");
	return (int)syscall(SYS_linkat, from, old, to, new, flags);
}

int
mkdirat(int at, const char *path, mode_t mode)
{
	if (fails(MKDIRAT))
		return -1;
	note("mkdir");
	return (int)syscall(SYS_mkdirat, at, path, mode);
}

int
faccessat(int at, const char *path, int mode, int flags)
{
	if (fails(FACCESSAT))
		return -1;
	(void)flags;
	return (int)syscall(SYS_faccessat, at, path, mode);
}

int
fcntl(int fd, int cmd, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (fails(FCNTL))
		return -1;
	if (cmd == F_OFD_SETLKW)
		note("lock");
	return (int)syscall(SYS_fcntl, fd, cmd, arg);
}

static struct inbox_result result;
static struct reason why;

static struct inbox
inbox(const char *provider)
{
	static char root[BOX_PATH_MAX];

	snprintf(root, sizeof(root), "%s", box_path("inbox"));
	return (struct inbox){
	    .root = root, .provider = provider, .seen_days = 8};
}

static enum status
store(const struct inbox *in, const char *name)
{
	memset(count, 0, sizeof(count));
	memset(trace, 0, sizeof(trace));
	why = (struct reason){""};
	return inbox_store(
	    in, name, span_str(HEAD), span_str(BODY), NOW, &result, &why);
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
	struct dirent *entry;
	DIR *dir;
	int n = 0;

	snprintf(path, sizeof(path), "inbox/%s/%s", provider, folder);
	if ((dir = opendir(box_path(path))) == NULL)
		return -1;
	while ((entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

/* True if the event is there, whole. */
static bool
whole(const char *provider, const char *name)
{
	char path[128], got[256];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "inbox/%s/new/%s", provider, name);
	if ((fd = open(box_path(path), O_RDONLY)) < 0)
		return false;
	n = read(fd, got, sizeof(got));
	close(fd);
	return n >= 0 && span_is(span_mem(got, (size_t)n), HEAD BODY);
}

static int
descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (dir != NULL && readdir(dir) != NULL)
		n++;
	if (dir != NULL)
		closedir(dir);
	return n;
}

static void
test_order(void)
{
	const struct inbox in = inbox("order");

	plan_nothing();
	is_int(store(&in, "one"), ST_OK, "the first event");
	is_str(trace,
	    "mkdir fsync-folder mkdir mkdir mkdir mkdir mkdir fsync-folder "
	    "fsync-folder lock write fsync-file link fsync-folder mkdir ",
	    "folders first; then bytes, flush, link, flush, mark");
	is_int(store(&in, "two"), ST_OK, "the second");
	is_str(trace, "lock write fsync-file link fsync-folder ",
	    "two flushes, in that order");
	unlink(box_path("inbox/order/seen/2023-11-14/two"));
	is_int(store(&in, "two"), ST_REPEAT, "a repeat known by its file");
	is_str(trace, "lock write fsync-file link fsync-folder ",
	    "flushes the folder too");
	is_int(store(&in, "two"), ST_REPEAT, "a repeat known by its mark");
	is_str(trace, "lock ", "needs none of it");
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

/* File systems without unnamed files; machines without /proc. */
static void
test_named(void)
{
	static const int error[] = {EOPNOTSUPP, EISDIR};
	const struct inbox in = inbox("named");
	char name[16];

	for (size_t i = 0; i < 2; i++) {
		plan_nothing();
		plan.no_tmpfile = error[i];
		snprintf(name, sizeof(name), "n%zu", i);
		is_int(store(&in, name), ST_OK, "no O_TMPFILE, %zu", i);
		ok(whole("named", name), "no O_TMPFILE, %zu: whole", i);
		is_int(entries("named", "tmp"), 0, "%zu: no debris", i);
		plan.call = OPENAT;
		plan.error = EEXIST;
		/* After five folders and files, and the unnamed one. */
		plan.at = 7;
		snprintf(name, sizeof(name), "e%zu", i);
		is_int(store(&in, name), ST_OK, "a name that is taken");
		ok(whole("named", name), "a name that is taken: whole");
		plan.at = 0;
		unlink(box_path("inbox/named/seen/2023-11-14/n0"));
		is_int(store(&in, "n0"), ST_REPEAT, "a repeat");
		is_int(entries("named", "tmp"), 0, "%zu: no debris", i);
	}
	plan_nothing();
	plan.no_tmpfile = EACCES;
	is_int(store(&in, "no"), ST_TRY_LATER, "any other failure is one");
	plan_nothing();
	plan.no_proc = true;
	is_int(store(&in, "proc"), ST_OK, "without /proc");
	ok(whole("named", "proc"), "without /proc: whole");
	is_int(entries("named", "tmp"), 0, "without /proc: no debris");
}

/* One fault; then the same again without one. False once it did not fire. */
static bool
one_fault(const char *provider, enum call call, int at, int error)
{
	const struct inbox in = inbox(provider);
	int before = descriptors();
	const char *name = call_name[call];
	enum status st;

	plan_nothing();
	plan.call = call;
	plan.at = at;
	plan.error = error;
	st = store(&in, "event");
	if (count[call] < at)
		return false;
	is_int(descriptors(), before, "%s %d: all is closed", name, at);
	if (st == ST_OK && !result.unmarked)
		diag("%s %d: did no harm", name, at);
	if (st == ST_OK)
		ok(whole(provider, "event"), "%s %d: stored", name, at);
	else
		is_int(st, ST_TRY_LATER, "%s %d: try later", name, at);
	if (st != ST_OK || result.unmarked)
		ok(strstr(why.text, strerror(error)) != NULL &&
			strstr(why.text, box_dir) != NULL,
		    "%s %d: says what and why: %s", name, at, why.text);
	if (call == FSYNC || call == WRITEV || call == LINKAT || call == FCNTL)
		is_int(st, ST_TRY_LATER, "%s %d: never passed over", name, at);
	ok(entries(provider, "tmp") <= 0, "%s %d: no debris", name, at);
	plan_nothing();
	st = store(&in, "event");
	ok(st == ST_OK || st == ST_REPEAT, "%s %d: then it works", name, at);
	ok(whole(provider, "event"), "%s %d: whole", name, at);
	is_int(entries(provider, "new"), 1, "%s %d: once", name, at);
	box_remove(box_path("inbox"));
	return true;
}

static void
test_every_fault(void)
{
	static const int error[] = {EIO, ENOSPC, EDQUOT, EMFILE, EROFS, ENOMEM};
	int fired;

	box_remove(box_path("inbox"));
	for (enum call call = 0; call < CALLS; call++) {
		for (size_t e = 0; e < sizeof(error) / sizeof(error[0]); e++) {
			fired = 0;
			while (fired < FAULTS &&
			       one_fault("fault", call, fired + 1, error[e]))
				fired++;
			ok(fired > 0 && fired < FAULTS, "%s: %d faults",
			    call_name[call], fired);
			box_remove(box_path("inbox"));
		}
	}
}

int
main(void)
{
	umask(077);
	box_make();
	test_order();
	test_short_writes();
	test_named();
	test_every_fault();
	box_remove(box_dir);
	return done();
}
