/*
 * job.c - the place where a handler works: one-shot and persistent, as real
 * processes.
 *
 * What is due is asked at times of the test's own, and processes are waited for.
 */
#include <sys/file.h>
#include <sys/wait.h>

#include "run_fixture.h"

#include "../tap.h"

#define TIMEOUT 300000LL /* of run_entry_default */

/* Persistent: $id is its event. */
#define LOOP "echo ready; while read -r path; do id=${path##*/}; id=${id#*.}; "

static struct job job;
static struct run_entry entry;

/* What over() and changed() told. */
static struct told {
	unsigned over, changed;
	enum handler_result result;
	long after;
	char line[2048];
	enum job_state state;
	bool open, there;
	char output[OUTPUT_TAIL_MAX + 1];
	unsigned more; /* so many events are given at once */
} told;

static void give(const char *id, long long now);

static long long
due(void)
{
	return job_due(&job, 0);
}

static void
over(struct job *j, const struct job_over *o)
{
	const struct handler_output *output =
	    j->persistent != NULL ? &j->persistent->output : &j->output;

	told.over++;
	told.result = o->result;
	told.after = o->after;
	snprintf(told.line, sizeof(told.line), "%s", o->line);
	told.state = j->state;
	told.open = j->event.fd >= 0 && j->event.locked;
	told.there = there(FIRST "busy/1.e");
	told.output[handler_output_tail(output, told.output)] = '\0';
	outbox_done(&outbox, &j->event, false, &why);
	if (told.more > 0) {
		told.more--;
		give("e", 0);
	}
}

static void
changed(struct job *j)
{
	told.changed++;
	told.state = j->state;
}

static void
begin(const struct run_entry *e)
{
	entry = *e;
	memset(&told, 0, sizeof(told));
	sandbox_log_clear();
	if (!job_init(&job, &world, &entry, "p"))
		sandbox_die("no memory");
	job.over = over;
	job.changed = changed;
}

static void
begin_script(const char *script, bool persistent)
{
	struct run_entry e = run_script(script);

	e.persistent = persistent;
	begin(&e);
}

/* Take an event of that id, and give it to the job. */
static bool
try_to_give(const char *id, long long now)
{
	struct eventfile file = {.head = NULL};
	char path[64];
	bool ok;

	snprintf(path, sizeof(path), FIRST "new/%s", id);
	run_put(path, "push", "body", NOW);
	job.event = event_of(0, OUTBOX_NEW, id);
	if (outbox_take(&outbox, &job.event, false, &why) != OUTBOX_MOVED ||
	    !eventfile_read(&file, job.event.fd, &why))
		sandbox_die(why.text);
	snprintf(path, sizeof(path), "busy/1.%s", id);
	ok = job_give(&job, &file, path, now, &why);
	eventfile_free(&file);
	return ok;
}

static void
give(const char *id, long long now)
{
	if (!try_to_give(id, now))
		sandbox_die(why.text);
}

static void
wait_over(unsigned n)
{
	while (told.over < n)
		run_wait();
}

static void
wait_changed(unsigned n)
{
	while (told.changed < n)
		run_wait();
}

/* Read until it has said that. */
static void
wait_said(const char *word)
{
	char tail[OUTPUT_TAIL_MAX];
	const struct handler_output *output =
	    job.persistent != NULL ? &job.persistent->output : &job.output;

	while (
	    !span_has(span_mem(tail, handler_output_tail(output, tail)), word))
		run_wait();
}

static void
finish(void)
{
	ok(job_is_gone(&job), "no process is left");
	job_free(&job);
}

/* --- One-shot --- */

static void
test_one_shot(void)
{
	begin_script("cat; echo; exit 0", false);
	is_int(job.state, JOB_FREE, "free from the start");
	ok(job_is_gone(&job), "nothing runs");
	is_int(due(), HANDLER_NEVER, "nothing is due");
	job_tick(&job, 1000000);
	job_check(&job, 0);
	is_int(told.over, 0, "nothing happens");
	ok(job_start(&job, &outbox, 0, &why) && job.state == JOB_FREE,
	    "nothing is to be started");
	give("e", 7);
	is_int(job.state, JOB_BUSY, "it has an event");
	is_int(due(), 7 + TIMEOUT, "for so long");
	ok(!job_is_gone(&job), "a process runs");
	wait_over(1);
	is_int(told.result, RESULT_DONE, "done");
	is_int(told.after, ANSWER_NO_AFTER, "a one-shot handler asks nothing");
	is_str(told.line, "exit status 0", "how it ended");
	is_str(told.output, "body\n", "its output is known");
	is_int(told.state, JOB_FREE, "it may be given another one");
	ok(told.open, "the event was open and locked");
	ok(told.there, "and in busy/");
	is_int(due(), HANDLER_NEVER, "nothing is due");
	ok(sandbox_log_has("p e: body\n"), "its output was logged");
	finish();
}

