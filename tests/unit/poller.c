/*
 * poller.c - descriptors that are watched: who is called, and who is not.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/time.h>

#include "../../cli/run/poller.h"
#include "../tap.h"
#include "sandbox.h"

#define MANY 200 /* more than one wait takes */

static struct poller poller;

/* A pipe, one end of which is watched. */
struct side {
	struct poll_watch watch;
	int end[2];
	unsigned called;
	long long now;
	struct side *leaves; /* when it is called */
	struct side *joins;  /* the same; it takes the place of leaves */
	bool reads;
};

static void
ready(void *arg, long long now)
{
	struct side *side = arg;
	char byte;

	side->called++;
	side->now = now;
	if (side->reads && read(side->end[0], &byte, 1) < 0)
		sandbox_die("read");
	if (side->leaves != NULL)
		poller_leave(&poller, &side->leaves->watch);
	if (side->joins != NULL &&
	    !poller_watch(&poller, &side->joins->watch, side->joins->end[0]))
		sandbox_die("watch");
	side->leaves = side->joins = NULL;
}

static void
make(struct side *side)
{
	*side = (struct side){.watch = POLL_WATCH_NONE};
	side->watch.ready = ready;
	side->watch.arg = side;
	if (pipe(side->end) != 0)
		sandbox_die("pipe");
}

static void
join(struct side *side)
{
	if (!poller_watch(&poller, &side->watch, side->end[0]))
		sandbox_die("watch");
}

static void
fill(const struct side *side)
{
	if (write(side->end[1], "x", 1) != 1)
		sandbox_die("write");
}

static void
unmake(struct side *side)
{
	poller_leave(&poller, &side->watch);
	close(side->end[0]);
	if (side->end[1] >= 0)
		close(side->end[1]);
}

static void
test_called(void)
{
	struct side one, other;
	long long before = poller_clock();

	make(&one);
	make(&other);
	join(&one);
	join(&other);
	ok(poller_wait(&poller, 0), "nothing to be read");
	is_int(one.called + other.called, 0, "nobody is called");
	fill(&one);
	ok(poller_wait(&poller, -1), "one can be read");
	is_int(one.called, 1, "it is called");
	ok(one.now >= before && one.now <= poller_clock(), "with the time");
	is_int(other.called, 0, "and the other is not");
	poller_wait(&poller, 0);
	is_int(one.called, 2, "again, as long as it can be read");
	one.reads = true;
	poller_wait(&poller, 0);
	poller_wait(&poller, 0);
	is_int(one.called, 3, "until it was read");
	close(other.end[1]);
	other.end[1] = -1;
	poller_wait(&poller, -1);
	is_int(other.called, 1, "the end can be read too");
	unmake(&one);
	unmake(&other);
}

static void
test_left(void)
{
	struct side one, other;
	bool swapped = false;

	make(&one);
	make(&other);
	poller_leave(&poller, &one.watch);
	is_int(one.watch.fd, -1, "to leave without having come is harmless");
	join(&one);
	fill(&one);
	poller_leave(&poller, &one.watch);
	is_int(one.watch.fd, -1, "it is watched no more");
	poller_wait(&poller, 0);
	is_int(one.called, 0, "and not called");
	join(&one);
	poller_wait(&poller, 0);
	is_int(one.called, 1, "it can come again");

	/* Both at once: who is called first takes the other out. */
	join(&other);
	fill(&other);
	one.called = 0;
	one.leaves = &other;
	other.leaves = &one;
	poller_wait(&poller, -1);
	is_int(one.called + other.called, 1, "only the first is called");
	swapped = other.called == 1;
	poller_wait(&poller, 0);
	is_int(swapped ? other.called : one.called, 2, "and stays");
	unmake(&one);
	unmake(&other);
}

/* What was told of the watch before is not told to the one that came after. */
static void
test_another_in_its_place(void)
{
	struct side one, other, quiet;

	make(&one);
	make(&other);
	make(&quiet);
	join(&one);
	join(&other);
	fill(&one);
	fill(&other);
	/* Whichever is first: the other's watch is then of another pipe. */
	one.leaves = &other;
	one.joins = &other;
	other.leaves = &one;
	other.joins = &one;
	poller_wait(&poller, -1);
	is_int(
	    one.called + other.called, 1, "not in the turn in which it came");
	poller_wait(&poller, 0);
	is_int(one.called + other.called, 3, "but in the next");
	unmake(&one);
	unmake(&other);
	unmake(&quiet);
}

static void
test_many(void)
{
	static struct side side[MANY];
	unsigned called = 0, turns = 0;

	for (size_t i = 0; i < MANY; i++) {
		make(&side[i]);
		side[i].reads = true;
		join(&side[i]);
		fill(&side[i]);
	}
	for (; called < MANY && turns < MANY; turns++) {
		poller_wait(&poller, 0);
		called = 0;
		for (size_t i = 0; i < MANY; i++)
			called += side[i].called;
	}
	is_int(called, MANY, "all are called, in %u turns", turns);
	poller_wait(&poller, 0);
	for (size_t i = 0; i < MANY; i++) {
		called -= side[i].called;
		unmake(&side[i]);
	}
	is_int(called, 0, "each once");
}

static void
interrupted(int sig)
{
	(void)sig;
}

static void
test_wait(void)
{
	const struct sigaction action = {.sa_handler = interrupted};
	const struct itimerval soon = {.it_value = {.tv_usec = 20000}};
	const struct poller saved = poller;
	long long before = poller_clock();
	struct side one;

	ok(poller_wait(&poller, 20), "for some time");
	ok(poller_clock() - before >= 20, "not shorter");
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	ok(poller_wait(&poller, -1), "a signal ends it");
	setitimer(ITIMER_REAL, &soon, NULL);
	ok(poller_wait(&poller, LLONG_MAX), "and one for ever, and more");
	signal(SIGALRM, SIG_DFL);
	make(&one);
	poller.ep = one.end[0];
	errno = 0;
	ok(!poller_wait(&poller, 0) && errno != 0, "what cannot be waited for");
	errno = 0;
	ok(!poller_watch(&poller, &one.watch, one.end[1]) && errno != 0,
	    "nor watched");
	is_int(one.watch.fd, -1, "it is not");
	poller = saved;
	unmake(&one);
}

int
main(void)
{
	int before = sandbox_descriptors();

	if (!poller_open(&poller))
		sandbox_die("epoll");
	test_called();
	test_left();
	test_another_in_its_place();
	test_many();
	test_wait();
	poller_close(&poller);
	is_int(sandbox_descriptors(), before, "no descriptor is left open");
	return done();
}
