/* inbox_left.c - what anyone may have put into an inbox, and what sweeps keep. */
#define _GNU_SOURCE /* setresuid() */
#include "base/encode.h"
#include "crypto/digest.h"
#include "inbox/inbox.h"
#include "inbox/inbox_lock.h"
#include "sandbox.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "../tap.h"

/* 2023-11-14T22:13:20Z */
#define NOW   ((time_t)1700000000)
#define OLD   (NOW - 37 * 3600)
#define DAY   "inbox/p/dedup/2023-11-11"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define LEFT  "inbox/p/tmp/x." ZEROS

static struct reason why;
static struct inbox_result result;
static char left_path[SANDBOX_PATH_MAX];

static struct inbox
inbox(void)
{
	static char root[SANDBOX_PATH_MAX];

	snprintf(root, sizeof(root), "%s", sandbox_path("inbox"));
	return (struct inbox){.root = root, .provider = "p", .dedup_days = 8};
}

static enum status
store(const struct inbox *in, const char *name)
{
	why = (struct reason){""};
	return inbox_store(in,
	    &(struct event_file){
		name, span_str("H: v\n\n"), span_str("body"), 0, NULL},
	    NOW, &result, &why);
}

static bool
there(const char *name)
{
	struct stat st;

	return lstat(name[0] == '/' ? name : sandbox_path(name), &st) == 0;
}

/* A new inbox with one event. */
static void
begin(void)
{
	const struct inbox in = inbox();

	sandbox_remove(sandbox_path("inbox"));
	if (store(&in, "one") != ST_OK)
		sandbox_die(why.text);
}

static void
age(const char *path)
{
	const struct timespec time[] = {{OLD, 0}, {OLD, 0}};

	if (utimensat(AT_FDCWD, path, time, AT_SYMLINK_NOFOLLOW) != 0)
		sandbox_die(path);
}

/* As a crash leaves it, 37 hours ago: a file in tmp/ called NAME.SHA256. */
static void
left(const char *name, const char *text, bool whole)
{
	const struct span all = span_str(text);
	unsigned char hash[DIGEST_MAX];
	char hex[DIGEST_TEXT_MAX], path[SANDBOX_PATH_MAX];

	digest_hash(DIGEST_SHA256, &all, 1, hash);
	encode_hex(hex, span_mem(hash, DIGEST_SHA256_LEN));
	snprintf(path, sizeof(path), "inbox/p/tmp/%s.%s", name, hex);
	snprintf(left_path, sizeof(left_path), "%s",
	    sandbox_write(
		path, whole ? all : span_mem(text, all.len - 1), 0600));
	age(left_path);
}

static bool
recover(void)
{
	const struct inbox in = inbox();
	size_t n = 0;
	bool ok;

	why = (struct reason){""};
	/* A FIFO must not stop it. */
	alarm(60);
	ok = inbox_recover(&in, NOW, &n, &why);
	alarm(0);
	is_int((long)n, 0, "nothing is filed");
	is_int(sandbox_entries("inbox/p/new"), 1, "nothing more in new/");
	return ok;
}

static bool
sweep(void)
{
	const struct inbox in = inbox();
	bool ok;

	why = (struct reason){""};
	alarm(60);
	ok = inbox_sweep(&in, NOW, &why);
	alarm(0);
	return ok;
}

static void
put_socket(const char *path)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (chdir(sandbox_path("inbox/p/tmp")) != 0)
		sandbox_die("chdir");
	snprintf(
	    name.sun_path, sizeof(name.sun_path), "%s", strrchr(path, '/') + 1);
	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&name, sizeof(name)) != 0 ||
	    chdir("/") != 0)
		sandbox_die("bind");
	close(fd);
}

static void
put_sparse(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	if (fd < 0 || ftruncate(fd, 3LL << 30) != 0)
		sandbox_die(path);
	close(fd);
}

static void
put_fifo(const char *path)
{
	if (mkfifo(path, 0600) != 0)
		sandbox_die(path);
}

static void
put_link(const char *path)
{
	if (symlink("/dev/zero", path) != 0)
		sandbox_die(path);
}

/* None of these is an event, and none of them stops anything. */
static void
test_planted(void)
{
	static const struct {
		const char *name;
		void (*put)(const char *path);
	} row[] = {
	    {"a FIFO", put_fifo},
	    {"a symbolic link", put_link},
	    {"a socket", put_socket},
	    {"a sparse file of 3 GiB", put_sparse},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		begin();
		row[i].put(sandbox_path(LEFT));
		ok(recover(), "%s: recovery: %s", row[i].name, why.text);
		ok(!there(LEFT), "it is gone");
		row[i].put(sandbox_path(LEFT));
		age(sandbox_path(LEFT));
		ok(sweep(), "%s: a sweep: %s", row[i].name, why.text);
		ok(!there(LEFT), "it is gone");
		row[i].put(sandbox_path("inbox/p/tmp/other"));
		ok(recover(), "%s of another name: %s", row[i].name, why.text);
		ok(there("inbox/p/tmp/other"), "stays");
	}
}

