/*
 * handler.c - one-shot handlers, as real processes: what they get, what they
 * leave behind, and how they end.
 *
 * The clock is the test's own, and processes are waited for, so nothing depends
 * on how fast this machine is.  Called with an argument, this program is itself
 * a handler, which tells what it got.
 */
#define _GNU_SOURCE /* environ */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "../../cli/run/handler.h"
#include "../../cli/run/handler_output.h"
#include "../../cli/run/handler_result.h"
#include "../tap.h"
#include "config/run_entry.h"
#include "sandbox.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define EVENT        "Ce-Id: e\n\nthe body\n"
#define BODY         10
#define TIMEOUT      300000LL
#define PATIENCE     60  /* seconds, after which something hangs */
#define HIGH         200 /* a descriptor that nobody closes */

static struct output_log output_log;
static struct handler_output output;
static struct handler_end end;
static char tail[OUTPUT_TAIL_MAX + 1];
static char self[SANDBOX_PATH_MAX];

/* --- The handler that tells what it got --- */

static int
describe(void)
{
	struct sigaction action;
	char first[9] = "", cwd[SANDBOX_PATH_MAX];
	sigset_t mask;
	int death = 0, blocked = 0, ignored = 0;

	for (int fd = 0; fd < 1024; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			printf("fd=%d\n", fd);
	}
	sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int n = 1; n < 65; n++) {
		blocked += sigismember(&mask, n) == 1;
		ignored += sigaction(n, NULL, &action) == 0 &&
			   action.sa_handler == SIG_IGN;
	}
	prctl(PR_GET_PDEATHSIG, &death);
	printf("session=%d group=%d\n", getsid(0) == getpid(),
	    getpgrp() == getpid());
	printf("blocked=%d ignored=%d death=%d umask=%03o\n", blocked, ignored,
	    death, (unsigned)umask(0));
	printf("cwd=%s\n", getcwd(cwd, sizeof(cwd)));
	printf("at=%lld\n", (long long)lseek(0, 0, SEEK_CUR));
	lseek(0, 0, SEEK_SET);
	printf("read=%zd %s\n", read(0, first, 8), first);
	for (char **v = environ; *v != NULL; v++)
		printf("env %s\n", *v);
	return 0;
}

/* --- Starting and waiting --- */

static int
open_event(void)
{
	int fd = open(sandbox_text("event", EVENT, 0600),
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0)
		sandbox_die("the event");
	return fd;
}

/* Wait until nobody else holds the event. */
static void
wait_lock(void)
{
	int fd = open(sandbox_path("event"), O_RDONLY | O_CLOEXEC);

	alarm(PATIENCE);
	if (fd < 0 || flock(fd, LOCK_EX) != 0)
		sandbox_die("the lock");
	alarm(0);
	close(fd);
}

static struct handler_command
command(const char *const argv[])
{
	return (struct handler_command){.argv = argv, .timeout = TIMEOUT};
}

/* Start it at the time 0; the event is open at fd, which is closed here. */
static bool
start(struct handler *h, const struct handler_command *cmd, struct reason *why)
{
	const struct handler_event event = {
	    .file = "/inbox/coral/busy/1.e", .id = {NULL, 0}, .attempt = 1};
	struct handler_env env;
	bool is_started;
	int fd = open_event(), error;

	if (!handler_env_make(&env, &(struct handler_base){0}, cmd->environment,
		"coral", &event))
		sandbox_die("no memory");
	handler_output_begin(&output, &output_log, "coral", "e");
	is_started = handler_start(
	    h, &(struct handler_start){cmd, &env, fd, BODY}, 0, why);
	error = errno;
	handler_env_free(&env);
	close(fd);
	errno = error;
	return is_started;
}

static void
must_start(struct handler *h, const char *const argv[])
{
	const struct handler_command cmd = command(argv);
	struct reason why = {""};

	if (!start(h, &cmd, &why))
		sandbox_die(why.text);
}

static void
start_script(struct handler *h, const char *script)
{
	const char *const argv[] = {"/bin/sh", "-c", script, NULL};

	must_start(h, argv);
}

