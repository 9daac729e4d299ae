/* keycache_many.c - many threads that lack a key at once. */
#include <pthread.h>
#include <stdatomic.h>

#include "keyset/keycache.h"
#include "sets.h"

#include "../tap.h"

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

	unlink(sandbox_path("go"));
	atomic_store(&got, 0);
	atomic_store(&refused, 0);
	for (size_t i = 0; i < THREADS; i++) {
		if (pthread_create(&thread[i], NULL, one, arg) != 0)
			sandbox_die("pthread_create");
	}
	for (int i = 0; i < 400 && refused < THREADS - KEYCACHE_WAITERS; i++)
		nanosleep(&pause, NULL);
	sandbox_text("go", "", 0600);
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
	char cert[] = URL "/cert";

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
	run_crowd(one_that_lacks_a_cert, cert, "a certificate");
	keycache_free(shared);
}

int
main(void)
{
	sandbox_make();
	umask(077);
	test_many();
	test_crowd();
	sandbox_remove(sandbox_dir);
	return done();
}
