/* outbox_scan.c - the oldest first, of any number, within bounds. */
#include "outbox/outbox_scan.h"
#include "outbox_fixture.h"

#include "../tap.h"

static const struct outbox_limits no_limits = {.n = 0};
static struct outbox_scan scan;

static void
begin(size_t max, const struct outbox_limits *limits)
{
	fixture_begin(2, false);
	fixture_store(0, "x");
	fixture_store(1, "x");
	fixture_open(OUTBOX_RUN);
	unlink(sandbox_path(FIRST "new/x"));
	unlink(sandbox_path(OTHER "new/x"));
	outbox_scan_free(&scan);
	scan = outbox_scan_of(max, limits);
}

/* All that the scan gives at that time, "ID ID ID". */
static const char *
all(time_t now)
{
	static char text[4096];
	struct outbox_event event;

	text[0] = '\0';
	while (outbox_scan_next(&scan, now, &event)) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, "%s%s",
		    used == 0 ? "" : " ", event.name.id);
	}
	return text;
}

static void
test_order(void)
{
	time_t next = 0;

	begin(16, &no_limits);
	put(FIRST "new/c", "", NOW - 7);
	put(FIRST "new/b", "", NOW - 5);
	put(OTHER "new/a", "", NOW - 5);
	put(OTHER "new/d", "", NOW - 9);
	put(FIRST "later/20231114T221319Z.1.old", "", NOW - 8);
	put(OTHER "later/20231114T221320Z.2.just", "", NOW - 6);
	put(FIRST "later/20231114T221330Z.1.soon", "", NOW - 60);
	put(FIRST "later/20231114T221325Z.3.sooner", "", NOW - 4);
	put(FIRST "new/.hidden", "", NOW - 70);
	put(FIRST "later/1.wrong", "", NOW - 70);
	ok(outbox_scan(&scan, &outbox, NOW, &why), "a scan");
	is_int(scan.waiting, 6, "six are due");
	is_int(scan.others, 2, "two are no events");
	ok(outbox_scan_due(&scan, &next), "others come later");
	is_int(next, NOW + 5, "the first of them in five seconds");
	is_str(all(NOW), "d old c just a b", "by time, then by name");
	ok(!outbox_scan_has_more(&scan, NOW), "that is all");
	is_str(all(NOW + 4), "", "nothing yet");
	is_str(all(NOW + 5), "sooner", "then the first");
	ok(outbox_scan_due(&scan, &next) && next == NOW + 10, "the other");
	is_str(all(NOW + 20), "soon", "and the other, without a scan");
	ok(!outbox_scan_due(&scan, &next), "no more");
}

/* What becomes due is sorted in by its age. */
static void
test_becomes_due(void)
{
	struct outbox_event event;

	begin(16, &no_limits);
	put(FIRST "new/b", "", NOW - 5);
	put(FIRST "new/d", "", NOW - 1);
	put(FIRST "later/20231114T221322Z.4.c", "", NOW - 3);
	put(FIRST "later/20231114T221321Z.1.a", "", NOW - 9);
	ok(outbox_scan(&scan, &outbox, NOW, &why), "a scan");
	ok(outbox_scan_next(&scan, NOW, &event), "one");
	is_str(event.name.id, "b", "is the oldest that is due");
	is_int(event.state, OUTBOX_NEW, "of new/");
	ok(outbox_scan_next(&scan, NOW + 3, &event), "one more");
	is_str(event.name.id, "a", "is now an older one");
	is_int(event.state, OUTBOX_LATER, "of later/");
	is_int(event.name.attempts, 1, "with its attempts");
	is_int(event.name.next, NOW + 1, "and its time");
	is_int(event.mtime.tv_sec, NOW - 9, "and its age");
	is_int(event.root, 0, "and its root");
	is_str(all(NOW + 3), "c d", "then the others");
}