/* What it wrote until now. */
static const char *
said(void)
{
	size_t n = handler_output_tail(&output, tail);

	tail[n] = '\0';
	return tail;
}

/* Read what it writes, until that has word in it; or, for NULL, until its end. */
static void
wait_for(struct handler *h, const char *word)
{
	struct pollfd fds[] = {
	    {h->process.pidfd, POLLIN, 0}, {h->output, POLLIN, 0}};

	while (word == NULL || strstr(said(), word) == NULL) {
		if (poll(fds, COUNT(fds), PATIENCE * 1000) <= 0)
			sandbox_die("it hangs");
		if (fds[1].revents != 0 &&
		    !handler_output_read(&output, h->output, 65536, 0))
			fds[1].fd = -1;
		if (fds[0].revents != 0 && word == NULL)
			return;
	}
}

static enum handler_result
finish(struct handler *h)
{
	wait_for(h, NULL);
	if (!ok(handler_ended(h, &end), "it has ended"))
		sandbox_die("no end");
	handler_output_drain(&output, h->output, 0);
	handler_output_end(&output, 0);
	handler_close(h);
	return handler_result_end(&end);
}

static enum handler_result
run_script(const char *script)
{
	struct handler h;

	sandbox_log_clear();
	output_log_init(&output_log, &sandbox_log);
	start_script(&h, script);
	return finish(&h);
}

static const char *
end_text(void)
{
	static char text[HANDLER_END_MAX];

	return handler_end_text(text, &end);
}

/* --- The tests --- */

/* Started by a process that has everything wrong. */
static void
test_given(void)
{
	const char *const argv[] = {self, "describe", "a b", NULL};
	struct handler_command cmd = command(argv);
	struct handler h;
	struct reason why = {""};
	sigset_t some, before;

	cmd.directory = sandbox_dir;
	setenv("SECRET", "hunter2", 1);
	sigemptyset(&some);
	sigaddset(&some, SIGUSR1);
	sigaddset(&some, SIGTERM);
	sigprocmask(SIG_BLOCK, &some, &before);
	signal(SIGHUP, SIG_IGN);
	umask(022);
	if (dup2(STDERR_FILENO, HIGH) < 0)
		sandbox_die("dup2");
	ok(start(&h, &cmd, &why), "started: %s", why.text);
	is_int(finish(&h), RESULT_DONE, "it tells what it got");
	ok(strstr(said(), "fd=0\nfd=1\nfd=2\nsession=1 group=1\n") != NULL,
	    "three descriptors, a session and a group");
	ok(strstr(said(), "blocked=0 ignored=0 death=9 umask=077\n") != NULL,
	    "signals and umask");
	ok(strstr(said(), "at=10\nread=8 Ce-Id: e\n") != NULL,
	    "at the body, and the header can be read");
	ok(strstr(said(), sandbox_dir) != NULL, "in its directory");
	ok(strstr(said(), "env HOOKDIR_PROVIDER=coral\n") != NULL,
	    "it has its variables");
	ok(strstr(said(), "hunter2") == NULL, "and none of the runner");
	sigprocmask(SIG_SETMASK, NULL, &some);
	ok(sigismember(&some, SIGUSR1) == 1 && sigismember(&some, SIGHUP) == 0,
	    "the mask of the parent is as it was");
	sigprocmask(SIG_SETMASK, &before, NULL);
	signal(SIGHUP, SIG_DFL);
	close(HIGH);
}

/* The runner itself may have been started without descriptors. */
static void
test_low_descriptors(void)
{
	int saved = dup(STDIN_FILENO);
	struct handler h;

	if (saved >= 0)
		close(STDIN_FILENO);
	start_script(&h, "cat; echo to the error >&2");
	if (saved >= 0)
		dup2(saved, STDIN_FILENO);
	close(saved);
	is_int(finish(&h), RESULT_DONE, "descriptor 0 was free");
	is_str(said(), "the body\nto the error\n", "nothing is mixed up");
}

static const char *
variable(const struct handler_env *env, const char *name)
{
	size_t len = strlen(name);
	const char *found = NULL;

	for (char **v = env->vars; *v != NULL; v++) {
		if (strncmp(*v, name, len) == 0 && (*v)[len] == '=')
			found = found == NULL ? *v + len + 1 : "twice";
	}
	return found;
}

