/* inbox_dircache.c - directories that stay open, as long as they are the same. */
#define _GNU_SOURCE /* syscall() */
#include "inbox/inbox_dircache.h"
#include "base/lock.h"
#include "base/timestamp.h"
#include "inbox/inbox.h"
#include "inbox/inbox_dedup.h"
#include "inbox/inbox_lock.h"
#include "sandbox.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>

#include "../tap.h"

#define THREADS 4
#define EVENTS  200

static time_t begun, ahead;

/* What was changed just now is not cached; here, time passes faster. */
int
clock_gettime(clockid_t clock, struct timespec *now)
{
	int rc = (int)syscall(SYS_clock_gettime, clock, now);

	now->tv_sec += ahead;
	return rc;
}

/* What another process does until an event is locked; or NULL. */
static void (*meanwhile)(void);

int
fcntl(int fd, int cmd, ...)
{
	void (*others)(void) = meanwhile;
	va_list ap;
	void *arg;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (cmd == F_OFD_SETLKW && others != NULL) {
		meanwhile = NULL;
		others();
	}
	return (int)syscall(SYS_fcntl, fd, cmd, arg);
}

static struct inbox_dircache *dircache;
/* Of each thread. */
static _Thread_local struct reason why;
static _Thread_local struct inbox_result result;

static enum status
store(const char *provider, const char *name)
{
	char root[SANDBOX_PATH_MAX];
	const struct inbox in = {.root = root,
	    .provider = provider,
	    .dedup_days = 8,
	    .dircache = dircache};

	snprintf(root, sizeof(root), "%s/inbox", sandbox_dir);
	why = (struct reason){""};
	return inbox_store(&in,
	    &(struct event_file){
		name, span_str("H: v\n\n"), span_str("body"), 0, NULL},
	    begun + ahead, &result, &why);
}

static bool
there(const char *name)
{
	struct stat st;

	return lstat(sandbox_path(name), &st) == 0;
}

static void
move(const char *from, const char *to)
{
	if (rename(sandbox_path(from), sandbox_path(to)) != 0)
		sandbox_die(from);
}

static void
folder(const char *name)
{
	if (mkdir(sandbox_path(name), 0700) != 0)
		sandbox_die(name);
}

static void
test_kept(void)
{
	int before = sandbox_descriptors();

	is_int(store("p", "one"), ST_OK, "the first");
	is_int(sandbox_descriptors(), before, "nothing of this moment is kept");
	ahead = 10;
	is_int(store("p", "two"), ST_OK, "some time after");
	is_int(sandbox_descriptors(), before + 7,
	    "five directories are, a folder of marks, and the lock file");
	is_int(store("p", "three"), ST_OK, "one more");
	is_int(store("p", "three"), ST_DUPLICATE, "and again");
	is_int(store("q", "one"), ST_OK, "another provider");
	is_int(sandbox_descriptors(), before + 13,
	    "has its own; its folder of marks was made later");
	ok(there("inbox/p/new/two") && there("inbox/p/new/three") &&
		there("inbox/q/new/one"),
	    "each in its place");
}

