/*
 * queue.c - which event is handled when, by whom, and where it goes then: with
 * real handlers and two inboxes.
 *
 * What is waited for is a process or a file. Where the queue pauses, the test
 * puts its clock forward.
 */
#define _GNU_SOURCE /* renameat2() */
#include <errno.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/syscall.h>

#include "../../cli/run/queue.h"
#include "run_fixture.h"

#include "../tap.h"

#define WRITE_ID "echo $HOOKDIR_ID >>$1/order; "
/* Goes on as soon as there is a file of the name of its event. */
#define GATE "until [ -e $1/gate-$HOOKDIR_ID ]; do sleep 0.01; done; "
/* Persistent: $id is its event. */
#define LOOP  "echo ready; while read -r f; do id=${f##*/}; id=${id#*.}; "
#define PAUSE 5   /* seconds, after what failed */
#define A_LOT 300 /* events that wait for one job */

static struct queue queue;
static struct run_entry entry[3];
static size_t entries;
static struct run_provider terms;
static time_t forward; /* seconds */
static int moves_fail; /* so many, to later/ and failed/ */

/* True if a move to that folder is to fail. */
static bool
fails(int to)
{
	const struct outbox_root *root = &queue.backlog.outbox.root[0];

	if (moves_fail == 0 || (to != root->folder[OUTBOX_LATER] &&
				   to != root->folder[OUTBOX_FAILED]))
		return false;
	moves_fail--;
	errno = EIO;
	return true;
}

int
renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
	return fails(to)
		   ? -1
		   : (int)syscall(SYS_renameat2, from, old, to, new, flags);
}

int
linkat(int from, const char *old, int to, const char *new, int flags)
{
	return fails(to) ? -1
			 : (int)syscall(SYS_linkat, from, old, to, new, flags);
}

/* The monotonic clock goes forward as the test says. */
int
clock_gettime(clockid_t id, struct timespec *t)
{
	int rc = (int)syscall(SYS_clock_gettime, id, t);

	if (id == CLOCK_MONOTONIC)
		t->tv_sec += forward;
	return rc;
}

/* --- A queue, and its way --- */

/* Anew: entries of these scripts, and no event. */
static void
begin(const char *first, const char *second)
{
	entries = second == NULL ? 1 : 2;
	forward = 0;
	run_inboxes();
	unlink(sandbox_path("order"));
	entry[0] = run_script(first);
	entry[1] = run_script(second);
	entry[0].type[0] = second == NULL ? NULL : "x";
	entry[1].type[0] = "y";
}

static void
init(void)
{
	terms =
	    (struct run_provider){.name = "p", .entry = entry, .n = entries};
	if (!queue_init(&queue, &world, &terms, &inboxes))
		sandbox_die("no memory");
}

static void
reopen(void)
{
	is_int(queue_open(&queue), OUTBOX_OPEN, "open");
}

/* With the entries as they are now. */
static void
start(void)
{
	init();
	reopen();
}

/* There may be more.  A scan that took long is not made again at once. */
static void
look(void)
{
	queue.backlog.rest_until = 0;
	backlog_look(&queue.backlog);
}

static void
serve(void)
{
	while (queue_serve(&queue, poller_clock(), time(NULL)))
		continue;
}

/* Until nothing more is done. */
static void
drive(void)
{
	serve();
	while (queue_is_working(&queue) || queue_is_starting(&queue)) {
		run_wait();
		serve();
	}
}

/* Wait until so many lines are in order. */
static const char *
order(void)
{
	static char text[65536];
	ssize_t n;
	int fd = open(sandbox_path("order"), O_RDONLY);

	n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	text[n < 0 ? 0 : n] = '\0';
	for (char *c = text; *c != '\0'; c++)
		*c = *c == '\n' ? ' ' : *c;
	return text;
}

static void
wait_order(const char *want)
{
	for (int i = 0; i < PATIENCE * 100 && strcmp(order(), want) != 0; i++)
		usleep(10000);
	is_str(order(), want, "the order");
}

/* Where it stands there. */
static size_t
place(const char *id)
{
	const char *at = strstr(order(), id);

	return at == NULL ? 0 : (size_t)(at - order()) + 1;
}

/* An event of this type and key; older is older. */
static void
event(const char *path, const char *type, const char *key, time_t age)
{
	char body[64];

	snprintf(body, sizeof(body), "{\"k\":\"%s\"}", key);
	run_put(path, type, body, NOW - age);
}

/* The only event in a folder; "" if there is none. */
static const char *
only(const char *folder)
{
	static char name[300];
	struct dirent *found;
	DIR *dir = opendir(sandbox_path(folder));

	name[0] = '\0';
	while (dir != NULL && (found = readdir(dir)) != NULL) {
		if (found->d_name[0] != '.')
			snprintf(name, sizeof(name), "%s%s",
			    name[0] == '\0' ? "" : "more ", found->d_name);
	}
	if (dir != NULL)
		closedir(dir);
	return name;
}

static time_t
next_of(const char *file)
{
	struct outbox_name name;

	return outbox_name_read(&name, OUTBOX_LATER, file) ? name.next : 0;
}

static void
end(void)
{
	queue_end(&queue, poller_clock());
	queue_stop(&queue, poller_clock());
	while (!queue_is_gone(&queue))
		run_wait();
	queue_free(&queue);
}

