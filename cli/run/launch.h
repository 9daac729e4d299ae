/*
 * launch.h - starts a program as a handler is started.
 *
 * The new process has a session and a process group of its own, whose number is
 * its pid; no controlling terminal; default signals, none of them blocked; the
 * umask 077; and no descriptors but those that it is given.  It is killed when
 * this process ends, whatever ends it (PR_SET_PDEATHSIG), unless its program is
 * set-user-ID.  The kernel means the thread that called launch(), so that must
 * be the main thread.
 *
 * The child shares the memory of this process until it has become the program,
 * as with posix_spawn(3), which can do only some of this.  A large process
 * starts programs as fast as a small one, and a failure is known at once.
 */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/status.h"

/* What to start; all borrowed.  The descriptors stay open here. */
struct launch {
	const char *program; /* its file; argv[0] is for the program only */
	const char *const *argv;
	char *const *envp;
	const char *directory;
	int input, output, error; /* its descriptors 0, 1 and 2 */
	int lock;                 /* its descriptor 3; -1: it has none */
};

/* A running program.  Zeroed: none. */
struct launched {
	pid_t pid;
	int pidfd; /* becomes readable when it ends; -1: the kernel has none */
};

/*
 * Prepare this process, once: children are not reaped unseen (SIGCHLD), and
 * writing to one that has ended is an error (SIGPIPE).
 */
void launch_prepare(void);

/*
 * Start the program.  True: the caller waits for the pid, and closes the pidfd.
 * False, with errno and why set: there is no process; why says what failed.
 */
bool launch(struct launched *to, const struct launch *what, struct reason *why);

#endif