static void
test_environment(void)
{
	const struct handler_base base = {.home = "/h", .tz = "UTC"};
	const char *const more[] = {"PATH=/opt/bin:relative::/bin", "A=b=c",
	    "HOOKDIR_ID=forged", "HOOKDIR_PROVIDER=forged", "1A=", "A-B=", "=",
	    "HOME=/x", "bare", NULL};
	const struct handler_event event = {.file = "/i/coral/busy/2.x",
	    .id = span_str("a%00b%20c%7f%zz"),
	    .type = span_str("Push%20Hook%0a\xc3\xa9"),
	    .time = span_str("2026-11-28T00:00:00Z"),
	    .media_type = span_str("a/b; c=\"%20\"\t\x01"),
	    .attempt = 12};
	struct handler_env env;
	char path[PATH_MAX];
	struct reason why;

	ok(handler_env_make(&env, &base, more, "coral", &event), "made");
	is_str(variable(&env, "HOOKDIR_ID"), "a?b c?%zz", "id");
	is_str(variable(&env, "HOOKDIR_TYPE"), "Push Hook?\xc3\xa9", "type");
	is_str(variable(&env, "HOOKDIR_TIME"), "2026-11-28T00:00:00Z", "time");
	is_str(variable(&env, "HOOKDIR_CONTENT_TYPE"), "a/b; c=\"%20\"??",
	    "a content type is not encoded");
	is_str(variable(&env, "HOOKDIR_ATTEMPT"), "12", "attempt");
	is_str(variable(&env, "HOOKDIR_FILE"), "/i/coral/busy/2.x", "file");
	is_str(variable(&env, "HOOKDIR_PROVIDER"), "coral", "provider");
	is_str(variable(&env, "A"), "b=c", "one of the settings");
	is_str(variable(&env, "HOME"), "/x", "one that is replaced");
	is_str(variable(&env, "TZ"), "UTC", "one of the process");
	is_str(variable(&env, "LANG"), NULL, "and one that it has not");
	is_str(variable(&env, "1A"), NULL, "a wrong name");
	is_str(variable(&env, "A-B"), NULL, "another");
	if (chdir(sandbox_dir) != 0 || mkdir("relative", 0700) != 0)
		sandbox_die("relative");
	sandbox_text("relative/sh", "#!/bin/sh\n", 0755);
	ok(handler_find(path, "sh", &env, &why), "a program is found");
	is_str(path, "/bin/sh", "in the handler's PATH");
	ok(chdir("/") == 0, "back");
	handler_env_free(&env);

	ok(handler_env_make(&env, &base, NULL, "coral", NULL), "of no event");
	is_str(variable(&env, "PATH"), RUN_PATH, "PATH");
	is_str(variable(&env, "HOOKDIR_ID"), NULL, "no id");
	handler_env_free(&env);
}

static void
test_base(void)
{
	struct handler_base base;
	char home[PATH_MAX];

	setenv("TZ", "Europe/Berlin", 1);
	unsetenv("LANG");
	setenv("HOOKDIR_CONFIG", "/etc/x.json", 1);
	handler_base_read(&base, home);
	is_str(base.tz, "Europe/Berlin", "TZ of the process");
	is_str(base.lang, NULL, "no LANG");
	is_str(base.config, "/etc/x.json", "the settings");
	ok(base.home == NULL ||
		(base.home[0] == '/' &&
		    (base.home[1] == '\0' ||
			base.home[strlen(base.home) - 1] != '/')),
	    "HOME is an absolute path");
	unsetenv("HOOKDIR_CONFIG");
}