/* over() itself may give the next event. */
static void
test_one_after_the_other(void)
{
	begin_script("echo $HOOKDIR_ATTEMPT; exit 100", false);
	told.more = 3;
	give("e", 0);
	wait_over(4);
	is_int(told.over, 4, "each once");
	is_str(told.output, "1\n", "the output of each is its own");
	is_int(told.result, RESULT_FAILED, "for good");
	is_int(job.state, JOB_FREE, "free again");
	finish();
}

static void
test_time_out(void)
{
	begin_script("trap 'echo told' TERM; echo here; while :; do "
		     "sleep 0.01; done",
	    false);
	give("e", 7);
	wait_said("here");
	job_tick(&job, 7 + TIMEOUT - 1);
	is_int(due(), 7 + TIMEOUT, "it has its time");
	job_tick(&job, 7 + TIMEOUT);
	is_int(due(), 7 + TIMEOUT + HANDLER_GRACE, "and some grace");
	wait_said("told");
	job_check(&job, 0);
	is_int(told.over, 0, "it goes on");
	job_tick(&job, 7 + TIMEOUT + HANDLER_GRACE);
	wait_over(1);
	is_int(told.result, RESULT_LATER, "killed: a soft failure");
	is_str(told.line, "timed out", "why");
	is_int(job.state, JOB_FREE, "the job goes on");
	finish();
}

static void
test_end_and_stop(void)
{
	begin_script("exit 0", false);
	job_end(&job, 0);
	is_int(job.state, JOB_OFF, "one that is free gets no more events");
	finish();

	begin_script("echo here; cat >/dev/null; exit 0", false);
	give("e", 0);
	job_end(&job, 0);
	is_int(job.state, JOB_ENDING, "one that is busy");
	is_int(due(), TIMEOUT, "has its time");
	wait_over(1);
	is_int(told.result, RESULT_DONE, "ends well");
	is_int(told.state, JOB_OFF, "and gets no more events");
	finish();

	begin_script("echo here; while :; do sleep 0.01; done", false);
	give("e", 0);
	wait_said("here");
	job_stop(&job, 5);
	is_int(job.state, JOB_ENDING, "it is told to end");
	is_int(due(), 5 + HANDLER_GRACE, "soon");
	wait_over(1);
	is_int(told.result, RESULT_NO_ATTEMPT, "no attempt");
	is_int(told.state, JOB_OFF, "no more events");
	job_stop(&job, 5);
	is_int(told.over, 1, "told once");
	finish();
}

static void
test_not_started(void)
{
	struct run_entry e = run_script("");
	int before;

	e.command[0] = "/no/such/program";
	begin(&e);
	before = sandbox_descriptors();
	ok(!try_to_give("e", 0), "it cannot be started");
	ok(strstr(why.text, "/no/such/program") != NULL, "%s", why.text);
	is_int(job.state, JOB_FREE, "the job is free");
	is_int(due(), HANDLER_NEVER, "and waits for nothing");
	ok(job.event.fd >= 0, "the event is the caller's");
	outbox_done(&outbox, &job.event, false, &why);
	is_int(sandbox_descriptors(), before, "nothing is left open");
	is_int(told.over, 0, "it is not over: it has not begun");
	finish();
}

/* Its children have its output and write for ever. */
static void
test_left_child(void)
{
	begin_script("(yes & echo $! >$1/child); sleep 0.05; exit 7", false);
	give("e", 0);
	wait_over(1);
	is_str(told.line, "exit status 7", "its end is its exit");
	is_int(job.state, JOB_FREE, "the job is free");
	finish();
	begin_script("kill $(cat $1/child); true", false);
	give("e", 0);
	wait_over(1);
	finish();
}

/* As at SIGCHLD, where the kernel has no pidfd. */
static void
test_check(void)
{
	siginfo_t info;

	begin_script("echo said; exit 3", false);
	give("e", 0);
	waitid(P_PID, (id_t)job.handler.process.pid, &info, WEXITED | WNOWAIT);
	job_check(&job, 0);
	is_int(told.over, 1, "it has ended");
	is_str(told.line, "exit status 3", "how");
	is_str(told.output, "said\n", "and what it had said is read");
	job_check(&job, 0);
	is_int(told.over, 1, "once");
	finish();
}

/* --- Persistent --- */

static void
start(long long now)
{
	if (!job_start(&job, &outbox, now, &why))
		sandbox_die(why.text);
}

