/* keycache.c - a key set on disk and in memory: its age, and who fetches it. */
#include "keycache.h"
#include "box.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "../tap.h"

#define NOW 1700000000
#define DAY 86400
#define URL "https://keys.invalid/set"

/* Any two numbers of the right size make an Ed25519 key. */
#define SET(kid)                                                         \
	"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"" kid \
	"\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"

static const struct keycache_source source = {.provider = "p", .url = URL};

/* One of certificates for these names, or NULL: of keys. */
static struct keycache *
make_for(int64_t keep, const char *const *cert_names)
{
	static char root[BOX_PATH_MAX];
	struct keycache_source mine = source;
	struct keycache *cache;

	snprintf(root, sizeof(root), "%s/root", box_dir);
	mine.root = root;
	mine.keep = keep;
	mine.cert_names = cert_names;
	cache = keycache_new(&mine);
	if (cache == NULL)
		box_die("keycache_new");
	return cache;
}

/* One that keeps sets for so long, of the ROOT that there is. */
static struct keycache *
make(int64_t keep)
{
	return make_for(keep, NULL);
}

/* One of an empty ROOT. */
static struct keycache *
fresh(void)
{
	box_remove(box_path("root"));
	box_text("count", "", 0600);
	return make(7 * DAY);
}

/* The file, as if fetched then. */
static void
put(const char *set, int64_t fetched, int64_t max_age)
{
	struct keyfile file = {
	    .source = URL, .fetched = fetched, .max_age = max_age};
	struct reason why = {""};

	mkdir(box_path("root"), 0700);
	mkdir(box_path("root/.keys"), 0700);
	file.set = span_str(set);
	if (!keyfile_write(&file, box_path("root/.keys/p"), &why))
		box_die(why.text);
}

/* A program that counts its runs and then runs these lines. */
static const char *
script(char path[static BOX_PATH_MAX], const char *name, const char *lines)
{
	char text[2048];

	snprintf(text, sizeof(text),
	    "#!/bin/sh\nprintf x >>%s/count\nnew=%s/new\n%s\n", box_dir,
	    box_dir, lines);
	snprintf(path, BOX_PATH_MAX, "%s", box_text(name, text, 0700));
	return path;
}

static const char *
program(const char *lines)
{
	static char path[BOX_PATH_MAX];

	return script(path, "program", lines);
}

/* One that finds this set, fetched at that time. */
static const char *
finds(const char *set, int64_t fetched)
{
	struct keyfile file = {
	    .source = URL, .fetched = fetched, .max_age = 600};
	static char path[BOX_PATH_MAX];
	struct reason why = {""};

	file.set = span_str(set);
	if (!keyfile_write(&file, box_path("new"), &why))
		box_die(why.text);
	return script(
	    path, "finds", "cp \"$new\" \"$2.tmp\" && mv \"$2.tmp\" \"$2\"");
}

static long
runs(void)
{
	struct stat st;

	return stat(box_path("count"), &st) == 0 ? (long)st.st_size : -1;
}

/* The id of the only key, or why there is none. */
static void
gives(struct keycache *cache, int64_t now, const char *want, const char *name)
{
	const struct keys *keys = NULL;
	struct reason why = {""};

	if (keycache_get(cache, now, &keys, &why) == ST_OK)
		is_str(keys->item[0].id, want, "%s", name);
	else
		ok(want[0] == '!' && strstr(why.text, want + 1) != NULL,
		    "%s: %s", name, why.text);
	keycache_put(cache, keys);
}

static void
refreshes(struct keycache *cache, const char *with, int64_t now,
    enum keycache_want want, const char *fault, long count, const char *name)
{
	struct reason why = {"left from before"};
	enum status st = keycache_refresh(cache, with, now, want, &why);

	is_int(st, fault == NULL ? ST_OK : ST_TRY_LATER, "%s", name);
	ok(fault == NULL ? why.text[0] == '\0'
			 : strstr(why.text, fault) != NULL,
	    "and why: %s", why.text);
	is_int(runs(), count, "%ld runs", count);
}

