/* gate.c - groups, one at a time, and nobody who waits for nothing. */
#include "gate.h"

#include <stdatomic.h>
#include <string.h>

#include "../tap.h"

#define THREADS 12
#define ROUNDS  300

static struct gate gate;
static atomic_int inside, strangers, passed;
static atomic_ulong group_inside;

static void
nap(long ns)
{
	nanosleep(&(struct timespec){.tv_nsec = ns}, NULL);
}

/* Whoever is inside is of the same group. */
static void
pass(void)
{
	unsigned long mine;

	gate_enter(&gate);
	mine = gate.group;
	if (atomic_fetch_add(&inside, 1) == 0)
		atomic_store(&group_inside, mine);
	else if (atomic_load(&group_inside) != mine)
		atomic_fetch_add(&strangers, 1);
	nap(10000);
	atomic_fetch_sub(&inside, 1);
	atomic_fetch_add(&passed, 1);
	gate_leave(&gate);
}

static void *
pass_often(void *arg)
{
	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		pass();
		if (i % 7 == 0)
			nap(100000);
	}
	return NULL;
}

static void *
pass_once(void *arg)
{
	(void)arg;
	pass();
	return NULL;
}

static void
test_alone(void)
{
	gate_enter(NULL);
	gate_leave(NULL);
	ok(gate_init(&gate), "a gate");
	for (int i = 0; i < 1000; i++)
		pass();
	is_int((long)gate.group, 1000, "alone: each is a group");
	is_int((long)gate.crowd, 1, "and no crowd");
	gate_destroy(&gate);
}

static void
test_crowd(void)
{
	pthread_t thread[THREADS];

	gate_init(&gate);
	atomic_store(&passed, 0);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, pass_often, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	is_int(
	    atomic_load(&passed), (long)THREADS * ROUNDS, "all went through");
	is_int(atomic_load(&strangers), 0, "never two groups at once");
	ok(gate.group < (unsigned long)THREADS * ROUNDS, "in groups: %lu",
	    gate.group);
	ok(gate.crowd > 1 && gate.crowd <= THREADS, "a crowd was seen: %u",
	    gate.crowd);

	/* When it has gone, it is forgotten. */
	for (int i = 0; i < 40; i++)
		pass();
	/* Of two, half is one, who waits for nobody. */
	ok(gate.crowd <= 2, "and forgotten");
	gate_destroy(&gate);
}

/* Who comes while a group is inside waits for its last. */
static void
test_inside(void)
{
	pthread_t first, second;

	gate_init(&gate);
	atomic_store(&passed, 0);
	gate_enter(&gate);
	pthread_create(&first, NULL, pass_once, NULL);
	pthread_create(&second, NULL, pass_once, NULL);
	nap(50000000);
	is_int(atomic_load(&passed), 0, "the next group waits");
	gate_leave(&gate);
	pthread_join(first, NULL);
	pthread_join(second, NULL);
	is_int(atomic_load(&passed), 2, "and goes in then");
	gate_destroy(&gate);
}

/* The first of a group waits for others, but not for ever. */
static void
test_linger(void)
{
	struct timespec from, to;
	pthread_t other;

	gate_init(&gate);
	gate.crowd = 4;
	clock_gettime(CLOCK_MONOTONIC, &gate.out);
	gate.in = gate.out;
	gate.in.tv_sec -= 10;
	clock_gettime(CLOCK_MONOTONIC, &from);
	pass();
	clock_gettime(CLOCK_MONOTONIC, &to);
	to.tv_sec -= from.tv_sec;
	ok(to.tv_sec > 0 || to.tv_nsec - from.tv_nsec >= GATE_LINGER_NS / 2,
	    "it waited for others");
	is_int((long)gate.crowd, 3, "and expects fewer");

	/* Half of those that are expected are enough. */
	gate.crowd = 4;
	clock_gettime(CLOCK_MONOTONIC, &gate.out);
	gate.in = gate.out;
	gate.out.tv_sec += 10;
	atomic_store(&passed, 0);
	pthread_create(&other, NULL, pass_once, NULL);
	nap(20000000);
	is_int(atomic_load(&passed), 0, "one of four waits");
	pass();
	pthread_join(other, NULL);
	is_int((long)gate.crowd, 4, "two of four go in, in time");
	gate_destroy(&gate);
}

int
main(void)
{
	test_alone();
	test_crowd();
	test_inside();
	test_linger();
	return done();
}