static void
no_events(const char *when)
{
	int left = 0;

	for (enum outbox_state s = OUTBOX_NEW; s < OUTBOX_DONE; s++) {
		char path[32];

		snprintf(path, sizeof(path), FIRST "%s", outbox_state_name(s));
		left += sandbox_entries(path) > 0 ? sandbox_entries(path) : 0;
		snprintf(path, sizeof(path), OTHER "%s", outbox_state_name(s));
		left += sandbox_entries(path) > 0 ? sandbox_entries(path) : 0;
	}
	is_int(left, 0, "%s", when);
}

/* --- Where events go --- */

static void
test_done(void)
{
	begin(WRITE_ID, NULL);
	event(FIRST "new/c", "x", "", 1);
	event(OTHER "new/b", "x", "", 2);
	event(FIRST "later/20231114T221319Z.2.a", "x", "", 3);
	put(FIRST "errors/a", "an old one\n", NOW);
	start();
	ok(queue_is_idle(&queue) && queue_is_gone(&queue), "idle");
	drive();
	is_str(order(), "a b c ", "the oldest first, in both inboxes");
	no_events("all are done");
	ok(!there(FIRST "errors/a"), "what was said before is gone");
	is_int(queue.backlog.counts.done, 3, "and counted");
	ok(!queue_serve(&queue, poller_clock(), time(NULL)), "nothing to do");
	end();

	begin("exit 0", NULL);
	entry[0].keep_hours = 1;
	event(FIRST "new/a", "x", "", 1);
	start();
	drive();
	is_str(only(FIRST "done"), "a", "kept");
	end();
}

static void
test_later_and_failed(void)
{
	time_t before = time(NULL), next;

	begin("echo said; exit 111", NULL);
	entry[0].retry[0] = 1000;
	entry[0].nretry = 1;
	event(FIRST "new/a", "x", "", 1);
	put(FIRST "errors/a", "an old one\n", NOW);
	start();
	drive();
	next = next_of(only(FIRST "later"));
	ok(strstr(only(FIRST "later"), "Z.1.a") != NULL, "one attempt");
	ok(next >= before + 900 && next <= time(NULL) + 1100, "by the list");
	ok(sandbox_entries(FIRST "errors") == 1, "why is written down");
	is_int(queue.backlog.counts.later, 1, "and counted");
	ok(queue_due(&queue, poller_clock(), time(NULL)) >
		poller_clock() + 890 * 1000,
	    "nothing is due before");
	ok(queue_due(&queue, poller_clock(), time(NULL)) <=
		poller_clock() + 1101 * 1000,
	    "but then");
	while (queue_serve(&queue, poller_clock(), next - 1))
		continue;
	ok(queue_is_idle(&queue), "not yet");
	while (queue_serve(&queue, poller_clock(), next))
		continue;
	ok(!queue_is_idle(&queue), "now, and without a scan");
	drive();
	is_str(only(FIRST "failed"), "a", "that was the last attempt");
	is_int(queue.backlog.counts.failed, 1, "and counted");
	is_int(sandbox_entries(FIRST "errors"), 1, "with what it said");
	end();

	begin("exit 100", NULL);
	event(FIRST "new/a", "x", "", 1);
	start();
	drive();
	is_str(only(FIRST "failed"), "a", "for good, at once");
	end();
}

/* In the other inbox as well it is known when it is due. */
static void
test_later_in_the_other(void)
{
	time_t next;

	begin("test $HOOKDIR_ATTEMPT = 2", NULL);
	entry[0].retry[0] = 1000;
	event(OTHER "new/a", "x", "", 1);
	start();
	drive();
	next = next_of(only(OTHER "later"));
	while (queue_serve(&queue, poller_clock(), next))
		continue;
	drive();
	no_events("it is tried again when it is due, without a scan");
	is_int(queue.backlog.counts.done, 1, "and done");
	end();
}

/* What a persistent handler asks for; and another machine. */
static void
test_after(void)
{
	time_t before = time(NULL), next;

	begin(LOOP "echo $id 111 after=$((${id#a} * 1)); done", NULL);
	entry[0].persistent = true;
	entry[0].retry[0] = 1000;
	event(FIRST "new/a7", "x", "", 1);
	start();
	drive();
	next = next_of(only(FIRST "later"));
	ok(next >= before + 7 && next <= time(NULL) + 7, "as it asked");
	end();

	begin(LOOP "echo $id 111 after=${id#a}; done", NULL);
	entry[0].persistent = true;
	entry[0].forward = "https://example.org/";
	entry[0].retry[0] = 1000;
	event(FIRST "new/a7", "x", "", 1);
	event(OTHER "new/a5000", "x", "", 1);
	start();
	drive();
	ok(next_of(only(FIRST "later")) >= before + 900,
	    "another machine does not make a pause shorter");
	ok(next_of(only(OTHER "later")) >= before + 5000, "but longer");
	end();
}

