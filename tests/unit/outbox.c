/* outbox.c - the folders of an outbox, and the steps of its events. */
#define _GNU_SOURCE /* setresuid() */
#include "outbox/outbox.h"
#include "outbox_fixture.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "../tap.h"

/* One root with these events in new/, and the runner's outbox. */
static void
begin(const char *first, const char *second)
{
	fixture_begin(1, false);
	fixture_store(0, first);
	if (second != NULL)
		fixture_store(0, second);
	fixture_open(OUTBOX_RUN);
}

static struct outbox_event
taken(const char *id)
{
	struct outbox_event event = event_of(0, OUTBOX_NEW, id);

	is_int(outbox_take(&outbox, &event, false, &why), OUTBOX_MOVED,
	    "%s is taken", id);
	return event;
}

/* Another process tries the lock of a file. */
static bool
is_locked(const char *path)
{
	int fd = open(sandbox_path(path), O_RDONLY | O_CLOEXEC);
	bool locked = flock(fd, LOCK_EX | LOCK_NB) != 0;

	close(fd);
	return locked;
}

static void
test_folders(void)
{
	fixture_begin(1, false);
	fixture_open(OUTBOX_RUN);
	is_int(outbox.root[0].opened, OUTBOX_NONE, "no inbox");
	ok(!there("in"), "and none is made");
	fixture_store(0, "x");
	fixture_open(OUTBOX_LOOK);
	is_int(outbox.root[0].opened, OUTBOX_OPEN, "an inbox");
	ok(!there(FIRST "busy") && !there(FIRST "run.lock"), "only looked at");
	fixture_open(OUTBOX_CHANGE);
	is_int(mode_of(FIRST "failed"), 0700, "a folder");
	ok(!there(FIRST "run.lock"), "no lock");
	fixture_open(OUTBOX_RUN);
	is_int(mode_of(FIRST "run.lock"), 0600, "a lock");
	fixture_begin(1, true);
	fixture_store(0, "x");
	fixture_open(OUTBOX_RUN);
	for (enum outbox_state s = OUTBOX_BUSY; s < OUTBOX_STATES; s++) {
		char path[64];

		snprintf(path, sizeof(path), FIRST "%s", outbox_state_name(s));
		is_int(mode_of(path), 02770, "for the group: %s", path);
	}
	is_int(mode_of(FIRST "errors"), 02770, "for the group: errors");
	is_int(mode_of(FIRST "run.lock"), 0660, "for the group: run.lock");
}

static void
test_two_runners(void)
{
	struct outbox second;

	begin("x", NULL);
	second = outbox_of(&inboxes, OUTBOX_RUN);
	is_int(outbox_open(&second), 0, "a second runner");
	is_int(second.root[0].opened, OUTBOX_LOCKED, "has no lock");
	outbox_close(&outbox);
	is_int(outbox_open(&second), 1, "until the first one ends");
	outbox_close(&second);
	unlink(sandbox_path(FIRST "run.lock"));
	if (mkfifo(sandbox_path(FIRST "run.lock"), 0600) != 0)
		sandbox_die("mkfifo");
	fixture_open(OUTBOX_RUN);
	is_int(outbox.root[0].opened, OUTBOX_UNUSABLE, "a FIFO is no lock");
	ok(strstr(outbox.root[0].why.text, "/p/run.lock is not a regular file"),
	    "%s", outbox.root[0].why.text);
	unlink(sandbox_path(FIRST "run.lock"));
	if (symlink("x", sandbox_path(FIRST "run.lock")) != 0)
		sandbox_die("symlink");
	fixture_open(OUTBOX_RUN);
	is_int(outbox.root[0].opened, OUTBOX_UNUSABLE, "nor is a link");
	ok(!there(FIRST "x"), "which is not followed");
	unlink(sandbox_path(FIRST "run.lock"));
	rmdir(sandbox_path(FIRST "later"));
	if (symlink("new", sandbox_path(FIRST "later")) != 0)
		sandbox_die("symlink");
	fixture_open(OUTBOX_RUN);
	is_int(outbox.root[0].opened, OUTBOX_UNUSABLE, "a link is no folder");
	ok(strstr(outbox.root[0].why.text, "/p/later") != NULL, "%s",
	    outbox.root[0].why.text);
}

