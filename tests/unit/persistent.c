/*
 * persistent.c - handlers that stay, as real processes: well-behaved ones, and
 * those that die, hang, flood, or answer what they were not asked.
 *
 * The clock is the test's own, and processes are waited for.
 */
#define _GNU_SOURCE /* pipe2() */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "../../cli/run/handler_result.h"
#include "../../cli/run/persistent.h"
#include "../tap.h"
#include "sandbox.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TIMEOUT      300000LL
#define PATIENCE     60 /* seconds, after which something hangs */
#define PATH(id)     "/inbox/coral/busy/1." id

/* Reads one path after the other into $path; $id is its event. */
#define LOOP "echo ready; while read -r path; do id=${path##*/}; id=${id#*.}; "

static struct output_log output_log;

static int
open_lock(void)
{
	int fd = open(
	    sandbox_path("job.1.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		sandbox_die("the lock");
	return fd;
}

static bool
start(struct persistent *p, const char *const argv[], long long now,
    struct reason *why)
{
	const struct handler_command cmd = {.argv = argv, .timeout = TIMEOUT};
	struct handler_env env;
	int lock = open_lock();
	bool is_started;

	if (flock(lock, LOCK_EX) != 0 ||
	    !handler_env_make(
		&env, &(struct handler_base){0}, NULL, "coral", NULL))
		sandbox_die("a start");
	is_started = persistent_start(
	    p, &(struct handler_start){&cmd, &env, lock, 0}, now, why);
	handler_env_free(&env);
	close(lock);
	return is_started;
}

static void
start_script(struct persistent *p, const char *script)
{
	const char *const argv[] = {"/bin/sh", "-c", script, NULL};
	struct reason why;

	sandbox_log_clear();
	persistent_init(p, &output_log, "coral");
	if (!start(p, argv, 0, &why))
		sandbox_die(why.text);
}

/* What comes next of it, at the time now. */
static enum persistent_news
wait_news(struct persistent *p, long long now)
{
	enum persistent_news news = NEWS_NOTHING;

	while (news == NEWS_NOTHING) {
		struct pollfd fds[] = {{p->handler.process.pidfd, POLLIN, 0},
		    {p->answers, POLLIN, 0}, {p->handler.output, POLLIN, 0}};

		if (poll(fds, COUNT(fds), PATIENCE * 1000) <= 0)
			sandbox_die("it hangs");
		if (fds[2].revents != 0)
			persistent_errors(p, now);
		if (fds[1].revents != 0)
			news = persistent_answers(p, now);
		else if (fds[0].revents != 0)
			news = persistent_ended(p, now);
	}
	return news;
}

/* Read until it has said this. */
static void
wait_said(struct persistent *p, const char *word)
{
	char tail[OUTPUT_TAIL_MAX];
	size_t n;
	struct pollfd fds[] = {
	    {p->answers, POLLIN, 0}, {p->handler.output, POLLIN, 0}};

	for (;;) {
		n = handler_output_tail(&p->output, tail);
		if (span_has(span_mem(tail, n), word))
			return;
		if (poll(fds, COUNT(fds), PATIENCE * 1000) <= 0)
			sandbox_die("it is silent");
		if (fds[0].revents != 0)
			is_int(persistent_answers(p, 0), NEWS_NOTHING,
			    "it says something");
		if (fds[1].revents != 0)
			persistent_errors(p, 0);
	}
}

static const char *
end_text(const struct persistent *p)
{
	static char text[HANDLER_END_MAX];

	return handler_end_text(text, &p->end);
}

/* Wait until something of it can be read. */
static void
wait_written(const struct persistent *p)
{
	struct pollfd poller = {p->answers, POLLIN, 0};

	if (poll(&poller, 1, PATIENCE * 1000) <= 0)
		sandbox_die("it is silent");
}

/* It is told the end, and ends. */
static void
end_well(struct persistent *p)
{
	persistent_end(p, 1000);
	is_int(wait_news(p, 2000), NEWS_ENDED, "it ends");
	is_str(end_text(p), "exit status 0", "by itself");
	is_int(p->again_at, 2000, "it may be started at once");
	is_int(p->state, PERSISTENT_NONE, "none runs");
}

/* Start it, and give it the first event. */
static void
give_first(struct persistent *p, const char *script)
{
	start_script(p, script);
	is_int(wait_news(p, 0), NEWS_READY, "ready");
	ok(persistent_give(p, "evt", PATH("evt"), 10), "given");
}

static void
test_well(void)
{
	struct persistent p;
	int lock = open_lock();
	char id[16], path[64];

	give_first(&p, "for n in 0 1 2 3 4 5 6 7 8 9; do "
		       "[ ! -e /proc/$$/fd/$n ] || echo fd $n >&2; done; " LOOP
		       "echo working on $path; echo err >&2; "
		       "echo $id 111 after=60 busy; done; echo bye");
	is_int(p.handler.due, 10 + TIMEOUT, "it has its time");
	ok(flock(lock, LOCK_EX | LOCK_NB) != 0, "it has the lock");
	is_int(wait_news(&p, 20), NEWS_ANSWERED, "an answer");
	is_int(p.answer.code, 111, "its code");
	is_int(p.answer.after, 60, "its time");
	is_span(p.answer.reason, "busy", "its reason");
	is_int(p.handler.due, HANDLER_NEVER, "nothing is due");
	ok(sandbox_log_has("info: coral evt: working on " PATH("evt") "\n"),
	    "its output is logged");
	for (int i = 0; i < 100; i++) {
		snprintf(id, sizeof(id), "e%d", i);
		snprintf(path, sizeof(path), "/inbox/coral/busy/3.%s", id);
		if (!persistent_give(&p, id, path, 0) ||
		    wait_news(&p, 0) != NEWS_ANSWERED)
			break;
	}
	is_str(id, "e99", "one event after the other");
	is_int(p.state, PERSISTENT_IDLE, "and waits");
	end_well(&p);
	ok(sandbox_log_has(": bye\n"), "what it said at the end");
	ok(sandbox_log_has(": fd 0\n") && sandbox_log_has(": fd 1\n") &&
		sandbox_log_has(": fd 2\n") && sandbox_log_has(": fd 3\n") &&
		!sandbox_log_has(": fd 4\n"),
	    "it has four descriptors");
	ok(sandbox_log_has(": err\n"), "and to its standard error");
	ok(flock(lock, LOCK_EX | LOCK_NB) == 0, "the lock is free");
	close(lock);
}

/* Lines that are no answer to its event. */
static void
test_stray(void)
{
	char script[2 * SANDBOX_PATH_MAX];
	struct persistent p;

	unlink(sandbox_path("gate"));
	snprintf(script, sizeof(script),
	    "echo early; echo Ready; echo ready; "
	    "until [ -e %s ]; do sleep 0.01; done; echo evt 0; "
	    "read -r path; echo other 0; echo evtx 0; echo 0; "
	    "printf 'evt 0\\000\\n'; echo evt done; "
	    "printf 'evt 0 %%2000d\\n' 1; echo evt 0 >&2; "
	    "printf 'evt 0\\r\\n'; printf 'evt 1'; read -r more; echo 00",
	    sandbox_path("gate"));
	start_script(&p, script);
	is_int(wait_news(&p, 0), NEWS_READY, "ready");
	sandbox_text("gate", "", 0600);
	wait_written(&p);
	ok(persistent_give(&p, "evt", PATH("evt"), 0), "given");
	wait_said(&p, "evt 0\r\n");
	is_int(p.state, PERSISTENT_BUSY, "nothing of it is an answer");
	ok(sandbox_log_has("coral evt: other 0\n"), "another's is logged");
	ok(sandbox_log_has("coral evt: evt 0\\x00\n"), "so is one with a NUL");
	ok(sandbox_log_has("warning: coral evt: the line above is no answer"),
	    "a wrong one is explained");
	persistent_end(&p, 0);
	is_int(wait_news(&p, 0), NEWS_ANSWERED, "in two pieces");
	is_int(p.answer.code, 100, "it is one");
	is_int(wait_news(&p, 0), NEWS_ENDED, "and ends");
}

static void
test_dies(void)
{
	struct persistent p;
	long long at[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
	const char *const argv[] = {"/bin/sh", "-c", "echo no; exit 0", NULL};
	struct reason why;

	give_first(&p, LOOP "exit 0; done");
	is_int(wait_news(&p, 50), NEWS_LOST, "it dies with its event");
	is_int(handler_result_lost(&p.end), RESULT_LATER, "a soft failure");
	is_int(p.again_at, 50, "it may be started at once");

	give_first(&p, LOOP "printf \"$id 0\"; kill -9 $$; done");
	is_int(wait_news(&p, 0), NEWS_LOST, "half an answer is none");
	is_str(end_text(&p), "signal 9, SIGKILL", "how it ended");
	ok(sandbox_log_has("coral evt: evt 0\n"), "it is logged");

	give_first(&p, LOOP "echo $id 0; exit 3; done");
	is_int(wait_news(&p, 0), NEWS_ANSWERED, "it answers");
	is_int(wait_news(&p, 60), NEWS_ENDED, "and dies without an event");
	is_int(p.again_at, 60, "it may be started at once");

	persistent_init(&p, &output_log, "coral");
	for (size_t i = 0; i < COUNT(at); i++) {
		start(&p, argv, 0, &why);
		is_int(wait_news(&p, 7), NEWS_ENDED, "dies before ready");
		is_int(p.again_at, 7 + at[i], "the pause grows");
	}
}

/* It answered before it ended, and nobody has read that yet. */
static void
test_answers_and_dies(void)
{
	struct pollfd poller = {.events = POLLIN};
	struct persistent p;

	give_first(&p, LOOP "echo $id 100 bad; exit 0; done");
	poller.fd = p.handler.process.pidfd;
	ok(poll(&poller, 1, PATIENCE * 1000) > 0, "it has ended");
	is_int(persistent_ended(&p, 0), NEWS_ANSWERED, "its answer counts");
	is_span(p.answer.reason, "bad", "with its reason");
	is_int(persistent_ended(&p, 0), NEWS_ENDED, "and it ended");
	is_int(persistent_ended(&p, 0), NEWS_NOTHING, "once");
}

static void
test_time_out(void)
{
	struct persistent p;

	give_first(&p, "trap 'echo TERM' TERM; " LOOP
		       "while :; do sleep 0.01; done; done");
	handler_tick(&p.handler, TIMEOUT + 9);
	is_int(p.handler.told, HANDLER_NOT_TOLD, "it has its time");
	handler_tick(&p.handler, TIMEOUT + 10);
	wait_said(&p, "TERM\n");
	handler_tick(&p.handler, p.handler.due);
	is_int(wait_news(&p, 5), NEWS_LOST, "it is killed");
	is_str(end_text(&p), "timed out", "why");
	is_int(handler_result_lost(&p.end), RESULT_LATER, "a soft failure");

	start_script(&p, "trap 'echo ready' TERM; echo here; while :; do "
			 "sleep 0.01; done");
	wait_said(&p, "here\n");
	handler_tick(&p.handler, TIMEOUT);
	while (p.state == PERSISTENT_STARTING)
		persistent_answers(&p, 0);
	is_int(p.state, PERSISTENT_ENDING, "ready, too late");
	handler_tick(&p.handler, p.handler.due);
	is_int(wait_news(&p, 5), NEWS_ENDED, "never ready");
	is_int(p.again_at, 1005, "a pause");
}

static void
test_stopped(void)
{
	struct persistent p;

	give_first(&p, LOOP "echo here; while :; do sleep 0.01; done; done");
	wait_said(&p, "here\n");
	persistent_stop(&p, 20);
	is_int(wait_news(&p, 30), NEWS_LOST, "stopped with its event");
	is_int(handler_result_lost(&p.end), RESULT_NO_ATTEMPT, "no attempt");
	is_int(p.again_at, 30, "and no pause");

	give_first(&p, LOOP "trap 'echo $id 0; exit' TERM; echo here; "
			    "while :; do sleep 0.01; done; done");
	wait_said(&p, "here\n");
	persistent_stop(&p, 20);
	is_int(wait_news(&p, 30), NEWS_ANSWERED, "an answer counts even then");
	is_int(p.state, PERSISTENT_ENDING, "it gets no more");
	is_int(wait_news(&p, 30), NEWS_ENDED, "and ends");

	give_first(&p, LOOP "echo here; read -r more; echo $id 0; done");
	wait_said(&p, "here\n");
	persistent_end(&p, 20);
	is_int(p.handler.due, 10 + TIMEOUT, "it has the time of its event");
	is_int(wait_news(&p, 30), NEWS_ANSWERED, "the event is done");
	is_int(p.handler.due, 30 + HANDLER_GRACE, "and a little more to end");
	is_int(wait_news(&p, 30), NEWS_ENDED, "the end of its input ends it");
}

/* What it does to its descriptors. */
static void
test_descriptors(void)
{
	struct persistent p;

	give_first(&p, LOOP "exec >&-; while :; do sleep 0.01; done; done");
	while (p.answers >= 0)
		persistent_answers(&p, 100);
	is_int(p.handler.due, 100 + HANDLER_GRACE, "it cannot answer any more");
	handler_tick(&p.handler, p.handler.due);
	is_int(wait_news(&p, 0), NEWS_LOST, "it is told to end");

	start_script(&p, "exec 0<&-; echo ready; while :; do sleep 0.01; done");
	is_int(wait_news(&p, 0), NEWS_READY, "ready");
	ok(!persistent_give(&p, "evt", PATH("evt"), 0), "it does not read");
	is_int(p.state, PERSISTENT_ENDING, "so it has no event");
	is_int(wait_news(&p, 0), NEWS_ENDED, "and ends");
	is_int(p.again_at, 1000, "a pause");

	give_first(&p, LOOP "yes 2>&- | head -c 10000000; echo $id 0; "
			    "yes | head -c 10000000 >&2; done");
	is_int(wait_news(&p, 0), NEWS_ANSWERED, "behind a flood");
	persistent_end(&p, 0);
	is_int(wait_news(&p, 0), NEWS_ENDED, "and another");

	start_script(&p, "exec 4>&1; (yes >&4) & echo $! >&2; echo ready");
	is_int(wait_news(&p, 0), NEWS_READY, "ready");
	is_int(wait_news(&p, 0), NEWS_ENDED,
	    "a child that writes for ever does not keep it");
}

static void
test_not_started(void)
{
	const char *const argv[] = {"/no/such/program", NULL};
	int before = sandbox_descriptors();
	struct persistent p;
	struct reason why;

	persistent_init(&p, &output_log, "coral");
	ok(!start(&p, argv, 0, &why) && errno == ENOENT, "not started");
	is_int(p.state, PERSISTENT_NONE, "none runs");
	is_int(sandbox_descriptors(), before, "nothing is open");
	persistent_stop(&p, 0);
	persistent_end(&p, 0);
	is_int(persistent_ended(&p, 0), NEWS_NOTHING, "nothing happens");
	is_int(p.state, PERSISTENT_NONE, "still");
}

/* Descriptors run out, at each place where one is made. */
static void
test_no_descriptors(void)
{
	const char *const argv[] = {"/bin/true", NULL};
	struct rlimit limit, low;
	struct persistent p;
	struct reason why;
	unsigned failed = 0;
	int before = sandbox_descriptors(), lowest = dup(STDIN_FILENO);
	bool is_started = false;

	close(lowest);
	getrlimit(RLIMIT_NOFILE, &limit);
	low = limit;
	persistent_init(&p, &output_log, "coral");
	/* One for the lock. */
	for (int more = 1; !is_started && more < 64; more++) {
		low.rlim_cur = (rlim_t)(lowest + more);
		setrlimit(RLIMIT_NOFILE, &low);
		is_started = start(&p, argv, 0, &why);
		failed += !is_started && errno == EMFILE;
		setrlimit(RLIMIT_NOFILE, &limit);
		if (!is_started)
			is_int(sandbox_descriptors(), before, "%s", why.text);
	}
	ok(is_started, "started in the end");
	ok(failed >= 7, "pipes and a pidfd were lacking");
	is_int(wait_news(&p, 0), NEWS_ENDED, "and ends");
}

int
main(void)
{
	int before;

	sandbox_make();
	launch_prepare();
	output_log_init(&output_log, &sandbox_log);
	before = sandbox_descriptors();
	test_well();
	test_stray();
	test_dies();
	test_answers_and_dies();
	test_time_out();
	test_stopped();
	test_descriptors();
	test_not_started();
	test_no_descriptors();
	is_int(sandbox_descriptors(), before, "no descriptor is left open");
	sandbox_remove(sandbox_dir);
	return done();
}