static void
test_not_started(void)
{
	static const struct {
		const char *name, *text;
		mode_t mode;
		int error;
		const char *why;
	} bad[] = {
	    {"none", NULL, 0, ENOENT, "cannot be run: No such file"},
	    {"plain", "#!/bin/sh\n", 0644, EACCES, "is it executable?"},
	    {"lost", "#!/no/such/interpreter\n", 0755, ENOENT, "interpreter"},
	    {"words", "echo a\n", 0755, ENOEXEC, "#!/bin/sh"},
	};
	struct handler h;
	struct handler_command cmd;
	struct reason why;
	int before = sandbox_descriptors();

	for (size_t i = 0; i < COUNT(bad); i++) {
		const char *const argv[] = {sandbox_path(bad[i].name), NULL};

		if (bad[i].text != NULL)
			sandbox_text(bad[i].name, bad[i].text, bad[i].mode);
		cmd = command(argv);
		errno = 0;
		ok(!start(&h, &cmd, &why), "%s: not started", bad[i].name);
		is_int(errno, bad[i].error, "%s: errno", bad[i].name);
		ok(strstr(why.text, bad[i].why) != NULL, "%s: %s", bad[i].name,
		    why.text);
		is_int(h.process.pid, 0, "%s: no process", bad[i].name);
	}
	cmd = command((const char *const[]){"no-such-program", NULL});
	ok(!start(&h, &cmd, &why) && errno == ENOENT, "not in the PATH");
	cmd = command((const char *const[]){"/bin/true", NULL});
	cmd.directory = "/no/such/folder";
	ok(!start(&h, &cmd, &why) && errno == ENOENT &&
		strstr(why.text, "cannot be entered") != NULL,
	    "no directory: %s", why.text);
	is_int(sandbox_descriptors(), before, "no descriptor stays open");
	ok(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "nor a process");
}

/* Descriptors run out, at each place where one is made. */
static void
test_no_descriptors(void)
{
	const char *const argv[] = {"/bin/true", NULL};
	const struct handler_command cmd = command(argv);
	struct rlimit limit, low;
	struct handler h;
	struct reason why;
	unsigned failed = 0;
	int before = sandbox_descriptors(), lowest = dup(STDIN_FILENO);
	bool is_started = false;

	close(lowest);
	getrlimit(RLIMIT_NOFILE, &limit);
	low = limit;
	/* One for the event. */
	for (int more = 1; !is_started && more < 64; more++) {
		low.rlim_cur = (rlim_t)(lowest + more);
		setrlimit(RLIMIT_NOFILE, &low);
		is_started = start(&h, &cmd, &why);
		failed += !is_started && errno == EMFILE;
		setrlimit(RLIMIT_NOFILE, &limit);
		if (!is_started)
			is_int(sandbox_descriptors(), before, "%s", why.text);
	}
	ok(is_started, "started in the end");
	ok(failed >= 3, "a pipe and a pidfd were lacking");
	is_int(finish(&h), RESULT_DONE, "and done");
}

static void
test_results(void)
{
	static const int failed[] = {100, 64, 65, 70, 76, 77, 78, 112};
	static const int later[] = {111, 75, 1, 2, 99, 101, 126, 127, 255};
	char script[32];

	for (size_t i = 0; i < COUNT(failed); i++)
		is_int(handler_result_code(failed[i]), RESULT_FAILED,
		    "%d: for good", failed[i]);
	for (size_t i = 0; i < COUNT(later); i++)
		is_int(handler_result_code(later[i]), RESULT_LATER, "%d: later",
		    later[i]);
	is_int(run_script("exit 0"), RESULT_DONE, "done");
	snprintf(script, sizeof(script), "exit %d", failed[0]);
	is_int(run_script(script), RESULT_FAILED, "failed for good");
	is_int(run_script("exit 111"), RESULT_LATER, "later");
	is_str(end_text(), "exit status 111", "how it ended");
	is_int(run_script("kill -9 $$"), RESULT_LATER, "a signal");
	is_str(end_text(), "signal 9, SIGKILL", "which one");
	is_int(run_script("exec 0<&-; exec 1>&- 2>&-; exit 100"), RESULT_FAILED,
	    "one that closes all that it has");
}