static void
test_cannot_start(void)
{
	static char program[SANDBOX_PATH_MAX];

	snprintf(program, sizeof(program), "%s", sandbox_path("program"));
	begin("exit 0", WRITE_ID);
	entry[0].command[0] = program;
	event(FIRST "new/a", "x", "", 3);
	event(FIRST "later/20231114T221319Z.2.l", "x", "", 4);
	event(FIRST "new/b", "y", "", 1);
	start();
	drive();
	is_str(order(), "b ", "another entry goes on");
	is_str(only(FIRST "new"), "a", "no attempt");
	is_str(only(FIRST "later"), "20231114T221319Z.2.l", "nor one more");
	is_str(only(FIRST "busy"), "", "nothing is left");
	ok(sandbox_log_has("cannot be started, next try in 5 s: "), "logged");
	is_int(queue_due(&queue, 0, time(NULL)) > 0, 1, "a pause");
	sandbox_log_clear();
	drive();
	is_str(sandbox_logged, "", "in which nothing is tried");
	forward += PAUSE;
	drive();
	ok(sandbox_log_has("next try in 10 s"), "then a longer one");
	sandbox_log_clear();
	sandbox_text("program", "#!/bin/sh\nexit 0\n", 0755);
	forward += PAUSE;
	drive();
	is_str(only(FIRST "new"), "a", "not before its end");
	forward += PAUSE;
	drive();
	no_events("now it is there");
	unlink(sandbox_path("program"));
	event(FIRST "new/a", "x", "", 3);
	look();
	drive();
	ok(sandbox_log_has("next try in 5 s"), "short again");
	is_int(queue.backlog.counts.later + queue.backlog.counts.failed, 0,
	    "none failed");
	end();
}

/* --- Order --- */

/* What could not be begun is the first of its key again. */
static void
test_cannot_start_in_order(void)
{
	static char program[SANDBOX_PATH_MAX];

	snprintf(program, sizeof(program), "%s", sandbox_path("program"));
	begin("", NULL);
	entry[0].command[0] = program;
	entry[0].jobs = 2;
	run_order_parse(&entry[0].order, "json:k");
	event(FIRST "new/a1", "x", "a", 4);
	event(FIRST "later/20231114T221319Z.2.b1", "x", "b", 3);
	event(FIRST "new/a2", "x", "a", 2);
	event(FIRST "new/b2", "x", "b", 1);
	start();
	drive();
	is_int(sandbox_entries(FIRST "new"), 3, "no attempt");
	is_str(only(FIRST "later"), "20231114T221319Z.2.b1", "nor there");
	sandbox_text(
	    "program", "#!/bin/sh\necho $HOOKDIR_ID >>$4/order\n", 0755);
	forward += PAUSE;
	drive();
	no_events("all are handled");
	ok(place("a1") > 0 && place("a1") < place("a2"), "in their order");
	ok(place("b1") > 0 && place("b1") < place("b2"), "of each key");
	unlink(program);
	end();
}

/* Behind more that wait for their key than are kept in memory. */
static void
test_behind_many(void)
{
	char path[64];

	begin(WRITE_ID GATE, NULL);
	entry[0].jobs = 2;
	run_order_parse(&entry[0].order, "json:k");
	for (int i = 0; i < 10; i++) {
		snprintf(path, sizeof(path), FIRST "new/a%d", i);
		event(path, "x", "a", 20 - i);
		snprintf(path, sizeof(path), "gate-a%d", i);
		if (i > 0)
			run_open_gate(path);
	}
	event(OTHER "new/b", "x", "b", 1);
	init();
	queue.backlog.scan.max = 3;
	reopen();
	serve();
	is_str(only(OTHER "busy"), "1.b", "it is found");
	run_open_gate("gate-b");
	run_open_gate("gate-a0");
	drive();
	no_events("and all others");
	for (int i = 1; i < 10; i++) {
		snprintf(path, sizeof(path), "a%d", i - 1);
		if (place(path) > place("a9"))
			ok(false, "%s is after the last", path);
	}
	for (int i = 0; i < 10; i++) {
		snprintf(path, sizeof(path), "gate-a%d", i);
		unlink(sandbox_path(path));
	}
	unlink(sandbox_path("gate-b"));
	is_int(strlen(order()), 32, "each once");
	end();
}

static void
test_none(void)
{
	begin(WRITE_ID "test $HOOKDIR_ID != a1", NULL);
	event(FIRST "new/a1", "x", "a", 3);
	event(FIRST "new/a2", "x", "a", 2);
	start();
	drive();
	is_str(order(), "a1 a2 ", "without an order nobody waits");
	end();
}