/* Whatever is put in the place of what is kept is where events go. */
static void
test_changed(void)
{
	int before = sandbox_descriptors();

	move("inbox/p/new", "inbox/p/new.old");
	folder("inbox/p/new");
	is_int(store("p", "n"), ST_OK, "another new/");
	ok(there("inbox/p/new/n"), "is where it goes");
	move("inbox/p/tmp", "inbox/p/tmp.old");
	is_int(store("p", "t"), ST_OK, "no tmp/");
	ok(there("inbox/p/new/t") && there("inbox/p/tmp"), "it is made");
	move("inbox/p", "inbox/p.old");
	is_int(store("p", "m"), ST_OK, "ROOT/P was moved");
	ok(there("inbox/p/new/m") && !there("inbox/p.old/new/m"),
	    "and is made again");
	move("inbox", "inbox.old");
	is_int(store("p", "r"), ST_OK, "ROOT was moved");
	ok(there("inbox/p/new/r"), "and is made again");
	is_int(store("q", "r"), ST_OK, "for another provider too");
	ok(there("inbox/q/new/r"), "there as well");
	ok(sandbox_descriptors() <= before, "and nothing is open twice");
	chmod(sandbox_path("inbox/p"), 0702);
	is_int(store("p", "w"), ST_TRY_LATER, "open to everybody");
	ok(strstr(why.text, "chmod o-w") != NULL, "it says so: %s", why.text);
	chmod(sandbox_path("inbox/p"), 0700);
	is_int(store("p", "v"), ST_OK, "no more");
	is_int(store("p", "v"), ST_DUPLICATE, "and it is open again");
	chmod(sandbox_path("inbox"), 0702);
	is_int(store("p", "w"), ST_TRY_LATER, "so is ROOT");
	chmod(sandbox_path("inbox"), 0700);
	is_int(store("p", "w"), ST_OK, "no more");
	unlink(sandbox_path("inbox/p/lock"));
	is_int(store("p", "l"), ST_OK, "no lock");
	sandbox_remove(sandbox_path("inbox"));
	is_int(store("p", "l"), ST_OK, "all is gone, marks too");
	ok(there("inbox/p/new/l"), "and made again");
}

/* The folder of marks of the day so many days from now. */
static const char *
day(int from_now)
{
	static char path[2][64];
	static int at;
	time_t when = begun + ahead + from_now * 86400;
	char text[TIMESTAMP_TEXT_MAX];

	timestamp_day(text, when - when % (DEDUP_DAYS * 86400));
	at = !at;
	snprintf(path[at], sizeof(path[at]), "inbox/m/dedup/%s", text);
	return path[at];
}

static const char *
mark_of(const char *name, int from_now)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", day(from_now), name);
	return path;
}

/* Stored once, and taken. */
static void
store_and_take(const char *name)
{
	char path[64];

	is_int(store("m", name), ST_OK, "%s", name);
	snprintf(path, sizeof(path), "inbox/m/new/%s", name);
	unlink(sandbox_path(path));
}

/* Whatever another process does to marks and their folders is noticed. */
static void
test_marks(void)
{
	int before = sandbox_descriptors();

	store_and_take("a");
	ahead += 10;
	store_and_take("b");
	store_and_take("e");
	is_int(sandbox_descriptors(), before + 7, "a folder of marks is open");
	is_int(store("m", "a"), ST_DUPLICATE, "a mark is found in it");
	unlink(sandbox_path(mark_of("a", 0)));
	is_int(store("m", "a"), ST_OK, "one that was removed is not");
	is_int(store("m", "a"), ST_DUPLICATE, "one that was made is");
	folder(day(-4));
	sandbox_text(mark_of("c", -4), "", 0600);
	is_int(store("m", "c"), ST_DUPLICATE, "so is one in a new folder");
	is_int(store("m", "c"), ST_DUPLICATE, "and later on");
	is_int(sandbox_descriptors(), before + 8, "two of them are open");
	move(day(0), "inbox/m/dedup/away");
	is_int(store("m", "b"), ST_OK, "a folder that was moved has no marks");
	is_int(store("m", "b"), ST_DUPLICATE, "another one is made");
	ahead += 10;
	store_and_take("d");
	move(day(0), "inbox/m/dedup/away2");
	if (symlink("away2", sandbox_path(day(0))) != 0)
		sandbox_die("symlink");
	is_int(store("m", "d"), ST_TRY_LATER, "a link to one is not followed");
	unlink(sandbox_path(day(0)));
	move("inbox/m/dedup/away2", day(0));
	is_int(store("m", "d"), ST_DUPLICATE, "it is back");
}

static void
mark_in_new_folder(void)
{
	folder(day(0));
	sandbox_text(mark_of("raced", 0), "", 0600);
}

/*
 * Another process has the first event of a folder, and a consumer takes it,
 * while this one waits for the lock of a copy.
 */
static void
test_race(void)
{
	ahead += DEDUP_DAYS * 86400L;
	meanwhile = mark_in_new_folder;
	is_int(store("m", "raced"), ST_DUPLICATE,
	    "a mark in a folder that is new when the event is locked");
	is_int(store("m", "raced"), ST_DUPLICATE, "and later on");
	is_int(store("m", "not raced"), ST_OK, "no other");
}