/* Only so many are kept: the oldest, however the folder is read. */
static void
test_bounded(void)
{
	char path[64], want[512] = "";

	begin(10, &no_limits);
	for (int i = 0; i < 100; i++) {
		snprintf(path, sizeof(path), "%snew/e%02d",
		    i % 2 == 0 ? FIRST : OTHER, (i * 37) % 100);
		put(path, "", NOW - 1000 + (i * 37) % 100);
		snprintf(path, sizeof(path),
		    FIRST "later/20231114T2214%02dZ.1.l%02d", i % 60, i);
		put(path, "", NOW - 2000);
	}
	for (int round = 0; round < 10; round++) {
		ok(outbox_scan(&scan, &outbox, NOW, &why), "round %d", round);
		is_int(scan.due.n, 10, "ten are kept");
		is_int(scan.due.room, 10, "no more room is taken");
		is_int(scan.later.n, 10, "and ten of the others");
		is_int(scan.waiting, 100 - 10 * round, "the others count");
		is_int(outbox_scan_has_more(&scan, NOW), round < 9, "more?");
		want[0] = '\0';
		for (int i = 10 * round; i < 10 * round + 10; i++) {
			size_t used = strlen(want);

			snprintf(want + used, sizeof(want) - used, "%se%02d",
			    used == 0 ? "" : " ", i);
			snprintf(path, sizeof(path), FIRST "new/e%02d", i);
			unlink(sandbox_path(path));
			snprintf(path, sizeof(path), OTHER "new/e%02d", i);
			unlink(sandbox_path(path));
		}
		is_str(all(NOW), want, "the oldest ten");
	}
	/* 22:14:00 is NOW + 40; two are due at each second up to :39. */
	is_int(scan.horizon, NOW + 44, "those that are not kept come later");
	ok(!outbox_scan_has_more(&scan, NOW + 43), "no scan before that");
	ok(outbox_scan_has_more(&scan, NOW + 44), "then one is due");
}

/* Those before the last one are passed over. */
static void
test_on(void)
{
	char path[64];

	begin(3, &no_limits);
	for (int i = 0; i < 8; i++) {
		snprintf(path, sizeof(path), FIRST "new/e%d", i);
		put(path, "", NOW - 10 + i / 2);
	}
	ok(outbox_scan(&scan, &outbox, NOW, &why), "a scan");
	is_str(all(NOW), "e0 e1 e2", "the first three, which nobody takes");
	ok(outbox_scan_on(&scan, &outbox, NOW, &why), "on");
	is_str(all(NOW), "e3 e4 e5", "the next");
	ok(outbox_scan_has_more(&scan, NOW), "there is more");
	ok(outbox_scan_on(&scan, &outbox, NOW, &why), "on");
	is_str(all(NOW), "e6 e7", "the last");
	ok(!outbox_scan_has_more(&scan, NOW), "that is all");
	ok(outbox_scan(&scan, &outbox, NOW, &why), "from the start");
	is_str(all(NOW), "e0 e1 e2", "again");
}

static void
add(enum outbox_state state, const char *file)
{
	const struct outbox_event event = event_of(0, state, file);

	ok(outbox_scan_add(&scan, &outbox, &event, &why), "add %s", file);
}

