/* launch.c - clone(2), and what a child does before it is another program. */
#define _GNU_SOURCE /* clone(), closefrom() */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/shown.h"
#include "launch.h"

#define STACK_SIZE   ((size_t)64 << 10) /* a sanitizer's frames are large */
#define DESCRIPTORS  4                  /* that the program can have */
#define CHILD_FAILED 127

/* What failed. */
enum step { STEP_PROCESS, STEP_DIRECTORY, STEP_PROGRAM };

/* Of the child, in the memory that it shares with its parent. */
struct child {
	const struct launch *what;
	pid_t parent;
	enum step step;
	int error; /* 0: it has become the program */
};

void
launch_prepare(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};

	sigaction(SIGCHLD, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
}

/* What was ignored would stay so. */
static void
reset_signals(void)
{
	const struct sigaction action = {.sa_handler = SIG_DFL};

	/* SIGKILL and others cannot be set, and need not be. */
	for (int number = 1; number <= SIGRTMAX; number++)
		sigaction(number, &action, NULL);
}

/*
 * If the parent ends before the first call, there is no signal: but then the
 * child has another parent.
 */
static bool
die_with_parent(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		return false;
	errno = ESRCH;
	return getppid() == parent;
}

/* fd, or a copy of it, where the program's own descriptors do not replace it. */
static int
out_of_the_way(int fd)
{
	return fd >= DESCRIPTORS ? fd : fcntl(fd, F_DUPFD, DESCRIPTORS);
}

static bool
set_descriptors(const struct launch *what)
{
	const int from[DESCRIPTORS] = {
	    what->input, what->output, what->error, what->lock};
	const int n = what->lock < 0 ? DESCRIPTORS - 1 : DESCRIPTORS;
	int high[DESCRIPTORS];

	for (int i = 0; i < n; i++) {
		if ((high[i] = out_of_the_way(from[i])) < 0)
			return false;
	}
	for (int i = 0; i < n; i++) {
		if (dup2(high[i], i) < 0)
			return false;
	}
	closefrom(n);
	return true;
}

/* All signals are blocked until the end. */
static bool
set_up(struct child *child)
{
	sigset_t none;

	reset_signals();
	umask(077);
	if (setsid() < 0 || !die_with_parent(child->parent) ||
	    !set_descriptors(child->what))
		return false;
	child->step = STEP_DIRECTORY;
	if (chdir(child->what->directory) != 0)
		return false;
	child->step = STEP_PROGRAM;
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

static int
run_child(void *arg)
{
	struct child *child = arg;
	const struct launch *what = child->what;

	if (set_up(child))
		/* It does not change what it is not told is const. */
		execve(what->program, (char *const *)(uintptr_t)what->argv,
		    what->envp);
	child->error = errno;
	return CHILD_FAILED;
}

/* What an error of execve(2) means that its text does not tell. */
static const char *
advice(const char *program, int error)
{
	switch (error) {
	case ENOENT:
		return access(program, F_OK) == 0
			   ? " (its interpreter, after #!, is not there, or "
			     "its lines end in CR LF)"
			   : "";
	case EACCES:
		return " (is it executable?)";
	case ENOEXEC:
		return " (a script needs a first line like #!/bin/sh)";
	case ETXTBSY:
		return " (it is being written)";
	default:
		return "";
	}
}

static void
explain(const struct child *child, struct reason *why)
{
	const struct launch *what = child->what;
	const char *hint = advice(what->program, child->error);
	char shown[SHOWN_MAX];

	errno = child->error;
	if (child->step == STEP_PROCESS)
		reason_errno(why, "the process of a handler cannot be set up");
	else if (child->step == STEP_DIRECTORY)
		reason_errno(why, "the directory %.200s cannot be entered",
		    shown_path(shown, what->directory));
	else
		reason_errno(why, "%.200s cannot be run%s",
		    shown_path(shown, what->program), hint);
}

/*
 * clone(2) as posix_spawn(3) calls it: this process waits until the child has
 * ended or become the program, and no signal handler runs in both.
 */
static pid_t
clone_child(struct child *child, int *pidfd)
{
	unsigned char *stack = malloc(STACK_SIZE);
	sigset_t all, before;
	pid_t pid;

	if (stack == NULL)
		return -1;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	/* A kernel without pidfds does not know the flag, and does nothing. */
	pid = clone(run_child, stack + STACK_SIZE,
	    CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, child, pidfd);
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(stack);
	return pid;
}

bool
launch(struct launched *to, const struct launch *what, struct reason *why)
{
	struct child child = {.what = what, .parent = getpid()};
	int pidfd = -1;
	pid_t pid = clone_child(&child, &pidfd);

	*to = (struct launched){.pidfd = -1};
	if (pid < 0) {
		reason_errno(why, "no process can be made for a handler");
		return false;
	}
	if (child.error == 0) {
		*to = (struct launched){pid, pidfd};
		return true;
	}
	if (pidfd >= 0)
		close(pidfd);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	explain(&child, why);
	errno = child.error;
	return false;
}