/* A name that could not be an event's, in tmp/, is not one of the inbox's. */
static void
test_names(void)
{
	begin();
	left("a\nb", "H: v\n\nbody", true);
	ok(recover(), "a name with a line end: %s", why.text);
	ok(there(left_path), "is left alone");
	ok(sweep(), "and swept as any other: %s", why.text);
	ok(!there(left_path), "by its age");
}

/* Marks are written nowhere but in a real folder of dedup/. */
static void
test_linked_day(void)
{
	const struct inbox in = inbox();
	char outside[SANDBOX_PATH_MAX];

	begin();
	snprintf(outside, sizeof(outside), "%s", sandbox_path("outside"));
	sandbox_remove(sandbox_path(DAY));
	if (mkdir(outside, 0700) != 0 ||
	    symlink(outside, sandbox_path(DAY)) != 0)
		sandbox_die("link");
	is_int(store(&in, "two"), ST_TRY_LATER, "a day that is a link");
	ok(strstr(why.text, "/p/dedup/2023-11-11") != NULL, "is named: %s",
	    why.text);
	is_int(sandbox_entries("outside"), 0, "nothing is written elsewhere");
	left("lost", "H: v\n\nlost", true);
	ok(!recover(), "nor by recovery");
	is_int(sandbox_entries("outside"), 0, "nothing is written elsewhere");
	ok(there(left_path), "and the event stays");
	/* An old day that is a link is removed, not what it leads to. */
	sandbox_text("outside/mark", "", 0600);
	if (symlink(outside, sandbox_path("inbox/p/dedup/2001-01-01")) != 0)
		sandbox_die("link");
	sweep();
	ok(!there("inbox/p/dedup/2001-01-01"), "an old link is swept");
	ok(there("outside/mark"), "and what it leads to is not");
	sandbox_remove(outside);
}

/* Each folder of the inbox must be one, and not a link to one. */
static void
test_linked_folders(void)
{
	static const char *const folder[] = {"tmp", "new", "dedup"};
	const struct inbox in = inbox();
	char path[64];

	for (size_t i = 0; i < sizeof(folder) / sizeof(folder[0]); i++) {
		size_t n = 0;

		begin();
		if (mkdir(sandbox_path("outside"), 0700) != 0)
			sandbox_die("outside");
		snprintf(path, sizeof(path), "inbox/p/%s", folder[i]);
		sandbox_remove(sandbox_path(path));
		if (symlink("../../outside", sandbox_path(path)) != 0)
			sandbox_die(path);
		is_int(store(&in, "two"), ST_TRY_LATER, "%s/ is a link",
		    folder[i]);
		ok(strstr(why.text, folder[i]) != NULL, "named: %s", why.text);
		ok(!inbox_recover(&in, NOW, &n, &why), "no recovery");
		ok(!inbox_sweep(&in, NOW, &why), "no sweep");
		is_int(sandbox_entries("outside"), 0, "nothing outside");
		sandbox_remove(sandbox_path("outside"));
	}
}

static void
test_lock(void)
{
	const struct inbox in = inbox();

	begin();
	unlink(sandbox_path("inbox/p/lock"));
	put_fifo(sandbox_path("inbox/p/lock"));
	alarm(60);
	is_int(store(&in, "two"), ST_TRY_LATER, "a lock that is a FIFO");
	alarm(0);
	ok(strstr(why.text, "/p/lock is not a regular file: remove it") != NULL,
	    "%s", why.text);
	unlink(sandbox_path("inbox/p/lock"));
	sandbox_text("other-lock", "", 0600);
	if (symlink("../../other-lock", sandbox_path("inbox/p/lock")) != 0)
		sandbox_die("lock");
	is_int(store(&in, "two"), ST_TRY_LATER, "a lock that is a link");
	unlink(sandbox_path("inbox/p/lock"));
	is_int(store(&in, "two"), ST_OK, "removed: it comes back");
}

/* A second link to a file in tmp/ was in new/: it is not filed again. */
static void
test_hard_link(void)
{
	begin();
	left("twice", "H: v\n\ntwice", true);
	if (link(left_path, sandbox_path("inbox/p/cur/twice")) != 0)
		sandbox_die("link");
	ok(recover(), "a hard link: %s", why.text);
	ok(!there("inbox/p/new/twice"), "is not filed");
}