static void
test_add(void)
{
	time_t next = 0;

	begin(3, &no_limits);
	put(FIRST "new/b", "", NOW - 5);
	ok(outbox_scan(&scan, &outbox, NOW, &why), "a scan");
	put(FIRST "new/c", "", NOW - 1);
	put(FIRST "new/a", "", NOW - 9);
	add(OUTBOX_NEW, "c");
	add(OUTBOX_NEW, "a");
	add(OUTBOX_NEW, "gone");
	is_str(all(NOW), "a b c", "in its place");
	put(FIRST "later/20231114T221330Z.1.l", "", NOW);
	add(OUTBOX_LATER, "20231114T221330Z.1.l");
	ok(outbox_scan_due(&scan, &next) && next == NOW + 10, "one later");
	if (symlink("b", sandbox_path(FIRST "new/link")) != 0 ||
	    mkfifo(sandbox_path(FIRST "new/fifo"), 0600) != 0)
		sandbox_die("links");
	add(OUTBOX_NEW, "link");
	add(OUTBOX_NEW, "fifo");
	is_str(all(NOW), "", "no link, no FIFO");
	for (char name[] = "e"; name[0] < 'j'; name[0]++) {
		char path[64];

		snprintf(path, sizeof(path), FIRST "new/%s", name);
		put(path, "", NOW);
		add(OUTBOX_NEW, name);
	}
	is_int(scan.due.n, 3, "no more than may be");
	ok(outbox_scan_has_more(&scan, NOW), "a scan is due");
	is_str(all(NOW), "e f g", "after these");
	put(FIRST "new/z", "", NOW + 1);
	add(OUTBOX_NEW, "z");
	is_str(all(NOW), "", "one that came after those that are not kept");
	for (int i = 0; i < 4; i++) {
		char file[64], path[96];

		snprintf(file, sizeof(file), "20231114T22134%dZ.1.m", i);
		snprintf(path, sizeof(path), FIRST "later/%s", file);
		put(path, "", NOW);
		add(OUTBOX_LATER, file);
	}
	is_int(scan.later.n, 3, "no more of the others");
	is_int(scan.horizon, NOW + 22, "the first that is not kept");
}

/* A NEXT of another clock; only as far off as it can be. */
static void
test_clock(void)
{
	static const long step[] = {5, 300};
	struct outbox_limits limits = {step, 2, false};
	time_t next = 0;

	begin(16, &limits);
	put(FIRST "later/20231114T221326Z.1.six", "", NOW);
	put(FIRST "later/20231114T221327Z.1.seven", "", NOW);
	put(FIRST "later/20231114T221851Z.2.near", "", NOW);
	put(FIRST "later/20231114T221852Z.9.far", "", NOW);
	put(OTHER "later/20991114T221320Z.1.year", "", NOW);
	ok(outbox_scan(&scan, &outbox, NOW, &why), "a scan");
	is_int(scan.postponed, 3, "three are too far off");
	ok(there(FIRST "later/20231114T221326Z.1.six"), "a tenth more is not");
	ok(there(FIRST "later/20231114T221325Z.1.seven"), "two tenths are");
	ok(there(FIRST "later/20231114T221851Z.2.near"), "the second step");
	ok(there(FIRST "later/20231114T221820Z.9.far"), "the last of them");
	ok(there(OTHER "later/20231114T221325Z.1.year"), "years");
	ok(outbox_scan_due(&scan, &next) && next == NOW + 5, "known at once");
	ok(outbox_scan(&scan, &outbox, NOW + 1, &why), "the next scan");
	is_int(scan.postponed, 0, "puts nothing off");
	limits.after = true;
	begin(16, &limits);
	put(FIRST "later/20231115T221320Z.1.day", "", NOW);
	put(FIRST "later/20231115T221321Z.1.more", "", NOW);
	ok(outbox_scan(&scan, &outbox, NOW, &why), "handlers may ask");
	ok(there(FIRST "later/20231115T221320Z.1.day"), "for a day");
	ok(there(FIRST "later/20231114T221325Z.1.more"), "not for more");
}

/* A root that cannot be read stops only itself. */
static void
test_one_root(void)
{
	begin(16, &no_limits);
	put(FIRST "new/a", "", NOW - 1);
	put(OTHER "new/b", "", NOW - 2);
	outbox_close_root(&outbox, 1);
	ok(outbox_scan(&scan, &outbox, NOW, &why), "one is closed");
	is_str(all(NOW), "a", "the other is read");
	is_int(outbox_open(&outbox), 2, "both");
	ok(outbox_scan(&scan, &outbox, NOW, &why), "a scan");
	is_str(all(NOW), "b a", "both are read");
}

int
main(void)
{
	sandbox_make();
	scan = outbox_scan_of(1, &no_limits);
	test_order();
	test_becomes_due();
	test_bounded();
	test_on();
	test_add();
	test_clock();
	test_one_root();
	outbox_scan_free(&scan);
	outbox_close(&outbox);
	sandbox_remove(sandbox_dir);
	return done();
}