static void
start_ready(void)
{
	unsigned before = told.changed;

	start(poller_clock());
	wait_changed(before + 1);
	is_int(job.state, JOB_FREE, "ready");
}

/* Wait for what handlers of other tests left, which has their locks. */
static void
wait_locks(void)
{
	static const char *const file[] = {
	    FIRST "job.1.lock", FIRST "job.2.lock"};

	for (size_t i = 0; i < 2; i++) {
		int fd = open(sandbox_path(file[i]), O_RDONLY | O_CLOEXEC);

		alarm(PATIENCE);
		if (fd >= 0 && flock(fd, LOCK_EX) != 0)
			sandbox_die("a lock");
		alarm(0);
		if (fd >= 0)
			close(fd);
	}
}

static void
test_persistent(void)
{
	begin_script(
	    LOOP "echo $path; echo $id 111 after=60 no room; done", true);
	is_int(job.state, JOB_OFF, "off at first");
	ok(job_is_gone(&job), "nothing runs");
	is_int(outbox_jobs_live(&outbox, &why), LOCK_TAKEN, "no lock");
	start(3);
	is_int(job.state, JOB_OFF, "it is not ready yet");
	ok(!job_is_gone(&job), "but runs");
	is_int(due(), 3 + TIMEOUT, "it has a time for that");
	start(3);
	wait_changed(1);
	is_int(told.state, JOB_FREE, "ready");
	is_int(outbox_jobs_live(&outbox, &why), LOCK_BUSY, "it has a lock");
	is_int(due(), HANDLER_NEVER, "nothing is due");
	for (unsigned n = 1; n < 4; n++) {
		give("e", 9);
		is_int(job.state, JOB_BUSY, "it has an event");
		is_int(due(), 9 + TIMEOUT, "and a time for that");
		wait_over(n);
	}
	is_int(told.result, RESULT_LATER, "later");
	is_int(told.after, 60, "as it asked");
	is_str(told.line, "answered 111: no room", "with its reason");
	is_str(told.output, "busy/1.e\n", "it got the path");
	is_int(told.state, JOB_FREE, "free again");
	ok(told.open && told.there, "the event was open, in busy/");
	is_int(told.changed, 1, "nothing else was told");
	job_end(&job, 20);
	is_int(job.state, JOB_OFF, "it gets no more");
	wait_changed(2);
	is_int(told.over, 3, "it ended without an event");
	is_int(outbox_jobs_live(&outbox, &why), LOCK_TAKEN, "its lock is free");
	finish();
}

static void
test_answers(void)
{
	begin_script(LOOP "case $id in a) echo $id 0;; b) echo $id 100;; "
			  "*) echo $id 1 because;; esac; done",
	    true);
	start_ready();
	give("a", 0);
	wait_over(1);
	is_int(told.result, RESULT_DONE, "done");
	is_int(told.after, ANSWER_NO_AFTER, "nothing is asked");
	is_str(told.line, "answered 0", "no reason");
	give("b", 0);
	wait_over(2);
	is_int(told.result, RESULT_FAILED, "failed for good");
	give("c", 0);
	wait_over(3);
	is_int(told.result, RESULT_LATER, "any other");
	is_str(told.line, "answered 1: because", "with a reason");
	job_stop(&job, 0);
	wait_changed(2);
	finish();
}

static void
test_dies(void)
{
	begin_script(LOOP "exit 3; done", true);
	start_ready();
	give("e", 0);
	wait_over(1);
	is_int(told.result, RESULT_LATER, "with its event: a soft failure");
	is_str(told.line, "exit status 3", "how");
	is_int(told.state, JOB_OFF, "it is off");
	is_int(told.changed, 1, "and that is not told twice");
	ok(job_is_gone(&job), "it is gone");
	start_ready();
	give("e", 0);
	wait_over(2);
	finish();

	begin_script(LOOP "echo $id 0; exit 0; done", true);
	start_ready();
	give("e", 0);
	wait_over(1);
	wait_changed(2);
	is_int(told.result, RESULT_DONE, "after its answer: that counts");
	is_int(told.over, 1, "once");
	is_int(told.state, JOB_OFF, "then it is off");
	finish();
}

static void
test_never_ready(void)
{
	long long at;

	begin_script("echo no", true);
	start(100);
	wait_changed(1);
	is_int(told.state, JOB_OFF, "it ended before it was ready");
	at = due();
	ok(at > 100 && at < HANDLER_NEVER, "it is to be started again");
	start(at - 1);
	ok(job_is_gone(&job), "not too early");
	start(at);
	ok(!job_is_gone(&job), "but then");
	wait_changed(2);
	finish();
}

