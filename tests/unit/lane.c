/*
 * lane.c - events that wait for a job or for their key, and which is the next;
 * and which moves of files are our own.
 */
#include "../../cli/run/lane.h"
#include "../../cli/run/moved.h"
#include "run_fixture.h"

#include "../tap.h"

static struct lane lane;
static struct run_entry entry;
static struct candidate next;
static bool more;

static void
begin(long jobs, const char *order)
{
	entry = run_script("exit 0");
	entry.jobs = jobs;
	run_order_parse(&entry.order, order);
	lane = (struct lane){.arg = NULL};
	if (!lane_init(&lane, &entry, &world, "p"))
		sandbox_die("no memory");
	more = false;
}

static struct outbox_event
event(unsigned id, time_t mtime)
{
	struct outbox_event e = {.fd = -1, .mtime.tv_sec = mtime};

	snprintf(e.name.id, sizeof(e.name.id), "%05u", id);
	return e;
}

static void
park(unsigned id, time_t mtime)
{
	const struct outbox_event e = event(id, mtime);

	lane_park(&lane, &e);
}

static struct run_key
key(unsigned char n)
{
	return (struct run_key){{n}};
}

static void
pass(unsigned id, unsigned char n)
{
	const struct candidate c = {.event = event(id, 0),
	    .lane = &lane,
	    .has_key = true,
	    .key = key(n)};

	lane_pass(&lane, &c);
}

/* The next one; "" if there is none. */
static const char *
take(void)
{
	if (!lane_next(&lane, &next, &more))
		return "";
	ok(next.lane == &lane, "of this lane");
	return next.event.name.id;
}

static void
test_jobs(void)
{
	begin(2, "none");
	ok(!lane_is_ordered(&lane), "no order");
	ok(lane_ready(&lane, 0) == &lane.job[0], "a job is free");
	ok(lane.job[1].arg == &lane, "which knows its lane");
	lane.job[0].state = JOB_BUSY;
	ok(lane_ready(&lane, 0) == &lane.job[1], "or the other");
	lane.paused_until = 100;
	ok(lane_ready(&lane, 99) == NULL, "but not in a pause");
	is_int(lane_due(&lane, 99), 100, "whose end is due");
	ok(lane_ready(&lane, 100) == &lane.job[1], "after it");
	is_int(lane_due(&lane, 100), HANDLER_NEVER, "nothing is due");
	lane.job[1].event.fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	ok(lane_ready(&lane, 100) == NULL, "nor one that has an event still");
	lane.job[0].state = JOB_FREE;
	lane_free(&lane);
	begin(1, "json:k");
	ok(lane_is_ordered(&lane), "an order");
	lane_free(&lane);
	begin(1, "all");
	ok(lane_is_ordered(&lane), "another");
	lane_free(&lane);
}

static void
test_parked(void)
{
	unsigned wrong = 0;

	begin(1, "none");
	is_str(take(), "", "nothing waits");
	ok(!lane_has_waiting(&lane), "nothing at all");
	park(3, 30);
	park(1, 10);
	park(2, 20);
	ok(lane_has_waiting(&lane), "three wait");
	is_str(take(), "00001", "the oldest first");
	is_int(next.event.mtime.tv_sec, 10, "with its time");
	ok(!next.has_key && next.event.fd < 0, "no key, and not open");
	park(4, 5);
	is_str(take(), "00004", "also if it came later");
	is_str(take(), "00002", "then the others");
	is_str(take(), "00003", "to the last");
	is_str(take(), "", "that was all");
	ok(!more, "there are no others");

	for (unsigned i = 0; i < LANE_PARKED_MAX + 2; i++)
		park(i, i);
	for (unsigned i = 0; i < LANE_PARKED_MAX; i++) {
		wrong += !lane_next(&lane, &next, &more) ||
			 strtoul(next.event.name.id, NULL, 10) != i ||
			 more != (i + 1 == LANE_PARKED_MAX);
	}
	is_int(wrong, 0, "those that have room; then it is told of others");
	more = false;
	is_str(take(), "", "none is kept");
	park(1, 1);
	park(2, 2);
	lane_forget(&lane);
	ok(!lane_has_waiting(&lane), "forgotten");
	is_str(take(), "", "before a scan");
	park(1, 1);
	is_str(take(), "00001", "which finds them again");
	ok(!more, "and there are no others");
	lane_free(&lane);
}

