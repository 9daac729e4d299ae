/* watch.c - which workers are on watch, and which rest. */
#include <pthread.h>
#include <time.h>

#include "../../edge/watch.h"
#include "../tap.h"

#define WORKERS 7
#define USUAL   2

static struct watch watch;

/* Wait until so many are on watch and so many rest; false if that never is. */
static bool
is_so(unsigned on_watch, unsigned resting)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	for (int i = 0; i < 10000; i++) {
		bool is;

		pthread_mutex_lock(&watch.lock);
		is = watch.on_watch == on_watch && watch.resting == resting;
		pthread_mutex_unlock(&watch.lock);
		if (is)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

static void *
join(void *arg)
{
	watch_join(&watch);
	return arg;
}

static void
start(pthread_t thread[], int n)
{
	for (int i = 0; i < n; i++)
		pthread_create(&thread[i], NULL, join, NULL);
}

static void
test_rest(void)
{
	pthread_t thread[WORKERS];

	ok(watch_init(&watch, USUAL), "a watch for two");
	start(thread, 1);
	ok(is_so(1, 0), "the first is on watch");
	ok(watch_stay(&watch), "and stays, with nothing to do");
	start(thread + 1, 2);
	ok(is_so(2, 1), "of three, one rests");
	watch_leave(&watch);
	ok(is_so(2, 0), "when one leaves, another takes its place");
	watch_leave(&watch);
	ok(is_so(1, 0), "if nobody rests, its place is free");
	start(thread + 3, WORKERS - 3);
	ok(is_so(2, 3), "of five, three rest");
	watch_end(&watch);
	ok(is_so(5, 0), "at the end nobody rests");
	ok(watch_stay(&watch), "and nobody is sent away");
	for (int i = 0; i < WORKERS; i++)
		pthread_join(thread[i], NULL);
	watch_free(&watch);
}

/* Those on watch are held up. */
static void
test_extend(void)
{
	pthread_t thread[WORKERS + 1];

	watch_init(&watch, USUAL);
	watch_extend(&watch);
	start(thread, WORKERS);
	ok(is_so(2, 5), "if nobody rests, there is nobody to be called");
	watch_extend(&watch);
	ok(is_so(4, 3), "twice as many as were");
	watch_extend(&watch);
	ok(is_so(7, 0), "and twice as many again");
	ok(watch_stay(&watch), "there was room for one more");
	for (int i = 0; i < 5; i++)
		ok(!watch_stay(&watch), "one with nothing to do leaves");
	ok(is_so(2, 0), "until as many as usual are left");
	ok(watch_stay(&watch), "who stay");
	start(thread + WORKERS, 1);
	ok(is_so(2, 1), "and no more are let in");
	watch_end(&watch);
	for (int i = 0; i < WORKERS + 1; i++)
		pthread_join(thread[i], NULL);
	watch_free(&watch);
}

int
main(void)
{
	test_rest();
	test_extend();
	return done();
}