static void
test_way(void)
{
	struct outbox_event event;
	char byte;

	begin("x", "y");
	event = taken("x");
	ok(there(FIRST "busy/1.x") && !there(FIRST "new/x"), "it is in busy/");
	ok(event.locked && is_locked(FIRST "busy/1.x"), "and locked");
	ok(read(event.fd, &byte, 1) == 1 && byte == 'H', "open at its start");
	is_int(event.name.attempts, 1, "the first attempt");
	is_int(outbox_later(&outbox, &event, NOW + 5, &why), OUTBOX_MOVED,
	    "later");
	ok(there(FIRST "later/20231114T221325Z.1.x"), "it is in later/");
	ok(event.fd < 0 && !is_locked(FIRST "later/20231114T221325Z.1.x"),
	    "closed and free");
	is_int(outbox_take(&outbox, &event, false, &why), OUTBOX_MOVED,
	    "taken again");
	ok(there(FIRST "busy/2.x"), "with another attempt");
	is_int(outbox_put_back(&outbox, &event, NOW, &why), OUTBOX_MOVED,
	    "it was none");
	ok(there(FIRST "later/20231114T221325Z.1.x"), "it is where it was");
	is_int(outbox_take(&outbox, &event, false, &why), OUTBOX_MOVED,
	    "taken again");
	is_int(outbox_failed(&outbox, &event, &why), OUTBOX_MOVED, "given up");
	ok(there(FIRST "failed/x"), "it is in failed/");
	is_int(outbox_replay(&outbox, &event, &why), OUTBOX_MOVED, "replayed");
	ok(there(FIRST "new/x") && !there(FIRST "failed/x"), "from new/");
	is_int(event.name.attempts, 0, "as if it were new");
	is_int(
	    outbox_take(&outbox, &event, false, &why), OUTBOX_MOVED, "taken");
	is_int(
	    outbox_done(&outbox, &event, true, &why), OUTBOX_MOVED, "handled");
	ok(there(FIRST "done/x"), "and kept");
	event = taken("y");
	is_int(outbox_put_back(&outbox, &event, NOW, &why), OUTBOX_MOVED,
	    "put back");
	ok(there(FIRST "new/y"), "into new/");
	event = taken("y");
	is_int(
	    outbox_done(&outbox, &event, false, &why), OUTBOX_MOVED, "handled");
	is_int(sandbox_entries(FIRST "busy"), 0, "nothing is left");
	is_int(sandbox_entries(FIRST "done"), 1, "and it is not kept");
	is_int(outbox.busy_n, 0, "nothing is noted");
}

static void
test_drop(void)
{
	struct outbox_event event;

	begin("x", "y");
	fixture_open(OUTBOX_CHANGE);
	event = event_of(0, OUTBOX_NEW, "x");
	is_int(outbox_drop(&outbox, &event, &why), OUTBOX_MOVED, "dropped");
	ok(there(FIRST "failed/x") && event.fd < 0, "it is in failed/");
	put(FIRST "later/20231114T221325Z.7.z", "", NOW);
	event = event_of(0, OUTBOX_LATER, "20231114T221325Z.7.z");
	is_int(outbox_drop(&outbox, &event, &why), OUTBOX_MOVED, "dropped");
	ok(there(FIRST "failed/z"), "so is what was to come later");
	is_int(outbox_event_open(&outbox, &event, &why), OUTBOX_MOVED, "seen");
	outbox_event_close(&event);
	put(FIRST "failed/z", "newer", NOW);
	is_int(outbox_remove(&outbox, &event, &why), OUTBOX_GONE,
	    "another one is there");
	ok(there(FIRST "failed/z"), "and stays");
	event.mtime = (struct timespec){NOW, 0};
	is_int(outbox_remove(&outbox, &event, &why), OUTBOX_MOVED, "removed");
	ok(!there(FIRST "failed/z"), "for good");
	is_int(outbox_remove(&outbox, &event, &why), OUTBOX_GONE, "once");
	put(FIRST "later/20231114T221325Z.7.w", "", NOW);
	event = event_of(0, OUTBOX_LATER, "20231114T221325Z.7.w");
	is_int(
	    outbox_replay(&outbox, &event, &why), OUTBOX_MOVED, "retried now");
	ok(there(FIRST "new/w"), "it is in new/");
}

