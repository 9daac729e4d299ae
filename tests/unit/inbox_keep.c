/* inbox_keep.c - directories that stay open, as long as they are the same. */
#define _GNU_SOURCE /* syscall() */
#include "inbox_keep.h"
#include "box.h"
#include "inbox.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>

#include "../tap.h"

#define NOW     ((time_t)1700000000)
#define THREADS 4
#define EVENTS  200

static time_t ahead;

/* What was changed just now is not kept; here, time passes faster. */
int
clock_gettime(clockid_t clock, struct timespec *now)
{
	int rc = (int)syscall(SYS_clock_gettime, clock, now);

	now->tv_sec += ahead;
	return rc;
}

static struct inbox_keep *keep;
static struct reason why;

static enum status
store(const char *provider, const char *name)
{
	char root[BOX_PATH_MAX];
	const struct inbox in = {
	    .root = root, .provider = provider, .seen_days = 8, .keep = keep};
	struct inbox_result result;

	snprintf(root, sizeof(root), "%s/inbox", box_dir);
	why = (struct reason){""};
	return inbox_store(&in, name, span_str("H: v\n\n"), span_str("body"),
	    NOW, &result, &why);
}

static bool
there(const char *name)
{
	struct stat st;

	return lstat(box_path(name), &st) == 0;
}

static void
move(const char *from, const char *to)
{
	if (rename(box_path(from), box_path(to)) != 0)
		box_die(from);
}

static void
folder(const char *name)
{
	if (mkdir(box_path(name), 0700) != 0)
		box_die(name);
}

static void
test_kept(void)
{
	int before = box_descriptors();

	is_int(store("p", "one"), ST_OK, "the first");
	is_int(box_descriptors(), before, "nothing of this moment is kept");
	ahead = 10;
	is_int(store("p", "two"), ST_OK, "some time after");
	is_int(box_descriptors(), before + 5, "five directories are");
	is_int(store("p", "three"), ST_OK, "one more");
	is_int(store("p", "three"), ST_REPEAT, "and again");
	is_int(store("q", "one"), ST_OK, "another provider");
	is_int(box_descriptors(), before + 10, "has its own");
	ok(there("inbox/p/new/two") && there("inbox/p/new/three") &&
		there("inbox/q/new/one"),
	    "each in its place");
}

/* Whatever is put in the place of what is kept is where events go. */
static void
test_changed(void)
{
	int before = box_descriptors();

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
	is_int(box_descriptors(), before, "and nothing is open twice");
	chmod(box_path("inbox/p"), 0702);
	is_int(store("p", "w"), ST_TRY_LATER, "open to everybody");
	ok(strstr(why.text, "chmod o-w") != NULL, "it says so: %s", why.text);
	chmod(box_path("inbox/p"), 0700);
	chmod(box_path("inbox"), 0702);
	is_int(store("p", "w"), ST_TRY_LATER, "so is ROOT");
	chmod(box_path("inbox"), 0700);
	is_int(store("p", "w"), ST_OK, "no more");
	unlink(box_path("inbox/p/lock"));
	is_int(store("p", "l"), ST_OK, "no lock");
	box_remove(box_path("inbox"));
	is_int(store("p", "l"), ST_OK, "all is gone, marks too");
	ok(there("inbox/p/new/l"), "and made again");
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

/* While others use it, what is kept goes out of date again and again. */
/* Some of the folders were never made. */
static int
entries(const char *name)
{
	int n = box_entries(name);

	return n < 0 ? 0 : n;
}

static void
test_threads(void)
{
	static char tag[THREADS][8];
	pthread_t thread[THREADS];
	int before = box_descriptors(), found = 0;
	char name[64];

	store("many", "first");
	for (int i = 0; i < THREADS; i++) {
		snprintf(tag[i], sizeof(tag[i]), "t%d", i);
		pthread_create(&thread[i], NULL, store_many, tag[i]);
	}
	for (int i = 0; i < 20; i++) {
		nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
		snprintf(name, sizeof(name), "inbox/many.%d", i);
		rename(box_path("inbox/many"), box_path(name));
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
	ok(box_descriptors() <= before + 5, "one set is open");
}

int
main(void)
{
	int before;

	umask(077);
	box_make();
	before = box_descriptors();
	keep = inbox_keep_new();
	test_kept();
	test_changed();
	test_threads();
	inbox_keep_free(keep);
	is_int(box_descriptors(), before, "nothing stays open at the end");
	box_remove(box_dir);
	return done();
}