static void
test_persistent_ends(void)
{
	/* Before it is ready. */
	begin_script("read -r path; exit 0", true);
	start(0);
	ok(!job_is_gone(&job), "it runs");
	job_end(&job, 0);
	wait_changed(1);
	is_int(told.state, JOB_OFF, "the end of its input ends it");
	finish();

	/* With an event: it has the time of it. */
	begin_script(LOOP "cat >/dev/null; echo $id 0; done", true);
	start_ready();
	give("e", 0);
	job_end(&job, 5);
	is_int(job.state, JOB_ENDING, "it gets no more");
	is_int(due(), TIMEOUT, "and has its time");
	wait_over(1);
	is_int(told.result, RESULT_DONE, "done");
	is_int(told.state, JOB_OFF, "no more events");
	wait_changed(2);
	finish();

	begin_script(
	    LOOP "echo here; while :; do sleep 0.01; done; done", true);
	start_ready();
	give("e", 0);
	wait_said("here");
	job_stop(&job, 5);
	is_int(due(), 5 + HANDLER_GRACE, "it is told to end soon");
	wait_over(1);
	is_int(told.result, RESULT_NO_ATTEMPT, "that is no attempt");
	finish();

	/* The time-out, and SIGKILL. */
	begin_script(LOOP "trap '' TERM; echo here; while :; do sleep 0.01; "
			  "done; done",
	    true);
	start_ready();
	give("e", 9);
	wait_said("here");
	job_tick(&job, 9 + TIMEOUT - 1);
	is_int(due(), 9 + TIMEOUT, "it has its time");
	job_tick(&job, 9 + TIMEOUT);
	job_tick(&job, due());
	wait_over(1);
	is_int(told.result, RESULT_LATER, "a soft failure");
	is_str(told.line, "timed out", "why");
	finish();
}

static void
test_does_not_read(void)
{
	begin_script(
	    "exec 0<&-; echo ready; while :; do sleep 0.01; done", true);
	start_ready();
	ok(!try_to_give("e", 0), "it does not read");
	ok(why.text[0] != '\0', "%s", why.text);
	is_int(job.state, JOB_OFF, "it gets no more");
	ok(job.event.fd >= 0 && there(FIRST "busy/1.e"),
	    "the event is the caller's");
	outbox_done(&outbox, &job.event, false, &why);
	wait_changed(2);
	is_int(told.over, 0, "it was not given");
	finish();
}

static void
test_persistent_not_started(void)
{
	struct run_entry e = run_script("");
	int before = sandbox_descriptors();

	wait_locks();
	e.persistent = true;
	e.command[0] = "/no/such/program";
	begin(&e);
	why = (struct reason){""};
	ok(!job_start(&job, &outbox, 0, &why), "it cannot be started");
	ok(strstr(why.text, "/no/such/program") != NULL, "%s", why.text);
	is_int(job.state, JOB_OFF, "it is off");
	is_int(outbox_jobs_live(&outbox, &why), LOCK_TAKEN, "no lock is kept");
	job_stop(&job, 0);
	job_check(&job, 0);
	is_int(told.over + told.changed, 0, "nothing happens");
	finish();
	is_int(sandbox_descriptors(), before, "nothing is left open");
}

/* Each has a lock of its own. */
static void
test_locks(void)
{
	static struct job other;
	unsigned n = 0;
	int fd;

	wait_locks();
	begin_script(LOOP "echo $id 0; done", true);
	if (!job_init(&other, &world, &entry, "p"))
		sandbox_die("no memory");
	other.changed = changed;
	start_ready();
	ok(job_start(&other, &outbox, 0, &why), "another one");
	wait_changed(2);
	fd = outbox_job_lock(&outbox, &n, &why);
	is_int(n, 3, "two numbers are taken");
	close(fd);
	job_end(&job, 0);
	wait_changed(3);
	fd = outbox_job_lock(&outbox, &n, &why);
	is_int(n, 1, "the first is free again");
	close(fd);
	job_end(&other, 0);
	wait_changed(4);
	job_free(&other);
	finish();
}

int
main(void)
{
	int before;

	sandbox_make();
	run_begin();
	run_inboxes();
	fixture_open(OUTBOX_RUN);
	before = sandbox_descriptors();
	test_one_shot();
	test_one_after_the_other();
	test_time_out();
	test_end_and_stop();
	test_not_started();
	test_left_child();
	test_check();
	test_persistent();
	test_answers();
	test_dies();
	test_never_ready();
	test_persistent_ends();
	test_does_not_read();
	test_persistent_not_started();
	test_locks();
	is_int(sandbox_descriptors(), before, "no descriptor is left open");
	outbox_close(&outbox);
	poller_close(&poller);
	sandbox_remove(sandbox_dir);
	return done();
}