/* What recovery cannot put back is never swept, however old it is. */
static void
test_kept(void)
{
	begin();
	left("lost", "H: v\n\nlost", true);
	sandbox_remove(sandbox_path("inbox/p/dedup"));
	sandbox_text("inbox/p/dedup", "no folder", 0600);
	ok(!recover(), "recovery fails: %s", why.text);
	ok(!sweep(), "so does the sweep: %s", why.text);
	ok(there(left_path), "and the event stays");

	unlink(sandbox_path("inbox/p/dedup"));
	if (mkdir(sandbox_path("inbox/p/dedup"), 0700) != 0)
		sandbox_die("dedup");
	ok(!sweep(), "a sweep without recovery fails");
	ok(strstr(why.text, left_path) != NULL &&
		strstr(why.text, "complete event") != NULL,
	    "says which file it keeps: %s", why.text);
	ok(there(left_path), "and keeps it");
}

/* Removed: what is torn, what is in new/, and what is marked. */
static void
test_removed(void)
{
	begin();
	left("torn", "H: v\n\ntorn", false);
	ok(sweep(), "a torn file: %s", why.text);
	ok(!there(left_path), "is removed");
	left("one", "H: v\n\nother", true);
	ok(sweep(), "an event that is marked: %s", why.text);
	ok(!there(left_path), "is removed");
	unlink(sandbox_path(DAY "/one"));
	left("one", "H: v\n\nother", true);
	ok(sweep(), "an event that is in new/: %s", why.text);
	ok(!there(left_path), "is removed");
}

/* What is being stored is not looked at. */
static void
test_busy(void)
{
	const struct dedup_names held = {"busy", NULL};
	int lock;

	begin();
	lock = open(sandbox_path("inbox/p/lock"), O_RDWR);
	left("busy", "H: v\n\nbusy", false);
	ok(inbox_lock(lock, &held, LOCK_NO_WAIT) == LOCK_TAKEN, "a lock");
	ok(sweep(), "a sweep beside it: %s", why.text);
	ok(there(left_path), "leaves it");
	close(lock);
}

/*
 * As root: files of others.  They are not filed, and stay; and who cannot open
 * a file of root is told which one.
 */
static void
test_owners(void)
{
	const struct inbox in = inbox();
	struct inbox shared = in;

	if (geteuid() != 0) {
		ok(true, "files of others: only root can make them");
		return;
	}
	begin();
	left("foreign", "H: v\n\nforeign", true);
	if (chown(left_path, 12345, 12345) != 0)
		sandbox_die("chown");
	ok(!recover(), "a file of another user");
	ok(strstr(why.text, "belongs to uid 12345: run this as that user") !=
		NULL,
	    "%s", why.text);
	ok(there(left_path), "stays");
	ok(!sweep(), "also at a sweep");
	ok(there(left_path), "however old");

	begin();
	shared.group_access = true;
	if (chown(sandbox_path("inbox/p/lock"), 12345, 0) != 0)
		sandbox_die("chown");
	is_int(store(&shared, "two"), ST_TRY_LATER,
	    "a lock that one of the group put there");
	ok(strstr(why.text, "/p/lock belongs to uid 12345") != NULL, "%s",
	    why.text);

	begin();
	if (chmod(sandbox_dir, 0755) != 0 ||
	    chown(sandbox_path("inbox"), 12345, 12345) != 0 ||
	    chown(sandbox_path("inbox/p"), 12345, 12345) != 0 ||
	    chown(sandbox_path("inbox/p/new"), 12345, 0) != 0 ||
	    setresuid(12345, 12345, 0) != 0)
		sandbox_die("setresuid");
	is_int(store(&in, "two"), ST_TRY_LATER, "a lock of root");
	ok(strstr(why.text, "/p/lock belongs to root, uid 0: chown it to uid "
			    "12345") != NULL,
	    "%s", why.text);
	ok(!recover(), "nor can it recover");
	ok(strstr(why.text, "/p/lock belongs to root") != NULL, "%s", why.text);
	if (setresuid(0, 0, 0) != 0 ||
	    chown(sandbox_path("inbox/p/lock"), 12345, 0) != 0 ||
	    chown(sandbox_path("inbox/p/tmp"), 12345, 0) != 0 ||
	    chown(sandbox_path("inbox/p/dedup"), 12345, 0) != 0 ||
	    setresuid(12345, 12345, 0) != 0)
		sandbox_die("setresuid");
	is_int(store(&in, "two"), ST_TRY_LATER, "a day of root");
	ok(strstr(why.text, "/dedup/2023-11-11 belongs to root") != NULL, "%s",
	    why.text);
	if (setresuid(0, 0, 0) != 0)
		sandbox_die("setresuid");
}

int
main(void)
{
	umask(077);
	sandbox_make();
	test_planted();
	test_names();
	test_linked_day();
	test_linked_folders();
	test_lock();
	test_hard_link();
	test_kept();
	test_removed();
	test_busy();
	test_owners();
	sandbox_remove(sandbox_dir);
	return done();
}