static void
test_ages(void)
{
	struct keycache *cache = fresh();

	gives(cache, NOW, "!none was fetched yet", "no set");
	ok(!keycache_due(cache, NOW), "then there is nothing to renew");
	put(SET("a"), NOW, 600);
	gives(cache, NOW, "a", "a new one");
	ok(!keycache_due(cache, NOW + 599), "not old yet");
	ok(keycache_due(cache, NOW + 600), "old");
	gives(cache, NOW + 600, "a", "goes on being used");
	gives(cache, NOW + 7 * DAY, "a", "for seven days");
	gives(cache, NOW + 7 * DAY + 1, "!168 hours old, and that is too old",
	    "and no longer");
	gives(cache, NOW - 59, "a", "before its time");
	ok(!keycache_due(cache, NOW - 60), "by a little");
	ok(keycache_due(cache, NOW - 61), "the clock was wrong: old");
	gives(cache, NOW - DAY, "a", "but used");
	put(SET("b"), NOW, 600);
	gives(cache, NOW, "b", "another file is seen");
	keycache_free(cache);
	keycache_free(NULL);
	cache = make(0);
	put(SET("a"), NOW, 600);
	gives(cache, NOW + 600, "a", "kept for no day: as long as it is good");
	gives(cache, NOW + 601, "!too old", "and no longer");
	keycache_free(cache);
}

static void
test_damage(void)
{
	struct keycache *cache = fresh();

	put(SET("a"), NOW, 600);
	gives(cache, NOW, "a", "a good one");
	box_text("root/.keys/p", "junk", 0600);
	gives(cache, NOW, "a", "what is in memory stays");
	ok(keycache_due(cache, NOW), "and is to be renewed");
	put("{\"keys\":[]}", NOW, 600);
	gives(cache, NOW, "a", "the same for a set without keys");
	unlink(box_path("root/.keys/p"));
	gives(cache, NOW, "a", "and for none");
	ok(keycache_due(cache, NOW), "to be renewed");
	keycache_free(cache);
	cache = make(7 * DAY);
	gives(cache, NOW, "!No such file", "nothing in memory: none");
	box_text("root/.keys/p", "junk", 0600);
	gives(cache, NOW, "!is damaged", "or damaged");
	put("{\"keys\":[]}", NOW, 600);
	gives(cache, NOW, "!none of its 0 keys", "or empty");
	put(SET("a"), NOW, 600);
	gives(cache, NOW, "a", "until there is one");
	keycache_free(cache);
}

static void
test_folder(void)
{
	struct keycache *cache = fresh();

	put(SET("a"), NOW, 600);
	chmod(box_path("root/.keys"), 0770);
	gives(cache, NOW, "!nobody else can write", "the group can write it");
	refreshes(cache, finds(SET("b"), NOW), NOW, KEYCACHE_FORCED,
	    "nobody else can write", 0, "nothing is put there");
	chmod(box_path("root/.keys"), 0700);
	keycache_free(cache);
	cache = fresh();
	mkdir(box_path("root"), 0700);
	if (symlink("/", box_path("root/.keys")) != 0)
		box_die("symlink");
	refreshes(cache, finds(SET("b"), NOW), NOW, KEYCACHE_FORCED,
	    "must be a folder", 0, "a link is no folder");
	unlink(box_path("root/.keys"));
	refreshes(cache, finds(SET("b"), NOW), NOW, KEYCACHE_LACKS, NULL, 1,
	    "what is missing is made");
	gives(cache, NOW, "b", "and filled");
	keycache_free(cache);
}

