/*
 * inbox_failover.c - two inboxes as one: what is locked, looked into and flushed.
 *
 * fsync() and fcntl() are replaced here, as in inbox_faults.c, and told apart
 * by the path that they are called for.
 */
#define _GNU_SOURCE /* open file description locks, syscall() */
#include "inbox/inbox_failover.h"
#include "sandbox.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/syscall.h>

#include "../tap.h"

#define NOW  ((time_t)1700000000)
#define DAY  "2023-11-11"
#define HEAD "Ce-Id: x\n\n"
#define BODY "a body\n"

/* This many flushes of the folder fail, and then none: as a disk does it. */
static struct {
	const char *path; /* below the sandbox */
	int times;
} plan[2];

static char trace[1024];

/* What fd is, below the sandbox; "" if it is not there, "." if it is the sandbox. */
static const char *
path_of(int fd)
{
	static char path[SANDBOX_PATH_MAX];
	size_t top = strlen(sandbox_dir);
	char proc[32];
	ssize_t n;

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	n = readlink(proc, path, sizeof(path) - 1);
	path[n < 0 ? 0 : n] = '\0';
	if (strncmp(path, sandbox_dir, top) != 0)
		return "";
	return path[top] == '\0' ? "." : path + top + 1;
}

static void
note(const char *what, const char *path)
{
	size_t used = strlen(trace);

	snprintf(trace + used, sizeof(trace) - used, "%s %s; ", what, path);
}

int
fsync(int fd)
{
	const char *path = path_of(fd);

	for (size_t i = 0; i < 2; i++) {
		if (plan[i].times == 0 || strcmp(plan[i].path, path) != 0)
			continue;
		plan[i].times--;
		errno = EIO;
		return -1;
	}
	if (strstr(path, "/new") != NULL)
		note("flush", path);
	return (int)syscall(SYS_fsync, fd);
}

int
fcntl(int fd, int cmd, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (cmd == F_OFD_SETLKW)
		note("lock", path_of(fd));
	return (int)syscall(SYS_fcntl, fd, cmd, arg);
}

/* Until when the last pause was to be. */
static struct timespec paused;

int
clock_nanosleep(clockid_t clock, int flags, const struct timespec *until,
    struct timespec *left)
{
	(void)left;
	if (clock != CLOCK_MONOTONIC || flags != TIMER_ABSTIME)
		return EINVAL;
	paused = *until;
	return 0;
}

static struct inbox_failover_result result;
static struct reason why;

/* File the event in these two, names below the sandbox; "" for no fallback. */
static enum status
store(const char *first, const char *fallback, const char *name)
{
	char root[2][SANDBOX_PATH_MAX];
	struct inbox_settings settings = {.dedup_days = 8};
	struct inbox_failover inboxes;
	const struct event_file file = {
	    name, span_str(HEAD), span_str(BODY), 0, NULL};
	struct inbox_filing filing = {
	    .inboxes = &inboxes, .file = &file, .now = NOW};

	snprintf(root[0], sizeof(root[0]), "%s", sandbox_path(first));
	snprintf(root[1], sizeof(root[1]), "%s", sandbox_path(fallback));
	settings.root = root[0];
	settings.fallback = fallback[0] == '\0' ? NULL : root[1];
	inbox_failover_of(&inboxes, &settings, "p", NULL);
	memset(trace, 0, sizeof(trace));
	inbox_failover_store(&filing);
	result = filing.result;
	why = filing.why;
	return filing.status;
}

