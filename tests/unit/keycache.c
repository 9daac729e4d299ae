/* keycache.c - a key set on disk and in memory: its age, and who fetches it. */
#include "keyset/keycache.h"
#include "sets.h"

#include "../tap.h"

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
	gives(cache, NOW + 7 * DAY + 1, "!168 hours old, which is too old",
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
	sandbox_text("root/.keys/p", "junk", 0600);
	gives(cache, NOW, "a", "what is in memory stays");
	ok(keycache_due(cache, NOW), "and is to be renewed");
	put("{\"keys\":[]}", NOW, 600);
	gives(cache, NOW, "a", "the same for a set without keys");
	unlink(sandbox_path("root/.keys/p"));
	gives(cache, NOW, "a", "and for none");
	ok(keycache_due(cache, NOW), "to be renewed");
	keycache_free(cache);
	cache = make(7 * DAY);
	gives(cache, NOW, "!No such file", "nothing in memory: none");
	sandbox_text("root/.keys/p", "junk", 0600);
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
	chmod(sandbox_path("root/.keys"), 0770);
	gives(cache, NOW, "!nobody else can write", "the group can write it");
	refreshes(cache, finds(SET("b"), NOW), NOW, KEYCACHE_FORCED,
	    "nobody else can write", 0, "nothing is put there");
	chmod(sandbox_path("root/.keys"), 0700);
	keycache_free(cache);
	cache = fresh();
	mkdir(sandbox_path("root"), 0700);
	if (symlink("/", sandbox_path("root/.keys")) != 0)
		sandbox_die("symlink");
	refreshes(cache, finds(SET("b"), NOW), NOW, KEYCACHE_FORCED,
	    "must be a folder", 0, "a link is no folder");
	unlink(sandbox_path("root/.keys"));
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
	    "could not be fetched and is tried once a minute", 1,
	    "no other one for a minute");
	refreshes(cache, none, NOW + 60, KEYCACHE_LACKS, "no luck", 2,
	    "then another");
	refreshes(cache, none, NOW + 61, KEYCACHE_FORCED, "no luck", 3,
	    "the operator may");
	refreshes(cache, none, NOW - 61, KEYCACHE_LACKS, "no luck", 4,
	    "a clock that was set back stops nobody");
	sandbox_text("root/.keys/p.lock", "junk", 0600);
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

/* The lock is hold, by this process as by any other. */
static int
hold(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(sandbox_path("root/.keys/p.lock"), O_RDWR | O_CLOEXEC);

	/* Of the process, and so in the way of open file descriptions'. */
	if (fd < 0 || fcntl(fd, F_SETLK, &lock) != 0)
		sandbox_die("lock");
	return fd;
}

static void
test_lock(void)
{
	struct keycache *cache = fresh();
	const char *b = finds(SET("b"), NOW);
	int fd;

	put(SET("a"), NOW - 700, 600);
	sandbox_text("root/.keys/p.lock", "", 0600);
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

int
main(void)
{
	sandbox_make();
	umask(077);
	test_ages();
	test_damage();
	test_folder();
	test_once_a_minute();
	test_others_found_it();
	test_lock();
	test_in_use();
	sandbox_remove(sandbox_dir);
	return done();
}