static void
test_keys(void)
{
	char file[256];

	begin(WRITE_ID GATE "test $HOOKDIR_ID != a1", NULL);
	entry[0].jobs = 3;
	run_order_parse(&entry[0].order, "json:k");
	event(FIRST "new/a1", "x", "a", 9);
	event(FIRST "new/a2", "x", "a", 8);
	event(FIRST "new/b1", "x", "b", 7);
	event(OTHER "new/a3", "x", "a", 6);
	event(FIRST "new/b2", "x", "b", 5);
	run_put(FIRST "new/n1", "x", "{}", NOW - 4);
	start();
	serve();
	run_open_gate("gate-n1");
	while (there(FIRST "busy/1.n1"))
		run_wait();
	serve();
	run_put(FIRST "new/n2", "x", "{\"k\":null}", NOW - 3);
	backlog_came(&queue.backlog, 0, "n2");
	serve();
	ok(there(FIRST "busy/1.n2"), "those without a key do not wait");
	ok(there(FIRST "busy/1.a1") && there(FIRST "busy/1.b1"),
	    "nor does another key");
	is_int(sandbox_entries(FIRST "new"), 2, "those of a key do");
	run_open_gate("gate-n2");
	run_open_gate("gate-b1");
	while (there(FIRST "busy/1.b1"))
		run_wait();
	serve();
	ok(there(FIRST "busy/1.b2"), "until it is free");
	run_open_gate("gate-a1");
	while (there(FIRST "busy/1.a1"))
		run_wait();
	run_open_gate("gate-b2");
	run_open_gate("gate-a2");
	run_open_gate("gate-a3");
	drive();
	is_str(only(FIRST "new"), "a2", "a soft failure holds its key");
	is_str(only(OTHER "new"), "a3", "in both inboxes");
	snprintf(file, sizeof(file), "%s", only(FIRST "later"));
	ok(strstr(file, ".1.a1") != NULL, "it is in later/");
	/* Somebody gives it up: the others may come. */
	if (renameat(AT_FDCWD, sandbox_path(FIRST "later"), AT_FDCWD,
		sandbox_path("elsewhere")) != 0 ||
	    renameat(AT_FDCWD, sandbox_path("elsewhere"), AT_FDCWD,
		sandbox_path(FIRST "later")) != 0)
		sandbox_die("later");
	{
		char path[512];

		snprintf(path, sizeof(path), FIRST "later/%s", file);
		unlink(sandbox_path(path));
	}
	drive();
	is_str(only(FIRST "new"), "a2", "that is not seen by itself");
	backlog_later_changed(&queue.backlog, 0, MOVED_OUT, file);
	drive();
	no_events("told of it, the others go on");
	ok(strstr(order(), "a2 a3 ") != NULL, "in their order");
	end();
}

/* Who waited for a key and is gone when it is free passes it on. */
static void
test_gone_meanwhile(void)
{
	begin(WRITE_ID GATE, NULL);
	entry[0].jobs = 2;
	run_order_parse(&entry[0].order, "json:k");
	event(FIRST "new/a1", "x", "a", 9);
	event(FIRST "new/a2", "x", "a", 8);
	event(FIRST "new/a3", "x", "a", 7);
	start();
	serve();
	ok(there(FIRST "busy/1.a1") && there(FIRST "new/a2"), "one waits");
	unlink(sandbox_path(FIRST "new/a2"));
	run_open_gate("gate-a1");
	run_open_gate("gate-a3");
	drive();
	is_str(order(), "a1 a3 ", "the next one comes");
	no_events("and all are handled");
	is_int(queue.backlog.counts.errors, 0, "nothing is wrong");
	unlink(sandbox_path("gate-a1"));
	unlink(sandbox_path("gate-a3"));
	end();
}

/* What waits in later/ when the runner starts holds its key as well. */
static void
test_keys_of_later(void)
{
	begin(WRITE_ID, NULL);
	run_order_parse(&entry[0].order, "header:Ce-Type");
	event(FIRST "later/20991114T221319Z.1.a1", "x", "", 9);
	event(OTHER "new/a2", "x", "", 8);
	event(FIRST "new/b1", "y", "", 7);
	start();
	drive();
	is_str(order(), "b1 ", "the key of what failed before is held");
	is_str(only(OTHER "new"), "a2", "in both inboxes");
	end();
}

static void
test_all(void)
{
	begin(WRITE_ID "test $HOOKDIR_ID != a1", NULL);
	run_order_parse(&entry[0].order, "all");
	entry[0].retry[0] = 0;
	for (int i = 0; i < 5; i++) {
		char path[32];

		snprintf(path, sizeof(path), "%snew/a%d",
		    i % 2 == 0 ? FIRST : OTHER, i);
		event(path, "x", path, 100 - i);
	}
	entry[0].nretry = 2;
	entry[0].retry[1] = 0;
	start();
	drive();
	is_str(order(), "a0 a1 a1 a1 a2 a3 a4 ",
	    "one after the other, however often it is tried");
	is_str(only(OTHER "failed"), "a1", "until it is given up");
	end();
}

/* Events that wait for a lane do not pass by those of their key. */
static void
test_parked_keys(void)
{
	begin(WRITE_ID GATE, WRITE_ID GATE);
	entry[0].jobs = 2;
	run_order_parse(&entry[0].order, "json:k");
	event(FIRST "new/a1", "x", "a", 9);
	event(FIRST "new/a2", "x", "a", 8);
	event(FIRST "new/b1", "x", "b", 7);
	event(FIRST "new/a3", "x", "a", 6);
	event(FIRST "new/a4", "x", "a", 5);
	start();
	serve();
	run_open_gate("gate-a1");
	while (there(FIRST "busy/1.a1"))
		run_wait();
	serve();
	ok(there(FIRST "busy/1.a2"), "the next of its key");
	ok(!there(FIRST "busy/1.a3"), "and none that came after it");
	for (int i = 2; i < 5; i++) {
		char gate[16];

		snprintf(gate, sizeof(gate), "gate-a%d", i);
		run_open_gate(gate);
	}
	run_open_gate("gate-b1");
	drive();
	no_events("all are handled");
	ok(place("a1") < place("a2") && place("a2") < place("a3") &&
		place("a3") < place("a4"),
	    "in their order");
	end();
	for (int i = 1; i < 5; i++) {
		char gate[16];

		snprintf(gate, sizeof(gate), "gate-a%d", i);
		unlink(sandbox_path(gate));
	}
	unlink(sandbox_path("gate-b1"));
}

/* --- Lanes --- */