static bool
there(const char *inbox, const char *name)
{
	char path[128], got[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/p/new/%s", inbox, name);
	if ((fd = open(sandbox_path(path), O_RDONLY)) < 0)
		return false;
	n = read(fd, got, sizeof(got));
	close(fd);
	return n >= 0 && span_is(span_mem(got, (size_t)n), HEAD BODY);
}

static void
forget(const char *inbox, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/p/dedup/" DAY "/%s", inbox, name);
	if (unlink(sandbox_path(path)) != 0)
		sandbox_die(path);
}

static void
plan_failures(const char *one, int n, const char *two, int m)
{
	plan[0].path = one;
	plan[0].times = n;
	plan[1].path = two;
	plan[1].times = m;
}

/* Whichever is the first: two that lock crosswise would wait for ever. */
static void
test_locks(void)
{
	store("a", "", "begin");
	store("b", "", "begin");
	is_int(store("a", "b", "ab"), ST_OK, "two inboxes");
	is_str(trace, "lock a/p/lock; lock b/p/lock; flush a/p/new; ",
	    "both are locked");
	is_int(store("b", "a", "ba"), ST_OK, "the other way round");
	is_str(trace, "lock a/p/lock; lock b/p/lock; flush b/p/new; ",
	    "both are locked, in the same order");
	ok(!result.unsure && !result.again && !result.fallback,
	    "nothing special about it");
}

/* What lies in the fallback, with and without its mark. */
static void
test_duplicates(void)
{
	store("b", "", "repeat");
	is_int(store("a", "b", "repeat"), ST_DUPLICATE, "by its mark there");
	ok(strstr(trace, "flush") == NULL, "needs no flush");
	forget("b", "repeat");
	is_int(store("a", "b", "repeat"), ST_DUPLICATE, "by its file there");
	ok(strstr(trace, "flush b/p/new") != NULL, "after a flush");
	forget("a", "repeat");
	plan_failures("b/p/new", 1, "", 0);
	is_int(store("a", "b", "repeat"), ST_OK,
	    "that cannot be flushed: filed in the first");
	ok(there("a", "repeat") && result.unsure &&
		strstr(why.text, "/b/p/new") != NULL,
	    "and that is said: %s", why.text);
}

static void
test_second_try(void)
{
	plan_failures("a/p/new", 1, "", 0);
	is_int(store("a", "b", "again"), ST_OK, "a flush that fails once");
	ok(result.again && !result.fallback && there("a", "again") &&
		!there("b", "again"),
	    "the second try");
	ok(strstr(result.trouble.text, "/a/p/new") != NULL, "says why: %s",
	    result.trouble.text);
	plan_failures("a/p/new", 2, "", 0);
	is_int(store("a", "", "never"), ST_TRY_LATER, "there is no third");
	ok(!there("a", "never"), "and no file that was not flushed");
	plan_failures("a/p/new", 2, "", 0);
	is_int(store("a", "b", "spare"), ST_OK, "but a fallback");
	ok(result.fallback && !there("a", "spare") && there("b", "spare"),
	    "and there alone");
	plan_failures("a/p/new", 2, "b/p/new", 1);
	is_int(store("a", "b", "none"), ST_TRY_LATER, "neither");
	ok(!there("a", "none") && !there("b", "none"), "so in neither");
	ok(strstr(why.text, "/a/p/new") != NULL &&
		strstr(why.text, "/b/p/new") != NULL,
	    "says both: %s", why.text);
}

static long long
microseconds(struct timespec t)
{
	return (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/*
 * The pause before the second try begins when the first has failed: of a whole
 * group that failed, one thread has all second tries, one after the other.
 */
static void
test_pause(void)
{
	struct inbox_settings settings = {
	    .root = sandbox_path("a"), .dedup_days = 8};
	const struct event_file file = {
	    "pause", span_str(HEAD), span_str(BODY), 0, NULL};
	struct inbox_failover inboxes;
	struct inbox_filing filing = {
	    .inboxes = &inboxes, .file = &file, .now = NOW};
	struct timespec before, after;

	inbox_failover_of(&inboxes, &settings, "p", NULL);
	is_int(inbox_failover_begin(&filing), FILING_OPEN, "one is begun");
	clock_gettime(CLOCK_MONOTONIC, &before);
	is_int(inbox_failover_finish(&filing, EIO), FILING_FAILED,
	    "and cannot be flushed");
	clock_gettime(CLOCK_MONOTONIC, &after);
	inbox_failover_again(&filing);
	ok(filing.status == ST_OK && filing.result.again, "the second try");
	ok(microseconds(paused) >= microseconds(before) + 50000 &&
		microseconds(paused) <= microseconds(after) + 50000,
	    "begins 50 ms after the end of the first");
}

/*
 * Linked and never flushed, for its process was killed there.  Once a flush of
 * the folder failed, the next succeeds and proves nothing.
 */
static void
test_suspect(void)
{
	store("a", "", "suspect");
	forget("a", "suspect");
	plan_failures("a/p/new", 2, "", 0);
	is_int(store("a", "b", "suspect"), ST_OK,
	    "a file that could not be flushed is no proof");
	ok(result.fallback && there("b", "suspect"), "filed in the fallback");
	ok(there("a", "suspect"), "and what was there stays");
}

/* What was acknowledged before is not for a duplicate that fails to take away. */
static void
test_failed_repeat(void)
{
	store("a", "", "old");
	forget("a", "old");
	plan_failures("a/p/new", 2, "", 0);
	is_int(store("a", "", "old"), ST_TRY_LATER, "a duplicate that fails");
	ok(there("a", "old"), "and the event is there all the same");
}

/* Made and not flushed, it would be taken for somebody else's. */
static void
test_root(void)
{
	plan_failures(".", 2, "", 0);
	is_int(
	    store("c", "", "one"), ST_TRY_LATER, "ROOT's parent not flushed");
	ok(access(sandbox_path("c"), F_OK) != 0, "so ROOT is taken back");
	mkdir(sandbox_path("c"), 0700);
	plan_failures(".", 2, "", 0);
	is_int(store("c", "", "one"), ST_TRY_LATER, "again, and not our ROOT");
	ok(access(sandbox_path("c"), F_OK) == 0, "that stays");
}

int
main(void)
{
	umask(077);
	sandbox_make();
	test_locks();
	test_duplicates();
	test_second_try();
	test_pause();
	test_suspect();
	test_failed_repeat();
	test_root();
	sandbox_remove(sandbox_dir);
	return done();
}
