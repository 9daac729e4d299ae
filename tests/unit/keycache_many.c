/* keycache_many.c - many threads that lack a key at once. */
#include <pthread.h>
#include <stdatomic.h>

#include "keyset/cert_turns.h"
#include "keyset/keycache.h"
#include "sets.h"

#include "../tap.h"

#define THREADS 32

static struct keycache *shared;
static struct fetch_limit limit, *limits; /* NULL: as under CGI */
static const char *slow;
static atomic_int got;

static enum status
lacks(struct reason *why)
{
	const struct keycache_terms terms = {slow, NOW, limits, {NULL, 0}};

	return keycache_refresh(shared, &terms, KEYCACHE_LACKS, why);
}

static void *
one_of_many(void *arg)
{
	struct reason why = {""};
	const struct keys *keys = NULL;

	(void)arg;
	if (keycache_get(shared, NOW, &keys, &why) != ST_OK &&
	    (lacks(&why) != ST_OK ||
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
			sandbox_die("pthread_create");
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

static bool
is_refusal(const struct reason *why)
{
	return strstr(why->text, "already wait for keys") != NULL ||
	       strstr(why->text, "still holds the lock") != NULL;
}

static void *
one_that_lacks_a_cert(void *arg)
{
	struct reason why = {""};

	const struct keycache_terms terms = {slow, NOW, limits, {NULL, 0}};

	if (keycache_fetch(shared, &terms, arg, &why) != ST_OK)
		atomic_fetch_add(&refused, is_refusal(&why));
	return NULL;
}

static void *
one_that_lacks_a_key(void *arg)
{
	struct reason why = {""};

	(void)arg;
	if (lacks(&why) == ST_OK)
		atomic_fetch_add(&got, 1);
	else
		atomic_fetch_add(&refused, is_refusal(&why));
	return NULL;
}

/* A fetch ends when the file "go" is there. */
#define WHEN_TOLD "while [ ! -e \"${new%new}go\" ]; do sleep 0.05; done\n"

/* The fetch ends once all but so many threads, at most, were refused. */
static void
run_crowd(void *(*one)(void *), void *arg, int waiters, const char *name)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	pthread_t thread[THREADS];

	unlink(sandbox_path("go"));
	atomic_store(&got, 0);
	atomic_store(&refused, 0);
	for (size_t i = 0; i < THREADS; i++) {
		if (pthread_create(&thread[i], NULL, one, arg) != 0)
			sandbox_die("pthread_create");
	}
	for (int i = 0; i < 400 && refused < THREADS - waiters; i++)
		nanosleep(&pause, NULL);
	sandbox_text("go", "", 0600);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	ok(refused >= THREADS - waiters, "%s: these do not wait", name);
}

/* 0: a process for each delivery, none of which counts the others. */
static void
set_threads(long threads)
{
	fetch_limit_free(&limit);
	limits = threads > 0 ? &limit : NULL;
	if (threads == 0)
		return;
	if (!fetch_limit_init(&limit, threads))
		sandbox_die("fetch_limit_init");
}

/* Where some keys are known, not every thread waits for one that is not. */
static void
test_crowd(void)
{
	static const char *const names[] = {"keys.invalid", NULL};
	char cert[] = URL "/cert";

	for (int i = 0; i < 3; i++) {
		static const int processes[] = {8, 128, 0};
		int waiters = i == 0 ? 4 : FETCH_LIMIT_MOST;

		set_threads(processes[i]);
		shared = fresh();
		put(SET("b"), NOW - 100, 600);
		gives(shared, NOW, "b", "a set without the key");
		finds(SET("a"), NOW);
		slow = program(
		    WHEN_TOLD "cp \"$new\" \"$2.t\" && mv \"$2.t\" \"$2\"");
		run_crowd(one_that_lacks_a_key, NULL, waiters, "a key");
		is_int(got, waiters, "the others have it");
		is_int(runs(), 1, "of one run");
		refreshes(shared, finds(SET("c"), NOW + 100), NOW + 100,
		    KEYCACHE_LACKS, NULL, 2, "and then there is room again");
		keycache_free(shared);
		keycache_free(fresh());
		slow = program(WHEN_TOLD "exit 1");
		shared = make_for(7 * DAY, names);
		/* Half of the places are for those that wait for another, and
		 * that one may come after them. */
		run_crowd(one_that_lacks_a_cert, cert,
		    limits == NULL ? waiters + 1 : waiters / 2 + 1,
		    "a certificate");
		keycache_free(shared);
	}
}

/* Without any set the others wait too, but not as long as a fetch may take. */
static void
test_patience(void)
{
	struct keycache_terms terms = {.now = NOW + DAY};
	struct fetch_wait wait;
	struct reason why = {""};

	set_threads(8);
	shared = fresh();
	slow = program(WHEN_TOLD "exit 1");
	run_crowd(one_that_lacks_a_key, NULL, 4, "the first key");
	keycache_free(shared);
	/* They wait for another's fetch.  One of their own would take longer. */
	set_threads(1);
	shared = fresh();
	slow = finds(SET("a"), NOW);
	ok(fetch_limit_begin(&limit, FETCH_KEY, &wait), "the limit is reached");
	is_int(lacks(&why), ST_TRY_LATER, "a thread beyond it has no key");
	is_int(runs(), 0, "and does not fetch it");
	fetch_limit_end(&wait);
	is_int(lacks(&why), ST_OK, "but then it does");
	/* Nor does one renew a set that is there. */
	terms.limit = limits;
	terms.program = slow;
	ok(fetch_limit_begin(&limit, FETCH_KEY, &wait), "it is reached again");
	is_int(keycache_refresh(shared, &terms, KEYCACHE_OLD, &why), ST_OK,
	    "an old set can wait");
	is_int(runs(), 1, "and is not fetched");
	fetch_limit_end(&wait);
	is_int(keycache_refresh(shared, &terms, KEYCACHE_OLD, &why), ST_OK,
	    "later");
	is_int(runs(), 2, "it is");
	keycache_free(shared);
}

static void
test_limit(void)
{
	struct fetch_wait wait[3];

	set_threads(1);
	ok(fetch_limit_begin(&limit, FETCH_KEY, &wait[0]), "one may");
	is_int(wait[0].ms, FETCH_LIMIT_WAIT, "as long as a fetch may take");
	ok(!fetch_limit_begin(&limit, FETCH_KEY, &wait[1]), "another may not");
	ok(!fetch_limit_begin(&limit, FETCH_JOIN, &wait[1]), "nor join");
	ok(fetch_limit_begin(&limit, FETCH_FIRST_KEY, &wait[2]),
	    "for the first key it may");
	ok(wait[2].ms > 0 && wait[2].ms <= FETCH_LIMIT_PATIENCE,
	    "for a moment");
	fetch_limit_end(&wait[2]);
	ok(!fetch_limit_begin(&limit, FETCH_KEY, &wait[1]),
	    "that one took no place");
	fetch_limit_end(&wait[0]);
	ok(fetch_limit_begin(&limit, FETCH_KEY, &wait[0]), "and now it may");
	fetch_limit_end(&wait[0]);
	ok(fetch_limit_begin(NULL, FETCH_KEY, &wait[0]), "without a limit too");
	fetch_limit_end(&wait[0]);
}

/* Certificates that are known have turns and places of their own. */
static void
test_known(void)
{
	static const char *const names[] = {"keys.invalid", NULL};
	struct keycache_terms terms = {.now = NOW};
	struct fetch_wait wait[4];
	struct reason why = {""};

	set_threads(8);
	keycache_free(fresh());
	shared = make_for(7 * DAY, names);
	terms.program = program("exit 1");
	terms.limit = limits;
	keycache_fetch(shared, &terms, URL "/a", &why);
	keycache_fetch(shared, &terms, URL "/b", &why);
	is_int(runs(), 1, "of the unknown ones, one has a turn");
	keycache_fetch(shared, &terms, URL "/named", &why);
	is_int(runs(), 2, "and one that the settings name");
	for (int i = 0; i < 2; i++)
		ok(fetch_limit_begin(&limit, FETCH_KNOWN, &wait[i]),
		    "a quarter of the threads may wait for known ones");
	ok(!fetch_limit_begin(&limit, FETCH_KNOWN, &wait[2]), "and no more");
	ok(fetch_limit_begin(&limit, FETCH_KEY, &wait[2]),
	    "which takes no place from others");
	terms.now = NOW + CERT_TURNS_KNOWN;
	is_int(keycache_fetch(shared, &terms, URL "/named", &why), ST_TRY_LATER,
	    "then a known one is not fetched");
	is_int(runs(), 2, "and nothing is run");
	fetch_limit_end(&wait[0]);
	ok(fetch_limit_begin(&limit, FETCH_KNOWN, &wait[0]), "one has gone");
	for (int i = 0; i < 3; i++)
		fetch_limit_end(&wait[i]);
	keycache_free(shared);
	set_threads(1);
	ok(fetch_limit_begin(&limit, FETCH_KEY, &wait[0]) &&
		fetch_limit_begin(&limit, FETCH_KNOWN, &wait[1]),
	    "of one thread, one may");
	fetch_limit_end(&wait[0]);
	fetch_limit_end(&wait[1]);
}

int
main(void)
{
	sandbox_make();
	umask(077);
	set_threads(2 * THREADS);
	test_many();
	test_crowd();
	test_patience();
	test_limit();
	test_known();
	fetch_limit_free(&limit);
	sandbox_remove(sandbox_dir);
	return done();
}