static void
test_once_a_minute(void)
{
	const char *none = program("echo no luck >&2; exit 1");
	struct keycache *cache = fresh();

	refreshes(cache, none, NOW, KEYCACHE_LACKS, "no luck", 1, "a try");
	refreshes(cache, none, NOW + 59, KEYCACHE_LACKS,
	    "could not be had and is tried once a minute", 1,
	    "no other one for a minute");
	refreshes(cache, none, NOW + 60, KEYCACHE_LACKS, "no luck", 2,
	    "then another");
	refreshes(cache, none, NOW + 61, KEYCACHE_FORCED, "no luck", 3,
	    "the operator may");
	refreshes(cache, none, NOW - 61, KEYCACHE_LACKS, "no luck", 4,
	    "a clock that was set back stops nobody");
	box_text("root/.keys/p.lock", "junk", 0600);
	refreshes(cache, finds(SET("a"), NOW), NOW, KEYCACHE_LACKS, NULL, 5,
	    "nor does a damaged note");
	gives(cache, NOW, "a", "there it is");
	refreshes(cache, none, NOW + 59, KEYCACHE_LACKS, NULL, 5,
	    "which is new enough for a minute");
	refreshes(cache, none, NOW + 60, KEYCACHE_LACKS, "no luck", 6,
	    "and then it is not");
	refreshes(cache, none, NOW + 599, KEYCACHE_OLD, NULL, 6,
	    "nobody needs it: good for its max-age");
	refreshes(cache, none, NOW + 600, KEYCACHE_OLD, "no luck", 7,
	    "and then it is renewed");
	ok(!keycache_due(cache, NOW + 659), "not due again for a minute");
	ok(keycache_due(cache, NOW + 660), "and then it is");
	gives(cache, NOW + 660, "a", "and still the old one is there");
	keycache_free(cache);
}

static void
test_others_found_it(void)
{
	struct keycache *cache = fresh(), *other = make(7 * DAY);

	refreshes(other, finds(SET("a"), NOW), NOW, KEYCACHE_LACKS, NULL, 1,
	    "another process has it fetched");
	refreshes(cache, finds(SET("b"), NOW), NOW, KEYCACHE_LACKS, NULL, 1,
	    "which is enough");
	gives(cache, NOW, "a", "for this one too");
	keycache_free(other);
	refreshes(cache, program("exit 0"), NOW + 100, KEYCACHE_LACKS, NULL, 2,
	    "one that does nothing changes nothing");
	refreshes(cache, program("echo junk >\"$2\""), NOW + 200,
	    KEYCACHE_LACKS, "is damaged", 3,
	    "one that writes junk is found out");
	gives(cache, NOW + 200, "a", "and the old one stays");
	keycache_free(cache);
}

/* The lock is held, by this process as by any other. */
static int
hold(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(box_path("root/.keys/p.lock"), O_RDWR | O_CLOEXEC);

	/* Of the process, and so in the way of open file descriptions'. */
	if (fd < 0 || fcntl(fd, F_SETLK, &lock) != 0)
		box_die("lock");
	return fd;
}

static void
test_lock(void)
{
	struct keycache *cache = fresh();
	const char *b = finds(SET("b"), NOW);
	int fd;

	put(SET("a"), NOW - 700, 600);
	box_text("root/.keys/p.lock", "", 0600);
	gives(cache, NOW, "a", "an old one");
	fd = hold();
	refreshes(cache, b, NOW, KEYCACHE_OLD, NULL, 0,
	    "who needs nothing does not wait");
	gives(cache, NOW, "a", "and has the old one");
	close(fd);
	refreshes(cache, b, NOW, KEYCACHE_OLD, NULL, 1, "without it: fetched");
	gives(cache, NOW, "b", "and there it is");
	keycache_free(cache);
}

/* A set that is in use while others take its place. */
static void
test_in_use(void)
{
	struct keycache *cache = fresh();
	const struct keys *a = NULL, *b = NULL;
	struct reason why = {""};

	put(SET("a"), NOW, 600);
	is_int(keycache_get(cache, NOW, &a, &why), ST_OK, "one");
	put(SET("b"), NOW, 600);
	is_int(keycache_get(cache, NOW, &b, &why), ST_OK, "another");
	put(SET("c"), NOW, 600);
	gives(cache, NOW, "c", "and a third");
	is_str(a->item[0].id, "a", "the first is what it was");
	is_str(b->item[0].id, "b", "so is the second");
	keycache_put(cache, b);
	keycache_put(cache, a);
	keycache_put(cache, NULL);
	keycache_free(cache);
}

/* --- many at once --- */

#define THREADS 32

static struct keycache *shared;
static const char *slow;
static atomic_int got;