static void
test_lanes(void)
{
	begin(WRITE_ID GATE, WRITE_ID);
	event(FIRST "new/a1", "x", "", 9);
	event(FIRST "new/a2", "x", "", 8);
	event(OTHER "new/b1", "y", "", 7);
	event(FIRST "new/a3", "x", "", 6);
	event(OTHER "new/b2", "y", "", 5);
	event(OTHER "new/other", "z", "", 4);
	start();
	serve();
	while (there(OTHER "new/b2") || sandbox_entries(OTHER "busy") > 0) {
		run_wait();
		serve();
	}
	ok(place("b1") > 0 && place("b1") < place("b2") && place("a2") == 0,
	    "the other goes on");
	run_open_gate("gate-a1");
	run_open_gate("gate-a2");
	run_open_gate("gate-a3");
	drive();
	ok(place("b2") < place("a2") && place("a1") < place("a2") &&
		place("a2") < place("a3"),
	    "a busy entry keeps nobody else");
	is_str(only(OTHER "new"), "other", "what nobody takes stays");
	ok(!queue_serve(&queue, poller_clock(), time(NULL)),
	    "and is left alone");
	end();
	unlink(sandbox_path("gate-a1"));
	unlink(sandbox_path("gate-a2"));
	unlink(sandbox_path("gate-a3"));
}

/* All of them before the last one, which is another entry's. */
static void
test_many_wait(void)
{
	char path[64];
	int wrong = 0;
	const char *at;

	begin(LOOP "until [ -e $1/go ]; do sleep 0.01; done; "
		   "echo $id >>$1/order; echo $id 0; done",
	    "touch $1/go");
	entry[0].persistent = true;
	for (int i = 0; i < A_LOT; i++) {
		snprintf(path, sizeof(path), FIRST "new/e%04d", i);
		event(path, "x", "", A_LOT - i + 1);
	}
	event(FIRST "new/y", "y", "", 0);
	start();
	drive();
	no_events("all are handled");
	is_int(queue.backlog.counts.done, A_LOT + 1, "each once");
	at = order();
	for (int i = 0; i < A_LOT; i++, at += 6) {
		snprintf(path, sizeof(path), "e%04d ", i);
		wrong += strncmp(at, path, 6) != 0;
	}
	is_int(wrong, 0, "in their order");
	end();
}

/* --- Copies --- */

/* Two of one id: one after the other. */
static void
test_copies(void)
{
	begin(WRITE_ID GATE, NULL);
	entry[0].jobs = 2;
	event(FIRST "new/a", "x", "", 9);
	event(OTHER "new/a", "x", "", 8);
	start();
	serve();
	is_str(only(FIRST "busy"), "1.a", "the older one");
	is_str(only(OTHER "new"), "a", "the other waits");
	run_open_gate("gate-a");
	drive();
	forward += PAUSE;
	drive();
	no_events("until the first is done, and no news are needed");
	is_int(queue.backlog.counts.done, 2, "both are");
	end();
	unlink(sandbox_path("gate-a"));
}

/* Somebody else has the lock, as `hookdir drop` has it for a moment. */
static void
test_in_use(void)
{
	int fd;

	begin(WRITE_ID, NULL);
	event(FIRST "new/a", "x", "", 9);
	event(FIRST "new/b", "x", "", 8);
	fd = open(sandbox_path(FIRST "new/a"), O_RDONLY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX) != 0)
		sandbox_die("lock");
	start();
	drive();
	is_str(only(FIRST "busy"), "", "not while it is locked");
	close(fd);
	forward += PAUSE;
	drive();
	no_events("but later, and no news are needed");
	is_int(queue.backlog.counts.errors, 0, "that is no error");
	end();
}

/* --- Once --- */

static void
test_until(void)
{
	begin(WRITE_ID "exit 111", NULL);
	entry[0].retry[0] = 0;
	event(FIRST "new/before", "x", "", 1);
	event(FIRST "new/now", "x", "", 0);
	event(FIRST "new/after", "x", "", -1);
	start();
	queue.until = NOW;
	drive();
	is_str(order(), "before now ", "what was there, each once");
	is_str(only(FIRST "new"), "after", "what came since waits");
	is_int(sandbox_entries(FIRST "later"), 2,
	    "and so does what became due since");
	is_int(queue.backlog.counts.later, 2, "both were put off");
	end();
}

/* --- Crashes --- */

static void
test_left(void)
{
	begin(WRITE_ID "test $HOOKDIR_ATTEMPT != 2", NULL);
	entry[0].retry[0] = 100;
	entry[0].nretry = 2;
	event(FIRST "busy/1.a", "x", "", 9);
	event(OTHER "busy/2.b", "x", "", 8);
	event(FIRST "busy/3.c", "x", "", 7);
	event(FIRST "new/d", "x", "", 6);
	start();
	drive();
	is_str(order(), "a b d ", "each is tried again, in its turn");
	ok(strstr(only(FIRST "later"), ".2.a") != NULL, "with its attempts");
	is_str(only(FIRST "failed"), "c", "one that has had all is given up");
	is_str(only(FIRST "busy"), "", "nothing is left");
	is_int(queue.backlog.counts.failed, 1, "given up: counted");
	is_int(queue.backlog.counts.errors, 0, "nothing is wrong");
	end();
}