static void
test_flood(void)
{
	unsigned lines = 0;

	is_int(run_script("yes | head -c 100000000; echo the end; exit 3"),
	    RESULT_LATER, "100 MB, of short lines");
	ok(sandbox_log_has("hookdir: info: coral e: y\n"), "some are shown");
	for (const char *c = sandbox_logged; *c != '\0'; c++)
		lines += *c == '\n';
	is_int(lines, OUTPUT_EVENT_MAX + 1, "no more than the limit");
	ok(sandbox_log_has("more lines are not shown"), "the rest is counted");
	ok(strstr(said(), "y\nthe end\n") != NULL, "the end is kept");
	is_int(run_script("head -c 20000000 /dev/zero"), RESULT_DONE,
	    "one line of NULs");
	ok(sandbox_log_has("\\x00\\x00"), "NUL is shown as such");
	ok(sandbox_log_has("\\x00 [19999850 bytes more]\n"), "in one line") ||
	    (diag("%s", sandbox_logged), 0);
}

/* A child that the handler leaves has its output and its input. */
static void
test_left_child(void)
{
	char script[4 * SANDBOX_PATH_MAX];
	struct handler h;

	unlink(sandbox_path("gate"));
	snprintf(script, sizeof(script),
	    "exec 4<&0; (until [ -e %s ]; do sleep 0.01; done; : >%s) & "
	    "exit 7",
	    sandbox_path("gate"), sandbox_path("alive"));
	start_script(&h, script);
	is_int(finish(&h), RESULT_LATER, "its end is its exit");
	is_str(end_text(), "exit status 7", "with its status");
	sandbox_text("gate", "", 0600);
	wait_lock();
	ok(access(sandbox_path("alive"), F_OK) == 0, "its child goes on");
}

/* One that ends when it is told, with a child that does not. */
static void
test_left_child_told(void)
{
	struct handler h;

	start_script(&h, "exec 4<&0; (trap '' TERM; echo child; while :; do "
			 "sleep 1000; done) & wait");
	wait_for(&h, "child");
	handler_tick(&h, TIMEOUT);
	is_int(finish(&h), RESULT_LATER, "it timed out");
	wait_lock();
	ok(true, "nothing of its group is left");
}

static void
test_time_out(void)
{
	struct handler h;

	start_script(&h, "trap 'echo TERM' TERM; echo here; while :; do "
			 "sleep 0.01; done");
	wait_for(&h, "here");
	is_int(h.due, TIMEOUT, "it has its time");
	handler_tick(&h, TIMEOUT - 1);
	is_int(h.told, HANDLER_NOT_TOLD, "until then it is left alone");
	handler_tick(&h, TIMEOUT);
	is_int(h.due, TIMEOUT + HANDLER_GRACE, "then it is told, and has more");
	wait_for(&h, "TERM");
	handler_tick(&h, TIMEOUT + HANDLER_GRACE - 1);
	ok(!handler_ended(&h, &end), "it does not end");
	handler_tick(&h, TIMEOUT + HANDLER_GRACE);
	is_int(finish(&h), RESULT_LATER, "a soft failure");
	ok(WIFSIGNALED(end.status) && WTERMSIG(end.status) == SIGKILL,
	    "it was killed");
	is_str(end_text(), "timed out", "why");
}

static void
test_group(void)
{
	struct handler h;

	start_script(&h, "trap : TERM; (trap 'echo told; exit' TERM; "
			 "echo child; while :; do sleep 0.01; done) & "
			 "while :; do wait; sleep 0.01; done");
	wait_for(&h, "child");
	handler_tick(&h, TIMEOUT);
	wait_for(&h, "told");
	ok(!handler_has_ended(&h), "its group is told too");
	handler_tick(&h, h.due);
	is_int(finish(&h), RESULT_LATER, "it is killed");
}