static void *
one_of_many(void *arg)
{
	struct reason why = {""};
	const struct keys *keys = NULL;

	(void)arg;
	if (keycache_get(shared, NOW, &keys, &why) != ST_OK &&
	    (keycache_refresh(shared, slow, NOW, KEYCACHE_LACKS, &why) !=
		    ST_OK ||
		keycache_get(shared, NOW, &keys, &why) != ST_OK))
		return NULL;
	atomic_fetch_add(&got, strcmp(keys->item[0].id, "a") == 0);
	keycache_put(shared, keys);
	return NULL;
}

static void
run_many(void)
{
	pthread_t thread[THREADS];

	atomic_store(&got, 0);
	for (size_t i = 0; i < THREADS; i++) {
		if (pthread_create(&thread[i], NULL, one_of_many, NULL) != 0)
			box_die("pthread_create");
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
}

static void
test_many(void)
{
	shared = fresh();
	finds(SET("a"), NOW);
	slow = program("sleep 0.3; cp \"$new\" \"$2.t\" && mv \"$2.t\" \"$2\"");
	run_many();
	is_int(got, THREADS, "all of them have it");
	is_int(runs(), 1, "of one run");
	keycache_free(shared);
	shared = fresh();
	slow = program("sleep 0.3; exit 1");
	run_many();
	is_int(got, 0, "none of them has it");
	is_int(runs(), 1, "of one run");
	keycache_free(shared);
}

static atomic_int refused;

static void *
one_that_lacks_a_cert(void *arg)
{
	struct reason why = {""};

	if (keycache_fetch(shared, slow, NOW, arg, &why) != ST_OK)
		atomic_fetch_add(
		    &refused, strstr(why.text, "wait for its keys") != NULL);
	return NULL;
}

static void *
one_that_lacks_a_key(void *arg)
{
	struct reason why = {""};

	(void)arg;
	if (keycache_refresh(shared, slow, NOW, KEYCACHE_LACKS, &why) == ST_OK)
		atomic_fetch_add(&got, 1);
	else
		atomic_fetch_add(
		    &refused, strstr(why.text, "wait for its keys") != NULL);
	return NULL;
}

/* The fetch ends once so many were refused. */
static void
run_crowd(void *(*one)(void *), void *arg, const char *name)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	pthread_t thread[THREADS];

	unlink(box_path("go"));
	atomic_store(&got, 0);
	atomic_store(&refused, 0);
	for (size_t i = 0; i < THREADS; i++) {
		if (pthread_create(&thread[i], NULL, one, arg) != 0)
			box_die("pthread_create");
	}
	for (int i = 0; i < 400 && refused < THREADS - KEYCACHE_WAITERS; i++)
		nanosleep(&pause, NULL);
	box_text("go", "", 0600);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	is_int(
	    refused, THREADS - KEYCACHE_WAITERS, "%s: these do not wait", name);
}

/* Where some keys are known, not every thread waits for one that is not. */
static void
test_crowd(void)
{
	static const char *const names[] = {"keys.invalid", NULL};

	shared = fresh();
	put(SET("b"), NOW - 100, 600);
	gives(shared, NOW, "b", "a set without the key");
	finds(SET("a"), NOW);
	slow = program("while [ ! -e \"${new%new}go\" ]; do sleep 0.05; done\n"
		       "cp \"$new\" \"$2.t\" && mv \"$2.t\" \"$2\"");
	run_crowd(one_that_lacks_a_key, NULL, "a key");
	is_int(got, KEYCACHE_WAITERS, "the others have it");
	is_int(runs(), 1, "of one run");
	refreshes(shared, finds(SET("c"), NOW + 100), NOW + 100, KEYCACHE_LACKS,
	    NULL, 2, "and then there is room again");
	keycache_free(shared);
	keycache_free(fresh());
	shared = make_for(7 * DAY, names);
	run_crowd(one_that_lacks_a_cert, URL "/cert", "a certificate");
	keycache_free(shared);
}

int
main(void)
{
	box_make();
	umask(077);
	test_ages();
	test_damage();
	test_folder();
	test_once_a_minute();
	test_others_found_it();
	test_lock();
	test_in_use();
	test_many();
	test_crowd();
	box_remove(box_dir);
	return done();
}
