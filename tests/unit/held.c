/*
 * held.c - which keys hold their events, and who gets a key next: one by one,
 * and at random beside a list that says the same in a simpler way.
 */
#include <stdlib.h>

#include "../../cli/run/held.h"
#include "../tap.h"
#include "sandbox.h"

#define KEYS  600    /* so that the table grows several times */
#define FAR   100000 /* from here on, they come together elsewhere */
#define STEPS 60000
#define LIST  200 /* events of one key, in the list beside it */

static struct held held;
static struct outbox_event next;

/* Only the first bytes say where a key is put: most of these come together. */
static struct run_key
key(unsigned n)
{
	struct run_key k = {{(unsigned char)(n % 7 + (n < FAR ? 0 : 30))}};

	memcpy(k.digest + 8, &n, sizeof(n));
	return k;
}

static bool
allows(unsigned n, bool from_later)
{
	const struct run_key k = key(n);

	return held_allows(&held, &k, from_later);
}

/* The event number id waits. */
static void
wait_for(unsigned n, unsigned id)
{
	const struct run_key k = key(n);
	struct outbox_event event = {.fd = -1};

	snprintf(event.name.id, sizeof(event.name.id), "%u", id);
	held_wait(&held, &k, &event);
}

static void
take(unsigned n, bool from_later)
{
	const struct run_key k = key(n);

	if (!held_take(&held, &k, from_later))
		sandbox_die("no memory");
}

static enum held_given
give(unsigned n, bool to_later)
{
	const struct run_key k = key(n);

	memset(&next, 0, sizeof(next));
	return held_give(&held, &k, to_later, &next);
}

static void
later(unsigned n)
{
	const struct run_key k = key(n);

	if (!held_later(&held, &k))
		sandbox_die("no memory");
}

static void
is_passed(unsigned n, bool to_later, const char *id)
{
	is_int(give(n, to_later), HELD_PASSED, "the key passes on");
	is_str(next.name.id, id, "to %s", id);
}

static void
test_one_at_a_time(void)
{
	ok(allows(1, false) && allows(1, true), "nothing is held at first");
	is_int(give(1, false), HELD_FREE, "nor can it be given back");
	wait_for(1, 9);
	ok(allows(1, false), "nobody waits for a key that is free");
	take(1, false);
	ok(!allows(1, false) && !allows(1, true), "a handler has one");
	ok(allows(2, false), "another key is free");
	is_int(give(1, false), HELD_FREE, "it has ended, and nobody waits");
	ok(allows(1, false), "the key is free");
	take(1, false);
	wait_for(1, 10);
	wait_for(1, 11);
	take(2, false);
	wait_for(2, 20);
	is_passed(1, false, "10");
	ok(!allows(1, false) && !allows(1, true), "it is not free meanwhile");
	is_passed(1, false, "11");
	is_passed(2, false, "20");
	is_int(give(1, false), HELD_FREE, "that was the last");
	is_int(give(2, false), HELD_FREE, "of the other as well");
	held_free(&held);
}

static void
test_soft_failure(void)
{
	take(1, false);
	wait_for(1, 10);
	is_int(give(1, true), HELD_FREE, "it failed softly: the others wait");
	ok(!allows(1, false), "the key is held");
	ok(allows(1, true), "but for the one that failed");
	take(1, true);
	ok(!allows(1, true), "which has a handler again");
	is_int(give(1, true), HELD_FREE, "and fails again");
	take(1, true);
	is_passed(1, false, "10");
	is_int(give(1, false), HELD_FREE, "and that is all");
	ok(allows(1, false), "the key is free");
	held_free(&held);
}

/* As a scan finds them when the runner starts. */
static void
test_found(void)
{
	later(1);
	later(1);
	ok(!allows(1, false) && allows(1, true), "two of it are in later/");
	wait_for(1, 10);
	take(1, true);
	is_int(give(1, false), HELD_FREE, "one is done");
	ok(!allows(1, false), "the other holds the key still");
	take(1, true);
	is_passed(1, false, "10");
	is_int(give(1, false), HELD_FREE, "now it is free");
	later(1);
	take(2, false);
	held_forget_later(&held);
	ok(allows(1, false), "later/ is looked for anew: nothing is known");
	ok(!allows(2, false) && !allows(2, true), "what is busy stays busy");
	later(2);
	is_int(give(2, false), HELD_FREE, "another one of it is in later/");
	ok(!allows(2, false) && allows(2, true), "which holds the key");
	held_free(&held);
	/* One that was not counted: it does not make the number wrong. */
	take(1, true);
	give(1, true);
	ok(!allows(1, false), "an event that nobody found");
	take(1, true);
	give(1, false);
	ok(allows(1, false), "is counted only once");
	held_free(&held);
}

/* Before a scan, which finds again what waits. */
static void
test_forget_waiting(void)
{
	take(1, false);
	wait_for(1, 10);
	take(2, false);
	later(3);
	held_forget_waiting(&held);
	ok(!allows(1, false) && !allows(2, false) && !allows(3, false),
	    "the keys are held");
	is_int(give(1, false), HELD_FREE, "but nobody waits");
	wait_for(2, 20);
	wait_for(2, 21);
	is_passed(2, false, "20");
	is_passed(2, false, "21");
	is_int(give(2, false), HELD_FREE, "until it was found again");
	held_free(&held);
}