static void
test_passed(void)
{
	begin(3, "json:k");
	park(1, 1);
	for (unsigned round = 0; round < 3; round++) {
		pass(10, 7);
		pass(11, 8);
		is_str(take(), "00010", "those with a key come first");
		ok(next.has_key && next.key.digest[0] == 7, "and have it");
		is_str(take(), "00011", "in their order");
		is_int(next.key.digest[0], 8, "each its own");
	}
	pass(12, 9);
	lane_forget(&lane);
	ok(lane_has_waiting(&lane), "a scan does not forget them");
	is_str(take(), "00012", "since they hold their keys");
	is_str(take(), "", "the others it does");
	lane_free(&lane);
}

static void
test_keys(void)
{
	const struct run_key one = key(1), other = key(2);
	const struct outbox_event first = event(1, 1), second = event(2, 2);

	begin(2, "json:k");
	if (!held_take(&lane.held, &one, false) ||
	    !held_take(&lane.held, &other, false))
		sandbox_die("no memory");
	held_wait(&lane.held, &one, &first);
	held_wait(&lane.held, &one, &second);
	ok(!lane_give_key(&lane, &other, false), "nobody waits for it");
	ok(held_allows(&lane.held, &other, false), "it is free");
	is_str(take(), "", "and nobody comes");
	ok(!lane_give_key(&lane, &one, false), "given to the first");
	is_str(take(), "00001", "who is the next");
	ok(next.has_key && next.key.digest[0] == 1, "and has the key");
	ok(!lane_give_key(&lane, &one, true), "it fails softly");
	is_str(take(), "", "the second waits");
	if (!held_take(&lane.held, &one, true))
		sandbox_die("no memory");
	ok(!lane_give_key(&lane, &one, false), "it is done");
	is_str(take(), "00002", "now the second");
	lane_forget(&lane);
	held_wait(&lane.held, &one, &first);
	lane_forget(&lane);
	ok(!lane_give_key(&lane, &one, false), "a scan forgets who waits");
	is_str(take(), "", "and finds them again");
	if (!held_take(&lane.held, &one, false) ||
	    !held_take(&lane.held, &other, false))
		sandbox_die("no memory");
	for (unsigned i = 0; i < HELD_WAITING_MAX; i++)
		held_wait(&lane.held, &other, &first);
	held_wait(&lane.held, &one, &second);
	ok(lane_give_key(&lane, &one, false), "look for who had no room");
	is_str(take(), "", "nobody is kept");
	lane_free(&lane);
}

static void
test_moved(void)
{
	static struct moved moved;
	char file[16];
	unsigned wrong = 0;

	ok(!moved_is_own(&moved, MOVED_IN, "a"), "another's");
	moved_note(&moved, MOVED_IN, "a");
	moved_note(&moved, MOVED_OUT, "b");
	moved_note(&moved, MOVED_IN, "c");
	ok(!moved_is_own(&moved, MOVED_OUT, "a"), "the other way");
	ok(!moved_is_own(&moved, MOVED_IN, "b"), "that too");
	ok(moved_is_own(&moved, MOVED_OUT, "b"), "ours");
	ok(!moved_is_own(&moved, MOVED_OUT, "b"), "once");
	ok(moved_is_own(&moved, MOVED_IN, "a"), "in any order");
	ok(moved_is_own(&moved, MOVED_IN, "c"), "all of them");
	moved_note(&moved, MOVED_IN, "a");
	moved_note(&moved, MOVED_IN, "a");
	ok(moved_is_own(&moved, MOVED_IN, "a") &&
		moved_is_own(&moved, MOVED_IN, "a") &&
		!moved_is_own(&moved, MOVED_IN, "a"),
	    "twice, if it was moved twice");
	for (unsigned i = 0; i < MOVED_MAX + 1; i++) {
		snprintf(file, sizeof(file), "%u", i);
		moved_note(&moved, MOVED_IN, file);
	}
	ok(!moved_is_own(&moved, MOVED_IN, "0"), "the oldest goes first");
	for (unsigned i = 1; i < MOVED_MAX + 1; i++) {
		snprintf(file, sizeof(file), "%u", i);
		wrong += !moved_is_own(&moved, MOVED_IN, file);
	}
	is_int(wrong, 0, "the others are remembered");
	moved_note(&moved, MOVED_IN, "a");
	moved_forget(&moved);
	ok(!moved_is_own(&moved, MOVED_IN, "a"), "until all are forgotten");
}

int
main(void)
{
	sandbox_make();
	run_begin();
	test_jobs();
	test_parked();
	test_passed();
	test_keys();
	test_moved();
	poller_close(&poller);
	sandbox_remove(sandbox_dir);
	return done();
}