/* What came when: arrival, or the move to failed/, done/, and by replay. */
static void
test_times(void)
{
	struct outbox_event event;

	begin("x", NULL);
	put(FIRST "new/x", "x", NOW);
	event = taken("x");
	is_int(mtime_of(FIRST "busy/1.x"), NOW, "busy: as it came");
	outbox_later(&outbox, &event, NOW, &why);
	is_int(mtime_of(FIRST "later/20231114T221320Z.1.x"), NOW, "later too");
	outbox_take(&outbox, &event, false, &why);
	outbox_failed(&outbox, &event, &why);
	ok(mtime_of(FIRST "failed/x") > NOW, "failed: now");
	put(FIRST "failed/x", "x", NOW);
	outbox_replay(&outbox, &event, &why);
	ok(mtime_of(FIRST "new/x") > NOW, "replayed: now");
	put(FIRST "new/x", "x", NOW);
	outbox_take(&outbox, &event, false, &why);
	outbox_put_back(&outbox, &event, NOW, &why);
	is_int(mtime_of(FIRST "new/x"), NOW, "put back: as it came");
	outbox_take(&outbox, &event, false, &why);
	outbox_done(&outbox, &event, true, &why);
	ok(mtime_of(FIRST "done/x") > NOW, "done: now");
}