/* Those that have no room are looked for, and none passes them by. */
static void
test_bounded(void)
{
	take(1, false);
	take(2, false);
	take(3, false);
	for (unsigned i = 1; i < HELD_WAITING_MAX; i++)
		wait_for(1, i);
	wait_for(2, 1000000);
	wait_for(2, 1000001);
	wait_for(3, 2000000);
	is_passed(1, false, "1");
	is_passed(1, false, "2");
	wait_for(2, 1000002);
	is_passed(2, false, "1000000");
	is_int(give(2, false), HELD_LOOK, "others of it are to be looked for");
	ok(allows(2, false), "it is free");
	is_int(give(3, false), HELD_LOOK, "of the third all");
	take(3, false);
	wait_for(3, 2000000);
	is_passed(3, false, "2000000");
	wait_for(2, 1000001);
	ok(allows(2, false), "there is room again");
	for (unsigned i = 3; i < HELD_WAITING_MAX; i++) {
		give(1, false);
		if (strtoul(next.name.id, NULL, 10) != i)
			ok(false, "number %u is in its turn", i);
	}
	is_int(give(1, false), HELD_FREE, "all of the first have come");
	held_free(&held);
}

/* What the table is to say, key by key. */
static struct simple {
	unsigned later, waiting[LIST], n;
	bool busy;
} simple[KEYS];

/* The key is given back: true if the table says the same. */
static bool
gives(struct simple *s, unsigned n, bool to_later)
{
	enum held_given given = give(n, to_later);

	s->busy = false;
	s->later += to_later;
	if (s->later > 0 || s->n == 0)
		return given == HELD_FREE;
	if (given != HELD_PASSED ||
	    strtoul(next.name.id, NULL, 10) != s->waiting[0])
		return false;
	s->busy = true;
	s->n--;
	memmove(s->waiting, s->waiting + 1, s->n * sizeof(s->waiting[0]));
	return true;
}

/* One step of key n.  False: the table says something else. */
static bool
step(unsigned n, unsigned what, unsigned id)
{
	struct simple *s = &simple[n];
	bool free = !s->busy && s->later == 0;

	if (allows(n, false) != free || allows(n, true) != !s->busy)
		return false;
	switch (what) {
	case 0:
		if (free || s->n == LIST)
			return true;
		s->waiting[s->n++] = id;
		wait_for(n, id);
		return true;
	case 1:
		/* Who waits for a key that is found to be held was told so. */
		s->later++;
		later(n);
		return true;
	case 2:
	case 3:
		if (s->busy || (what == 2 && !free))
			return true;
		s->busy = true;
		s->later -= what == 3 && s->later > 0;
		take(n, what == 3);
		return true;
	default:
		return !s->busy || gives(s, n, what == 4);
	}
}

static void
test_at_random(void)
{
	unsigned wrong = 0;

	srand(15);
	memset(simple, 0, sizeof(simple));
	for (unsigned i = 0; i < STEPS; i++) {
		/* Now few keys, now all of them. */
		unsigned most = i / 1000 % 3 == 0 ? 20 : KEYS;

		wrong +=
		    !step((unsigned)rand() % most, (unsigned)rand() % 8, i);
	}
	is_int(wrong, 0, "the table is right in %d steps", STEPS);
	for (unsigned n = 0; n < KEYS; n++) {
		while (simple[n].busy || simple[n].later > 0) {
			if (!simple[n].busy)
				step(n, 3, 0);
			wrong += !step(n, 5, 0);
		}
	}
	is_int(wrong, 0, "all come to their end");
	is_int(held.n, 0, "and nothing is kept of them");
	held_free(&held);
}

/* What was moved up in the table is not counted a second time when it grows. */
static void
test_moved_up(void)
{
	unsigned n = 0;
	size_t room;

	take(0, false);
	take(7, false);
	later(14);
	room = held.room;
	give(0, false);
	give(7, false);
	take(14, true);
	give(14, false);
	is_int(held.n, 0, "three of one place have come and gone");
	while (held.room == room)
		take(FAR + n++, false);
	is_int(held.n, n, "the table has grown, and has the others alone");
	ok(allows(7, false) && allows(14, false), "those are free");
	held_free(&held);
}

/* Keys that hold nothing any more do not fill the table. */
static void
test_room(void)
{
	size_t room;

	for (unsigned n = 0; n < KEYS; n++)
		later(n);
	room = held.room;
	for (unsigned round = 1; round < 20; round++) {
		held_forget_later(&held);
		for (unsigned n = 0; n < KEYS; n++)
			later(KEYS * round + n);
	}
	ok(held.room <= 4 * room, "room for %zu, then for %zu", room,
	    held.room);
	ok(!allows(20 * KEYS - 1, false) && allows(1, false),
	    "only those that are there hold their keys");
	held_free(&held);
	is_int(held.n + held.room, 0, "empty again");
	ok(allows(1, false), "and of use");
}

int
main(void)
{
	test_one_at_a_time();
	test_soft_failure();
	test_found();
	test_forget_waiting();
	test_bounded();
	test_at_random();
	test_moved_up();
	test_room();
	return done();
}