/* What a boot left is looked for once. */
static void
test_boot(void)
{
	const struct timespec before[] = {{1, 0}, {1, 0}};

	is_int(store("boot", "a"), ST_OK, "an inbox");
	ok(result.recover_due, "it was made: recovery is due");
	ahead += 10;
	/* As for a new process: nothing of it is open. */
	chmod(sandbox_path("inbox/boot"), 0700);
	if (utimensat(AT_FDCWD, sandbox_path("inbox/boot/lock"), before, 0) !=
	    0)
		sandbox_die("lock");
	is_int(store("boot", "b"), ST_OK, "the first event after a boot");
	ok(result.recover_due, "recovery is due");
	is_int(store("boot", "c"), ST_OK, "the next one");
	ok(!result.recover_due, "it was due already");
}

/* Days go by, with the folders that were open on the first of them. */
static void
test_days(void)
{
	char name[16];

	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "day-%d", i);
		ahead += 86400;
		is_int(store("m", name), ST_OK, "%s", name);
		is_int(store("m", name), ST_DUPLICATE, "known at once");
		ok(there(mark_of(name, 0)), "its mark is in its folder");
		snprintf(name, sizeof(name), "day-%d", i - 7);
		if (i >= 7)
			is_int(store("m", name), ST_DUPLICATE, "and in a week");
	}
}

/* Removed in the moment between a look and the mark. */
static void
test_removed(void)
{
	const struct dedup_names names = {"x", "y"};
	time_t now = begun + ahead;
	char path[DEDUP_PATH_MAX];
	struct dedup_kept kept;
	struct dedup_folder to = {.dedup = {.kept = &kept}};

	to.dedup.fd = open(sandbox_path("inbox/m/dedup"), O_PATH | O_DIRECTORY);
	ok(dedup_keep(&kept, to.dedup.fd, now), "folders are kept");
	is_int(
	    dedup_look(&to.dedup, &names, 8, now, path), DEDUP_NO, "no mark");
	sandbox_remove(sandbox_path(day(0)));
	ok(dedup_mark(&to, &names, now) && to.first,
	    "the folder is made again");
	ok(there(mark_of("x", 0)) && there(mark_of("y", 0)), "with the marks");
	dedup_unkeep(&kept);
	/* And one that was not there when folders were opened. */
	sandbox_remove(sandbox_path(day(0)));
	to.dedup.kept = &kept;
	ok(dedup_keep(&kept, to.dedup.fd, now), "all but one are kept");
	ok(dedup_mark(&to, &names, now) && to.first, "that one is made");
	dedup_unkeep(&kept);
	close(to.dedup.fd);
}

/* Folders that were opened long ago, or are of the future. */
static void
test_other_days(void)
{
	const struct dedup_names names = {"z", NULL};
	const time_t now = begun + ahead, day = 86400;
	struct {
		struct dedup_kept kept;
		int next; /* where a look beyond the last one would come to */
	} k;
	struct dedup_dir dedup = {.kept = &k.kept};
	char path[DEDUP_PATH_MAX];

	folder("aside");
	sandbox_text("aside/z", "", 0600);
	dedup.fd = open(sandbox_path("inbox/m/dedup"), O_PATH | O_DIRECTORY);
	k.next = open(sandbox_path("aside"), O_PATH | O_DIRECTORY);
	ok(dedup_keep(&k.kept, dedup.fd, now), "folders are kept");
	for (int i = -60; i <= 60; i++)
		is_int(dedup_look(&dedup, &names, 8, now + i * day, path),
		    DEDUP_NO, "%d days later", i);
	dedup_unkeep(&k.kept);
	close(k.next);
	close(dedup.fd);
}