/* What a crash left was there at the start, whatever the clock says now. */
static void
test_left_once(void)
{
	begin(WRITE_ID, NULL);
	event(FIRST "busy/1.a", "x", "", 9);
	start();
	queue.until = NOW;
	drive();
	is_str(order(), "a ", "it is tried again");
	no_events("and done");
	end();
}

/*
 * A crash in the middle of a move left two names, where moves are links.  In
 * busy/ either may be seen first.
 */
static void
test_two_names(void)
{
	begin(WRITE_ID, NULL);
	for (char id = 'a'; id < 'i'; id++) {
		char lower[32], upper[32];
		bool lower_first = id % 2 == 0;

		snprintf(lower, sizeof(lower), FIRST "busy/1.%c", id);
		snprintf(upper, sizeof(upper), FIRST "busy/2.%c", id);
		event(lower_first ? lower : upper, "x", "", 100 - id % 50);
		link_to(
		    lower_first ? lower : upper, lower_first ? upper : lower);
	}
	event(FIRST "busy/1.y", "x", "", 3);
	link_to(FIRST "busy/1.y", FIRST "new/y");
	event(FIRST "busy/1.z", "x", "", 2);
	link_to(FIRST "busy/1.z", FIRST "later/20231114T221319Z.1.z");
	start();
	drive();
	ok(place("y") < place("z") && place("y") > 0, "both are handled");
	is_int(strlen(order()), 20, "each once");
	no_events("none is left");
	is_int(queue.backlog.counts.errors, 0, "nothing is wrong");
	is_str(sandbox_logged, "", "nothing is said");
	end();
}

/* A handler that outlived its runner. */
static void
test_orphan(void)
{
	int fd;

	begin(WRITE_ID, NULL);
	event(FIRST "busy/1.a", "x", "", 9);
	event(FIRST "new/b", "x", "", 8);
	fd = open(sandbox_path(FIRST "busy/1.a"), O_RDONLY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX) != 0)
		sandbox_die("lock");
	start();
	drive();
	forward += PAUSE;
	drive();
	is_str(order(), "b ", "it is left alone, others go on");
	is_str(only(FIRST "busy"), "1.a", "where it is");
	close(fd);
	forward += PAUSE;
	drive();
	is_str(order(), "b a ", "until it has ended");
	no_events("all is done");
	end();

	begin(WRITE_ID, NULL);
	entry[0].timeout = 1;
	event(FIRST "busy/1.a", "x", "", 9);
	fd = open(sandbox_path(FIRST "busy/1.a"), O_RDONLY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX) != 0)
		sandbox_die("lock");
	start();
	forward += PAUSE;
	drive();
	is_str(order(), "", "it has its time");
	forward += 1 + HANDLER_GRACE / 1000;
	drive();
	is_str(order(), "a ", "and no more: only a child can have the lock");
	close(fd);
	end();
}

/*
 * A persistent handler that outlived its runner, and which event it has, is not
 * known.  This runner has waited for that one, longer than any handler takes.
 */
static void
test_persistent_orphan(void)
{
	struct outbox former;
	unsigned number;
	int fd;

	begin(LOOP "echo $id >>$1/order; echo $id 0; done", NULL);
	entry[0].persistent = true;
	former = outbox_of(&inboxes, OUTBOX_RUN);
	is_int(outbox_open(&former), 2, "another runner");
	fd = outbox_job_lock(&former, &number, &why);
	if (fd < 0)
		sandbox_die(why.text);
	event(FIRST "busy/1.a", "x", "", 9);
	init();
	is_int(queue_open(&queue), OUTBOX_LOCKED, "has all");
	serve();
	forward += 3600;
	serve();
	outbox_close(&former);
	reopen();
	drive();
	forward += PAUSE;
	drive();
	is_str(
	    only(FIRST "busy"), "1.a", "its handler lives: nothing is taken");
	close(fd);
	forward += PAUSE;
	drive();
	is_str(order(), "a ", "until that has ended");
	no_events("all is done");
	end();
}

/* An inbox that is opened while handlers work. */
static void
test_opened_late(void)
{
	begin(WRITE_ID GATE, NULL);
	entry[0].jobs = 2;
	event(FIRST "new/a", "x", "", 9);
	event(OTHER "busy/1.b", "x", "", 8);
	if (rename(sandbox_path("also"), sandbox_path("away")) != 0)
		sandbox_die("away");
	start();
	serve();
	ok(there(FIRST "busy/1.a"), "one inbox is enough");
	if (rename(sandbox_path("away"), sandbox_path("also")) != 0)
		sandbox_die("back");
	reopen();
	run_open_gate("gate-a");
	run_open_gate("gate-b");
	drive();
	forward += PAUSE;
	drive();
	no_events("what a crash left in the other is tried again");
	end();
	unlink(sandbox_path("gate-a"));
	unlink(sandbox_path("gate-b"));
}

/* --- Steps that fail --- */

static void
test_step_fails(void)
{
	begin(WRITE_ID "exit 111", NULL);
	entry[0].retry[0] = 1000;
	event(FIRST "new/a", "x", "", 9);
	start();
	moves_fail = 1;
	drive();
	is_str(only(FIRST "busy"), "1.a", "the move failed");
	is_str(only(FIRST "later"), "", "it is not in later/");
	ok(!queue_is_working(&queue), "no handler has it");
	ok(!queue_is_idle(&queue), "but its job");
	ok(sandbox_log_has("p: a: stays in busy/ until it can be "), "logged");
	is_int(queue.backlog.counts.errors, 1, "and counted");
	forward += PAUSE;
	drive();
	ok(strstr(only(FIRST "later"), ".1.a") != NULL, "then it is moved");
	is_str(order(), "a ", "without another attempt");
	ok(queue_is_idle(&queue), "nothing is left");
	end();
}