static void
test_told(void)
{
	struct handler h;
	siginfo_t info;

	start_script(&h, "trap 'exit 0' TERM; echo here; while :; do sleep "
			 "0.01; done");
	wait_for(&h, "here");
	handler_tick(&h, TIMEOUT);
	is_int(finish(&h), RESULT_LATER, "its status counts no more");
	start_script(&h, "echo here; while :; do sleep 1000; done");
	wait_for(&h, "here");
	handler_tell(&h, HANDLER_STOPPED, 5);
	is_int(h.due, 5 + HANDLER_GRACE, "it has time to end");
	handler_tell(&h, HANDLER_TIMED_OUT, 6);
	is_int(finish(&h), RESULT_NO_ATTEMPT, "the first reason counts");
	is_str(end_text(), "stopped", "why");
	start_script(&h, "echo here; kill -STOP $$; exit 0");
	wait_for(&h, "here");
	if (waitid(P_PID, (id_t)h.process.pid, &info, WSTOPPED | WNOWAIT) != 0)
		sandbox_die("waitid");
	handler_tick(&h, TIMEOUT);
	is_int(finish(&h), RESULT_LATER, "one that was stopped sees it too");
	start_script(&h, "exit 0");
	wait_for(&h, NULL);
	handler_tick(&h, TIMEOUT);
	is_int(h.told, HANDLER_NOT_TOLD, "one that has ended is not told");
	is_int(finish(&h), RESULT_DONE, "and its status counts");
	start_script(&h, "exit 0");
	while (waitpid(h.process.pid, NULL, 0) < 0 && errno == EINTR)
		;
	is_int(finish(&h), RESULT_LATER, "somebody else waited for it");
	ok(!handler_ended(&h, &end), "none runs");
	handler_tell(&h, HANDLER_STOPPED, 0);
	handler_tick(&h, HANDLER_NEVER);
	is_int(h.told, HANDLER_NOT_TOLD, "none is told");
}

/* A kernel without pidfds: the end is learnt by SIGCHLD. */
static void
test_no_pidfd(void)
{
	struct handler h;
	siginfo_t info;

	start_script(&h, "exit 100");
	close(h.process.pidfd);
	h.process.pidfd = -1;
	while (
	    waitid(P_PID, (id_t)h.process.pid, &info, WEXITED | WNOWAIT) != 0 &&
	    errno == EINTR)
		;
	ok(handler_ended(&h, &end), "it has ended");
	is_int(handler_result_end(&end), RESULT_FAILED, "with its status");
	handler_close(&h);
}

static void
test_replaced(void)
{
	char script[SANDBOX_PATH_MAX], gate[SANDBOX_PATH_MAX];
	const char *const argv[] = {script, NULL};
	char text[2 * SANDBOX_PATH_MAX];
	struct handler h;

	snprintf(gate, sizeof(gate), "%s", sandbox_text("gate", "", 0600));
	snprintf(text, sizeof(text),
	    "#!/bin/sh\necho old; while [ -e %s ]; do sleep 0.01; done\n"
	    "echo still old\n",
	    gate);
	snprintf(
	    script, sizeof(script), "%s", sandbox_text("script", text, 0755));
	must_start(&h, argv);
	wait_for(&h, "old");
	sandbox_text("next", "#!/bin/sh\necho new\n", 0755);
	if (rename(sandbox_path("next"), sandbox_path("script")) != 0)
		sandbox_die("rename");
	unlink(gate);
	is_int(finish(&h), RESULT_DONE, "replaced while it ran");
	is_str(said(), "old\nstill old\n", "it went on");
	must_start(&h, argv);
	finish(&h);
	is_str(said(), "new\n", "the next is the new one");
}

/* The runner is killed: nothing can be done any more, and yet. */
static void
test_killed_runner(void)
{
	struct handler h;
	pid_t runner = fork();

	if (runner == 0) {
		start_script(&h, "echo here; exec sleep 100000");
		wait_for(&h, "here");
		raise(SIGKILL);
	}
	while (waitpid(runner, NULL, 0) < 0 && errno == EINTR)
		;
	wait_lock();
	ok(true, "a handler does not outlive its runner");
}

int
main(int argc, char *argv[])
{
	int before;

	if (argc > 1)
		return describe();
	(void)argv;
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		sandbox_die("readlink");
	sandbox_make();
	signal(SIGCHLD, SIG_IGN);
	launch_prepare();
	output_log_init(&output_log, &sandbox_log);
	before = sandbox_descriptors();
	test_given();
	test_low_descriptors();
	test_environment();
	test_base();
	test_not_started();
	test_no_descriptors();
	test_results();
	test_flood();
	test_left_child();
	test_left_child_told();
	test_time_out();
	test_group();
	test_told();
	test_no_pidfd();
	test_replaced();
	test_killed_runner();
	is_int(sandbox_descriptors(), before, "no descriptor is left open");
	sandbox_remove(sandbox_dir);
	return done();
}