/* Many inboxes do not take a process all descriptors. */
static void
test_many(void)
{
	static const char *const event[] = {"a", "b", "c"};
	int before = sandbox_descriptors(), more;
	char name[16];

	for (int again = 0; again < 3; again++) {
		for (int i = 0; i < 80; i++) {
			snprintf(name, sizeof(name), "many-%d", i);
			is_int(store(name, event[again]), ST_OK, "%s", name);
		}
		ahead += 10;
	}
	more = sandbox_descriptors() - before - 80 * 5;
	ok(more > 60 && more <= 64 + 16,
	    "80 inboxes: %d lock files and folders of marks", more);
}

/* The lock file stays open, and no lock of it stays. */
static void
test_locks(void)
{
	const struct dedup_names names = {"y", NULL};
	int before, lock;

	is_int(store("lock", "a"), ST_OK, "an inbox");
	ahead += 10;
	is_int(store("lock", "b"), ST_OK, "that is open");
	is_int(store("lock", "c"), ST_OK, "with its folder of marks");
	before = sandbox_descriptors();
	lock = open(sandbox_path("inbox/lock/lock"), O_RDWR | O_CLOEXEC);
	is_int(lock_file(lock, LOCK_NO_WAIT), LOCK_TAKEN, "nothing is locked");
	close(lock);
	for (int i = 0; i < 3; i++)
		is_int(store("lock", "c"), ST_DUPLICATE, "again");
	is_int(sandbox_descriptors(), before, "nothing more is open");
	/* Who has the lock file open for himself is waited for. */
	lock = open(sandbox_path("inbox/lock/lock"), O_RDWR | O_CLOEXEC);
	is_int(inbox_lock(lock, &names, LOCK_NO_WAIT), LOCK_TAKEN, "y");
	is_int(store("lock", "x"), ST_OK, "is no matter to others");
	close(lock);
	unlink(sandbox_path("inbox/lock/lock"));
	is_int(store("lock", "z"), ST_OK, "the lock file is gone");
	ok(there("inbox/lock/lock"), "it is made again");
	lock = open(sandbox_path("inbox/lock/lock"), O_RDWR | O_CLOEXEC);
	is_int(lock_file(lock, LOCK_NO_WAIT), LOCK_TAKEN, "and is free");
	close(lock);
}

static atomic_int stored;

static void *
store_many(void *arg)
{
	char name[32];

	for (int i = 0; i < EVENTS; i++) {
		snprintf(name, sizeof(name), "%s-%d", (const char *)arg, i);
		for (int j = 0; j < 50; j++) {
			if (store("many", name) == ST_OK) {
				atomic_fetch_add(&stored, 1);
				break;
			}
		}
	}
	return NULL;
}

/* Some of the folders were never made. */
static int
entries(const char *name)
{
	int n = sandbox_entries(name);

	return n < 0 ? 0 : n;
}

/* While others use it, what is kept goes out of date again and again. */
static void
test_threads(void)
{
	static char tag[THREADS][8];
	pthread_t thread[THREADS];
	int before = sandbox_descriptors(), found = 0;
	char name[64];

	store("many", "first");
	for (int i = 0; i < THREADS; i++) {
		snprintf(tag[i], sizeof(tag[i]), "t%d", i);
		pthread_create(&thread[i], NULL, store_many, tag[i]);
	}
	for (int i = 0; i < 20; i++) {
		nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
		snprintf(name, sizeof(name), "inbox/many.%d", i);
		rename(sandbox_path("inbox/many"), sandbox_path(name));
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "inbox/many.%d/new", i);
		found += entries(name);
	}
	found += entries("inbox/many/new");
	is_int(stored, THREADS * EVENTS, "all were stored");
	ok(found >= THREADS * EVENTS, "and are there: %d", found);
	ok(sandbox_descriptors() <= before + 6 + THREADS, "one set is open");
}

int
main(void)
{
	int before;

	umask(077);
	begun = time(NULL);
	sandbox_make();
	before = sandbox_descriptors();
	dircache = inbox_dircache_new();
	test_kept();
	test_changed();
	test_marks();
	test_race();
	test_boot();
	test_locks();
	test_days();
	test_removed();
	test_other_days();
	test_threads();
	test_many();
	inbox_dircache_free(dircache);
	is_int(sandbox_descriptors(), before, "nothing stays open at the end");
	sandbox_remove(sandbox_dir);
	return done();
}