/* The key of such an event stays held. */
static void
test_step_fails_with_a_key(void)
{
	begin(WRITE_ID "test $HOOKDIR_ID != a1 || exit 100", NULL);
	entry[0].jobs = 2;
	run_order_parse(&entry[0].order, "json:k");
	event(FIRST "new/a1", "x", "a", 9);
	event(FIRST "new/a2", "x", "a", 8);
	start();
	moves_fail = 2;
	drive();
	forward += PAUSE;
	drive();
	is_str(order(), "a1 ", "the next waits");
	forward += PAUSE;
	drive();
	is_str(order(), "a1 a2 ", "until the first is where it belongs");
	is_str(only(FIRST "failed"), "a1", "in failed/");
	end();
}

static void
test_not_an_event(void)
{
	begin(WRITE_ID, NULL);
	put(FIRST "new/bad", "no header\n", NOW);
	event(FIRST "new/a", "x", "", 0);
	start();
	drive();
	is_str(only(FIRST "new"), "bad", "what is no event stays");
	ok(sandbox_log_has("p: bad: stays where it is: "), "and is named");
	is_str(order(), "a ", "others are handled");
	end();
}

/* --- Opening, and the end --- */

static void
test_open(void)
{
	struct outbox other;

	begin(WRITE_ID, NULL);
	sandbox_remove(sandbox_path("in"));
	sandbox_remove(sandbox_path("also"));
	init();
	is_int(queue_open(&queue), OUTBOX_NONE, "no inbox yet");
	ok(!queue_serve(&queue, poller_clock(), time(NULL)), "nothing to do");
	fixture_store(0, "x");
	unlink(sandbox_path(FIRST "new/x"));
	reopen();
	event(FIRST "new/a", "x", "", 1);
	look();
	drive();
	no_events("it has come");
	end();

	begin(WRITE_ID, NULL);
	other = outbox_of(&inboxes, OUTBOX_RUN);
	is_int(outbox_open(&other), 2, "another runner");
	init();
	is_int(queue_open(&queue), OUTBOX_LOCKED, "has both");
	outbox_close_root(&other, 1);
	event(OTHER "new/b", "x", "", 1);
	event(FIRST "new/a", "x", "", 2);
	reopen();
	drive();
	is_str(order(), "b ", "now only one: the other is served");
	outbox_close(&other);
	reopen();
	look();
	drive();
	is_str(order(), "b a ", "and then both");
	end();
}

static void
test_paused(void)
{
	begin(WRITE_ID, NULL);
	event(FIRST "new/a", "x", "", 2);
	event(FIRST "later/20231114T221319Z.1.b", "x", "", 1);
	put(OTHER "paused", "", NOW);
	start();
	drive();
	is_str(order(), "", "paused in one: nothing is taken");
	unlink(sandbox_path(OTHER "paused"));
	put(FIRST "paused", "", NOW);
	drive();
	is_str(order(), "", "nor in the other");
	unlink(sandbox_path(FIRST "paused"));
	drive();
	is_str(order(), "a b ", "then all");
	end();
}

static void
test_came(void)
{
	begin(WRITE_ID, NULL);
	start();
	drive();
	event(OTHER "new/a", "x", "", 2);
	drive();
	is_str(order(), "", "nobody has told");
	backlog_came(&queue.backlog, 1, "a");
	backlog_came(&queue.backlog, 1, "a");
	backlog_came(&queue.backlog, 0, "a");
	backlog_came(&queue.backlog, 0, ".hidden");
	backlog_came(&queue.backlog, 0, "no event");
	drive();
	is_str(order(), "a ", "told, more than once");
	is_int(queue.backlog.counts.errors, 0, "no matter what");
	backlog_later_changed(&queue.backlog, 0, MOVED_OUT, "no event");
	backlog_later_changed(
	    &queue.backlog, 0, MOVED_OUT, "20991114T221319Z.1.gone");
	drive();
	is_str(order(), "a ", "nothing more");
	end();
}

/* Of two of a key, only the younger one was told of. */
static void
test_lost(void)
{
	begin(WRITE_ID, NULL);
	run_order_parse(&entry[0].order, "all");
	start();
	drive();
	/* As after a scan of many names. */
	queue.backlog.rest_until = HANDLER_NEVER;
	event(FIRST "new/a1", "x", "", 2);
	event(FIRST "new/a2", "x", "", 1);
	backlog_came(&queue.backlog, 0, "a2");
	backlog_lost(&queue.backlog);
	drive();
	is_str(order(), "a1 a2 ", "where there is an order, it is kept");
	end();

	begin(WRITE_ID, NULL);
	start();
	drive();
	event(FIRST "new/a1", "x", "", 2);
	backlog_lost(&queue.backlog);
	forward += 3600;
	drive();
	is_str(order(), "a1 ", "and where there is none, it is found in time");
	end();
}