static const char *
text_of(const char *path)
{
	static char text[64];
	int fd = open(sandbox_path(path), O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

/* A name that is taken. */
static void
test_taken_names(void)
{
	struct outbox_event event;

	begin("x", NULL);
	event = taken("x");
	put(FIRST "failed/x", "older", NOW);
	is_int(outbox_failed(&outbox, &event, &why), OUTBOX_REPLACED_OLDER,
	    "an older one failed");
	is_str(text_of(FIRST "failed/x"), "H: v\n\nx", "is replaced");
	put(FIRST "new/x", "newer", NOW);
	is_int(outbox_replay(&outbox, &event, &why), OUTBOX_EXISTS,
	    "one waits already");
	is_str(text_of(FIRST "new/x"), "newer", "it stays");
	ok(there(FIRST "failed/x"), "and so does the other");
	event = taken("x");
	put(FIRST "new/x", "newest", NOW);
	put(FIRST "later/20231114T221325Z.1.x", "a", NOW);
	is_int(outbox_put_back(&outbox, &event, NOW + 5, &why), OUTBOX_MOVED,
	    "put back, but new/ is taken, and so is the time");
	is_str(text_of(FIRST "later/20231114T221326Z.1.x"), "newer",
	    "a second later");
	is_str(text_of(FIRST "new/x"), "newest", "nothing is replaced");
	is_str(text_of(FIRST "later/20231114T221325Z.1.x"), "a", "nothing");
	event = taken("x");
	put(FIRST "done/x", "older", NOW);
	is_int(outbox_done(&outbox, &event, true, &why), OUTBOX_REPLACED_OLDER,
	    "an older one was handled");
	is_str(text_of(FIRST "done/x"), "newest", "is replaced");
	put(FIRST "new/x", "", NOW);
	put(FIRST "busy/1.x", "planted", NOW);
	event = event_of(0, OUTBOX_NEW, "x");
	is_int(outbox_take(&outbox, &event, false, &why), OUTBOX_EXISTS,
	    "a name in busy/ that nobody knew");
	ok(event.fd < 0 && there(FIRST "new/x"), "it stays");
}

/* Somebody was faster, between opening and locking. */
static void
test_faster(void)
{
	struct outbox_event event;

	begin("x", NULL);
	put(FIRST "failed/y", "seen", NOW);
	event = event_of(0, OUTBOX_FAILED, "y");
	is_int(outbox_event_open(&outbox, &event, &why), OUTBOX_MOVED, "seen");
	put(FIRST "failed/y", "another", NOW);
	is_int(outbox_replay(&outbox, &event, &why), OUTBOX_GONE,
	    "another one has come");
	is_str(text_of(FIRST "failed/y"), "another", "it stays");
	ok(event.fd >= 0 && !event.locked, "what was seen is open, and free");
	unlink(sandbox_path(FIRST "failed/y"));
	is_int(outbox_replay(&outbox, &event, &why), OUTBOX_GONE, "it is gone");
	ok(!there(FIRST "new/y"), "nothing comes of it");
	outbox_event_close(&event);
}

/* The older file's lock is held: by one who removes it, or by a child. */
static void
test_older_is_locked(void)
{
	struct outbox_event event, older;

	begin("x", NULL);
	event = taken("x");
	put(FIRST "failed/x", "older", NOW);
	older = event_of(0, OUTBOX_FAILED, "x");
	outbox_event_open(&outbox, &older, &why);
	flock(older.fd, LOCK_EX);
	is_int(outbox_failed(&outbox, &event, &why), OUTBOX_IN_USE,
	    "it is not replaced");
	is_str(text_of(FIRST "failed/x"), "older", "it stays");
	ok(event.fd >= 0 && there(FIRST "busy/1.x"), "and so does the newer");
	outbox_event_close(&older);
	is_int(outbox_failed(&outbox, &event, &why), OUTBOX_REPLACED_OLDER,
	    "until it is free");
	put(FIRST "new/x", "y", NOW);
	event = taken("x");
	unlink(sandbox_path(FIRST "failed/x"));
	if (mkdir(sandbox_path(FIRST "failed/x"), 0700) != 0)
		sandbox_die("mkdir");
	is_int(outbox_failed(&outbox, &event, &why), OUTBOX_ERROR,
	    "a folder is in the way");
	ok(there(FIRST "busy/1.x"), "it stays: %s", why.text);
	rmdir(sandbox_path(FIRST "failed/x"));
	if (symlink("../new", sandbox_path(FIRST "failed/x")) != 0)
		sandbox_die("symlink");
	is_int(outbox_failed(&outbox, &event, &why), OUTBOX_REPLACED_OLDER,
	    "a link is in the way");
	is_str(text_of(FIRST "failed/x"), "y", "the link itself goes");
}

/* No copy is taken while one is in busy/. */
static void
test_copies(void)
{
	struct outbox_event event, copy;

	fixture_begin(2, false);
	fixture_store(0, "x");
	fixture_store(1, "x");
	fixture_open(OUTBOX_RUN);
	event = taken("x");
	copy = event_of(1, OUTBOX_NEW, "x");
	is_int(outbox_take(&outbox, &copy, false, &why), OUTBOX_HANDLED,
	    "in the other root");
	put(FIRST "new/x", "", NOW);
	copy = event_of(0, OUTBOX_NEW, "x");
	is_int(outbox_take(&outbox, &copy, false, &why), OUTBOX_HANDLED,
	    "in the same");
	put(FIRST "later/20231114T221325Z.1.x", "", NOW);
	copy = event_of(0, OUTBOX_LATER, "20231114T221325Z.1.x");
	is_int(outbox_take(&outbox, &copy, false, &why), OUTBOX_HANDLED,
	    "in later/");
	outbox_done(&outbox, &event, false, &why);
	is_int(outbox_take(&outbox, &copy, false, &why), OUTBOX_MOVED,
	    "then it is taken");
	is_str(text_of(FIRST "busy/2.x"), "", "with its own attempts");
	outbox_event_close(&copy);
	outbox_close_root(&outbox, 0);
	copy = event_of(1, OUTBOX_NEW, "x");
	is_int(outbox_take(&outbox, &copy, false, &why), OUTBOX_MOVED,
	    "a root that is closed has none");
	outbox_event_close(&copy);
	fixture_open(OUTBOX_RUN);
	copy = event_of(0, OUTBOX_NEW, "x");
	is_int(outbox_take(&outbox, &copy, false, &why), OUTBOX_HANDLED,
	    "what a crash left counts");
}

/* A child that has the open file, and with it the lock, until it is told. */
static pid_t
start_handler(const struct outbox_event *event, int *tell)
{
	int fds[2], ready[2];
	pid_t pid;
	char byte;

	if (pipe(fds) != 0 || pipe(ready) != 0 || (pid = fork()) < 0)
		sandbox_die("fork");
	if (pid == 0) {
		/* As after exec(). */
		close(outbox.root[0].lock);
		close(fds[1]);
		close(ready[1]);
		_exit(read(fds[0], &byte, 1) < 0 || event->fd < 0);
	}
	close(fds[0]);
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 0)
		sandbox_die("read");
	close(ready[0]);
	*tell = fds[1];
	return pid;
}

static void
end_handler(pid_t pid, int tell)
{
	close(tell);
	waitpid(pid, NULL, 0);
}

/* As kill -9 does to the runner; a handler lives on. */
static void
crash(struct outbox_event *event)
{
	close(event->fd);
	fixture_open(OUTBOX_RUN);
}

static void
test_crash(void)
{
	struct outbox_event event, again;
	pid_t pid;
	int tell;

	begin("x", NULL);
	event = taken("x");
	crash(&event);
	is_int(outbox.busy_n, 1, "a crash left one");
	event = event_of(0, OUTBOX_BUSY, "1.x");
	is_int(outbox_again(&outbox, &event, false, &why), OUTBOX_MOVED,
	    "it is tried again");
	ok(there(FIRST "busy/2.x") && event.locked, "with one attempt more");
	again = event_of(0, OUTBOX_BUSY, "2.x");
	is_int(
	    outbox_again(&outbox, &again, true, &why), OUTBOX_HANDLED, "once");
	pid = start_handler(&event, &tell);
	crash(&event);
	event = event_of(0, OUTBOX_BUSY, "2.x");
	is_int(outbox_again(&outbox, &event, false, &why), OUTBOX_IN_USE,
	    "not while its handler lives");
	ok(event.fd < 0 && there(FIRST "busy/2.x"), "it stays");
	is_int(outbox_again(&outbox, &event, true, &why), OUTBOX_MOVED,
	    "unless it must");
	ok(!event.locked && there(FIRST "busy/3.x"), "without the lock");
	is_int(outbox_later(&outbox, &event, NOW, &why), OUTBOX_MOVED,
	    "and goes on from there");
	is_int(outbox_take(&outbox, &event, false, &why), OUTBOX_IN_USE,
	    "the child still has the lock");
	again = event_of(0, OUTBOX_LATER, "20231114T221320Z.3.x");
	is_int(outbox_replay(&outbox, &again, &why), OUTBOX_IN_USE,
	    "for others too");
	is_int(outbox_take(&outbox, &event, true, &why), OUTBOX_MOVED,
	    "it is taken anyway");
	end_handler(pid, tell);
	outbox_event_close(&event);
}

/* A runner that ends a handler releases the lock, whoever has the open file. */
static void
test_child(void)
{
	struct outbox_event event;
	pid_t pid;
	int tell;

	begin("x", NULL);
	event = taken("x");
	pid = start_handler(&event, &tell);
	is_int(outbox_failed(&outbox, &event, &why), OUTBOX_MOVED, "failed");
	is_int(outbox_replay(&outbox, &event, &why), OUTBOX_MOVED,
	    "it can be moved although a child has it open");
	end_handler(pid, tell);
}

/* Two names of one file, as a crash in the middle of a move leaves them. */
static void
test_two_names(void)
{
	struct outbox_event event, copy;

	begin("x", NULL);
	event = taken("x");
	link_to(FIRST "busy/1.x", FIRST "new/x");
	link_to(FIRST "busy/1.x", FIRST "busy/3.x");
	link_to(FIRST "busy/1.x", FIRST "later/20231114T221320Z.1.x");
	link_to(FIRST "busy/1.x", FIRST "later/20231114T221320Z.1.other");
	put(FIRST "later/20231114T221320Z.2.x", "a copy", NOW);
	crash(&event);
	is_int(outbox.busy_n, 2, "two names in busy/");
	event = event_of(0, OUTBOX_BUSY, "1.x");
	is_int(outbox_again(&outbox, &event, false, &why), OUTBOX_MOVED,
	    "the first");
	ok(!there(FIRST "busy/3.x") && !there(FIRST "new/x") &&
		!there(FIRST "later/20231114T221320Z.1.x"),
	    "the others are gone");
	ok(there(FIRST "later/20231114T221320Z.2.x"), "a copy is not");
	ok(there(FIRST "later/20231114T221320Z.1.other"), "nor another id");
	is_int(outbox.busy_n, 1, "one is left");
	link_to(FIRST "busy/2.x", FIRST "failed/x");
	is_int(outbox_failed(&outbox, &event, &why), OUTBOX_SAME_FILE,
	    "it is in failed/ already");
	is_int(sandbox_entries(FIRST "busy"), 0, "its name in busy/ goes");
	is_int(outbox.busy_n, 0, "nothing is noted");
	link_to(FIRST "failed/x", FIRST "new/x");
	is_int(outbox_replay(&outbox, &event, &why), OUTBOX_SAME_FILE,
	    "it is in new/ already");
	ok(there(FIRST "new/x") && !there(FIRST "failed/x"), "only there");
	event = taken("x");
	link_to(FIRST "busy/1.x", FIRST "busy/2.x");
	crash(&event);
	event = event_of(0, OUTBOX_BUSY, "1.x");
	is_int(outbox_again(&outbox, &event, false, &why), OUTBOX_SAME_FILE,
	    "the next attempt had begun");
	ok(event.fd < 0 && there(FIRST "busy/2.x"), "this was a name of it");
	is_int(outbox.busy_n, 1, "one is left");
	copy = event_of(0, OUTBOX_BUSY, "2.x");
	is_int(outbox_again(&outbox, &copy, false, &why), OUTBOX_MOVED,
	    "the other is tried again");
	outbox_event_close(&copy);
}

static void
test_attempts(void)
{
	struct outbox_event event;

	begin("x", NULL);
	put(FIRST "later/20231114T221320Z.999.y", "", NOW);
	event = event_of(0, OUTBOX_LATER, "20231114T221320Z.999.y");
	is_int(outbox_take(&outbox, &event, false, &why), OUTBOX_MOVED,
	    "the last attempt that can be counted");
	ok(there(FIRST "busy/999.y"), "is not counted");
	crash(&event);
	event = event_of(0, OUTBOX_BUSY, "999.y");
	is_int(outbox_again(&outbox, &event, false, &why), OUTBOX_MOVED,
	    "nor after a crash");
	ok(there(FIRST "busy/999.y"), "it stays");
	is_int(outbox_put_back(&outbox, &event, NOW, &why), OUTBOX_MOVED,
	    "it was none");
	ok(there(FIRST "later/20231114T221320Z.998.y"), "later, now");
}

/* What strangers plant. */
static void
test_hostile(void)
{
	static const char *const planted[] = {
	    "link", "fifo", "folder", "socket", "dangling"};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct outbox_event event;
	struct outbox_visit visit;
	int fd, before;

	begin("x", NULL);
	put("outside", "outside", NOW);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s",
	    sandbox_path(FIRST "new/socket"));
	if (symlink("../../../outside", sandbox_path(FIRST "new/link")) != 0 ||
	    symlink("nowhere", sandbox_path(FIRST "new/dangling")) != 0 ||
	    mkfifo(sandbox_path(FIRST "new/fifo"), 0600) != 0 ||
	    mkdir(sandbox_path(FIRST "new/folder"), 0700) != 0 || fd < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		sandbox_die("planted");
	close(fd);
	before = sandbox_descriptors();
	for (size_t i = 0; i < sizeof(planted) / sizeof(planted[0]); i++) {
		char path[64];

		event = event_of(0, OUTBOX_NEW, planted[i]);
		is_int(outbox_take(&outbox, &event, true, &why),
		    OUTBOX_NOT_OURS, "a %s is no event", planted[i]);
		is_int(outbox_drop(&outbox, &event, &why), OUTBOX_NOT_OURS,
		    "nor for others");
		snprintf(path, sizeof(path), FIRST "new/%s", planted[i]);
		ok(there(path), "and stays");
	}
	is_int(sandbox_descriptors(), before, "nothing stays open");
	is_str(text_of("outside"), "outside", "nothing outside is touched");
	visit = (struct outbox_visit){.visit = NULL};
	unlink(sandbox_path(FIRST "new/x"));
	ok(outbox_visit(&outbox, OUTBOX_NEW, &visit, &why), "a visit");
	is_int(visit.others, 5, "they are counted");
	is_int(visit.events, 0, "and not visited");
	event = event_of(0, OUTBOX_NEW, "gone");
	is_int(outbox_take(&outbox, &event, false, &why), OUTBOX_GONE,
	    "what is gone is gone");
}

/* As root: a file that is another user's. */
static void
test_foreign(void)
{
	struct outbox_event event;

	if (geteuid() != 0) {
		ok(true, "skipped: not root");
		return;
	}
	begin("x", NULL);
	put(FIRST "new/theirs", "forged", NOW);
	if (chown(sandbox_path(FIRST "new/theirs"), 12345, 12345) != 0)
		sandbox_die("chown");
	event = event_of(0, OUTBOX_NEW, "theirs");
	is_int(outbox_take(&outbox, &event, false, &why), OUTBOX_NOT_OURS,
	    "another user's file is no event");
	if (chown(sandbox_path("in"), 12345, 12345) != 0)
		sandbox_die("chown");
	fixture_open(OUTBOX_RUN);
	is_int(outbox_take(&outbox, &event, false, &why), OUTBOX_MOVED,
	    "it is if the inbox is his");
	outbox_event_close(&event);
	event = event_of(0, OUTBOX_NEW, "x");
	is_int(outbox_take(&outbox, &event, false, &why), OUTBOX_NOT_OURS,
	    "then ours is none");
}

/* A runner that is another user, in the inbox's group. */
static void
test_group(void)
{
	struct outbox_event event;
	int failures = -1;
	pid_t pid;

	if (geteuid() != 0) {
		ok(true, "skipped: not root");
		return;
	}
	fixture_begin(1, true);
	fixture_store(0, "x");
	fixture_store(0, "y");
	for (const char *const *path =
		 (const char *const[]){"", "in", "in/p", "in/p/new", "in/p/tmp",
		     "in/p/dedup", "in/p/new/x", "in/p/new/y", NULL};
	     *path != NULL; path++) {
		if (lchown(sandbox_path(*path), 12345, 54321) != 0)
			sandbox_die(*path);
	}
	chmod(sandbox_path(""), 0755);
	chmod(sandbox_path("in"), 02770);
	chmod(sandbox_path("in/p"), 02770);
	chmod(sandbox_path("in/p/new"), 02770);
	if ((pid = fork()) < 0)
		sandbox_die("fork");
	if (pid == 0) {
		bool good = setresgid(54321, 54321, 54321) == 0 &&
			    setresuid(23456, 23456, 23456) == 0;

		fixture_open(OUTBOX_RUN);
		good = good && outbox.root[0].opened == OUTBOX_OPEN;
		event = event_of(0, OUTBOX_NEW, "x");
		good =
		    good &&
		    outbox_take(&outbox, &event, false, &why) == OUTBOX_MOVED &&
		    outbox_failed(&outbox, &event, &why) == OUTBOX_MOVED &&
		    outbox_replay(&outbox, &event, &why) == OUTBOX_MOVED &&
		    outbox_take(&outbox, &event, false, &why) == OUTBOX_MOVED &&
		    outbox_done(&outbox, &event, false, &why) == OUTBOX_MOVED;
		if (!good)
			fprintf(stderr, "# %s %s\n", outbox.root[0].why.text,
			    why.text);
		_exit(good ? 0 : 1);
	}
	waitpid(pid, &failures, 0);
	is_int(failures, 0, "takes, gives up, replays and handles");
	ok(there(FIRST "new/y") && !there(FIRST "new/x"), "in its place");
	is_int(mode_of(FIRST "busy"), 02770, "its folders are the group's");
}

static void
test_news(void)
{
	struct timespec seen = {0, 0};

	begin("x", NULL);
	is_int(
	    outbox_news(&outbox, 0, &seen), OUTBOX_CHANGED, "the first look");
	is_int(outbox_news(&outbox, 0, &seen), OUTBOX_SAME, "nothing came");
	put(FIRST "new/y", "", NOW);
	ok(utimensat(AT_FDCWD, sandbox_path(FIRST "new"), NULL, 0) == 0,
	    "a later time");
	is_int(outbox_news(&outbox, 0, &seen), OUTBOX_CHANGED, "one came");
	rename(sandbox_path(FIRST "new"), sandbox_path(FIRST "old"));
	is_int(outbox_news(&outbox, 0, &seen), OUTBOX_REPLACED, "no folder");
	if (mkdir(sandbox_path(FIRST "new"), 0700) != 0)
		sandbox_die("mkdir");
	is_int(outbox_news(&outbox, 0, &seen), OUTBOX_REPLACED, "another");
	outbox_close_root(&outbox, 0);
	is_int(outbox_open(&outbox), 1, "it is opened anew");
	is_int(
	    outbox_news(&outbox, 0, &seen), OUTBOX_CHANGED, "then it is one");
	rename(sandbox_path("in/p"), sandbox_path("in/q"));
	is_int(outbox_news(&outbox, 0, &seen), OUTBOX_REPLACED, "no inbox");
}

static void
test_paused(void)
{
	fixture_begin(2, false);
	fixture_store(0, "x");
	fixture_store(1, "x");
	fixture_open(OUTBOX_RUN);
	ok(!outbox_is_paused(&outbox), "not paused");
	ok(outbox_resume(&outbox, &why), "nothing to resume");
	ok(outbox_pause(&outbox, &why), "pause");
	ok(there(FIRST "paused") && there(OTHER "paused"), "in both");
	ok(outbox_pause(&outbox, &why), "twice");
	ok(outbox_is_paused(&outbox), "paused");
	unlink(sandbox_path(FIRST "paused"));
	ok(outbox_is_paused(&outbox), "one of them counts");
	ok(outbox_resume(&outbox, &why), "resume");
	ok(!there(OTHER "paused") && !outbox_is_paused(&outbox), "not paused");
	if (symlink("nowhere", sandbox_path(OTHER "paused")) != 0)
		sandbox_die("symlink");
	ok(outbox_is_paused(&outbox), "of any kind");
	ok(outbox_pause(&outbox, &why) && !there(OTHER "nowhere"),
	    "a link is not followed");
	ok(outbox_resume(&outbox, &why) && !outbox_is_paused(&outbox),
	    "and goes");
	if (mkdir(sandbox_path(OTHER "paused"), 0700) != 0)
		sandbox_die("mkdir");
	ok(!outbox_resume(&outbox, &why), "a folder does not");
	ok(strstr(why.text, "/p/paused cannot be removed") != NULL, "%s",
	    why.text);
}

static void
test_jobs(void)
{
	unsigned job = 0;
	int first, second;

	begin("x", NULL);
	is_int(outbox_jobs_live(&outbox, &why), LOCK_TAKEN, "no handler lives");
	first = outbox_job_lock(&outbox, &job, &why);
	ok(first >= 0 && job == 1, "the first");
	second = outbox_job_lock(&outbox, &job, &why);
	ok(second >= 0 && job == 2, "the second");
	ok((fcntl(first, F_GETFD) & FD_CLOEXEC) != 0, "are not inherited");
	close(first);
	is_int(outbox_jobs_live(&outbox, &why), LOCK_BUSY, "one lives");
	first = outbox_job_lock(&outbox, &job, &why);
	ok(first >= 0 && job == 1, "what is free is used again");
	close(first);
	close(second);
	is_int(outbox_jobs_live(&outbox, &why), LOCK_TAKEN, "none lives");
	unlink(sandbox_path(FIRST "job.1.lock"));
	if (mkfifo(sandbox_path(FIRST "job.1.lock"), 0600) != 0)
		sandbox_die("mkfifo");
	is_int(outbox_jobs_live(&outbox, &why), LOCK_TAKEN, "a FIFO is none");
	is_int(outbox_job_lock(&outbox, &job, &why), -1, "nor a lock");
	ok(strstr(why.text, "job.1.lock is not a regular file") != NULL, "%s",
	    why.text);
}

int
main(void)
{
	sandbox_make();
	test_folders();
	test_two_runners();
	test_way();
	test_drop();
	test_times();
	test_taken_names();
	test_faster();
	test_older_is_locked();
	test_copies();
	test_crash();
	test_child();
	test_two_names();
	test_attempts();
	test_hostile();
	test_foreign();
	test_group();
	test_news();
	test_paused();
	test_jobs();
	outbox_close(&outbox);
	sandbox_remove(sandbox_dir);
	return done();
}