/* A queue that could do nothing does not ask to be called all the time. */
static void
test_due(void)
{
	const time_t wall = NOW + 1000;
	long long now;

	begin(GATE, NULL);
	start();
	drive();
	now = poller_clock();
	is_int(queue_due(&queue, now, wall), HANDLER_NEVER, "nothing is due");
	event(FIRST "new/a", "x", "", 2);
	event(FIRST "later/20231114T221319Z.1.b", "x", "", 1);
	backlog_came(&queue.backlog, 0, "a");
	serve();
	look();
	serve();
	now = poller_clock();
	ok(queue_due(&queue, now, wall) > now + 200000,
	    "the job is busy: what is due in later/ waits for it");
	run_open_gate("gate-a");
	while (there(FIRST "busy/1.a"))
		run_wait();
	put(FIRST "paused", "", NOW);
	serve();
	now = poller_clock();
	ok(queue_due(&queue, now, wall) > now + 200000,
	    "so it does as long as there is a pause");
	unlink(sandbox_path(FIRST "paused"));
	run_open_gate("gate-b");
	/* A scan that took long is not made again at once. */
	forward += PAUSE;
	drive();
	no_events("then it comes");
	unlink(sandbox_path("gate-a"));
	unlink(sandbox_path("gate-b"));
	end();
}

static void
test_tick(void)
{
	long long due;

	begin(WRITE_ID "trap '' TERM; while :; do sleep 0.01; done", NULL);
	entry[0].timeout = 100;
	entry[0].retry[0] = 1000;
	event(FIRST "new/a", "x", "", 1);
	start();
	serve();
	wait_order("a ");
	due = queue_due(&queue, poller_clock(), time(NULL));
	ok(due > poller_clock() + 90000 && due <= poller_clock() + 100000,
	    "its time-out is due");
	queue_tick(&queue, due);
	due = queue_due(&queue, poller_clock(), time(NULL));
	queue_tick(&queue, due);
	drive();
	ok(strstr(only(FIRST "later"), ".1.a") != NULL, "a soft failure");
	end();
}

static void
test_end(void)
{
	begin(WRITE_ID "while :; do sleep 0.01; done", NULL);
	entry[0].jobs = 2;
	event(FIRST "new/a", "x", "", 3);
	event(FIRST "later/20231114T221319Z.2.b", "x", "", 2);
	event(FIRST "new/c", "x", "", 1);
	start();
	serve();
	ok(!queue_is_idle(&queue) && !queue_is_gone(&queue), "at work");
	queue_end(&queue, poller_clock());
	ok(!queue_serve(&queue, poller_clock(), time(NULL)),
	    "nothing is taken");
	is_int(sandbox_entries(FIRST "busy"), 2, "both work on");
	for (int i = 0; i < PATIENCE * 100 && strlen(order()) < 4; i++)
		usleep(10000);
	queue_stop(&queue, poller_clock());
	while (!queue_is_gone(&queue))
		run_wait();
	ok(queue_is_idle(&queue), "all have ended");
	ok(there(FIRST "new/a") && there(FIRST "new/c"), "no attempt");
	is_str(only(FIRST "later"), "20231114T221319Z.2.b", "nor there");
	is_str(only(FIRST "busy"), "", "nothing is left");
	is_int(queue.backlog.counts.put_back, 2, "counted");
	queue_free(&queue);
}

static void
test_persistent(void)
{
	begin(LOOP "echo $id >>$1/order; echo $id 0; done", NULL);
	entry[0].persistent = true;
	entry[0].jobs = 2;
	event(FIRST "new/a", "x", "", 3);
	event(OTHER "new/b", "x", "", 2);
	start();
	serve();
	ok(queue_is_starting(&queue), "they start");
	ok(queue_is_idle(&queue) && !queue_is_gone(&queue), "with no event");
	drive();
	no_events("all are handled");
	ok(!queue_is_gone(&queue) && queue_is_idle(&queue), "they stay");
	queue_end(&queue, poller_clock());
	while (!queue_is_gone(&queue))
		run_wait();
	is_int(queue.backlog.counts.errors, 0, "and end when they are told");
	end();
}

/* As at SIGCHLD. */
static void
test_check(void)
{
	begin("exit 0", NULL);
	event(FIRST "new/a", "x", "", 3);
	start();
	serve();
	for (int i = 0; i < PATIENCE * 100 && !queue_is_idle(&queue); i++) {
		usleep(10000);
		queue_check(&queue, poller_clock());
	}
	no_events("its end is seen without a pidfd");
	end();
}

int
main(void)
{
	int before;

	sandbox_make();
	run_begin();
	before = sandbox_descriptors();
	test_done();
	test_later_and_failed();
	test_later_in_the_other();
	test_after();
	test_cannot_start();
	test_cannot_start_in_order();
	test_behind_many();
	test_none();
	test_keys();
	test_gone_meanwhile();
	test_keys_of_later();
	test_all();
	test_parked_keys();
	test_lanes();
	test_many_wait();
	test_copies();
	test_in_use();
	test_until();
	test_left();
	test_left_once();
	test_two_names();
	test_orphan();
	test_persistent_orphan();
	test_opened_late();
	test_step_fails();
	test_step_fails_with_a_key();
	test_not_an_event();
	test_open();
	test_paused();
	test_came();
	test_lost();
	test_due();
	test_tick();
	test_end();
	test_persistent();
	test_check();
	is_int(sandbox_descriptors(), before, "no descriptor is left open");
	poller_close(&poller);
	sandbox_remove(sandbox_dir);
	return done();
}
