/* become.c - what a command of root does as the receiver's user. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "become.h"
#include "cli.h"

#define STOPS_MAX 100

/* In the child; never returns to the parent's code. */
_Noreturn static void
run_child(const struct become *who, int (*fn)(void *arg), void *arg)
{
	struct reason why = {""};
	enum become_status status = become_user(who, &why);
	sigset_t none;
	int rc;

	/* Its user can make it wait; whoever waits for it can end it. */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (status != BECOME_OK) {
		log_line(&log_stderr, LVL_ERROR, "%s", why.text);
		_exit(status == BECOME_NOBODY ? CLI_NO_USER : CLI_WRONG);
	}
	rc = fn(arg);
	if (fflush(NULL) != 0 && rc == CLI_OK)
		rc = CLI_WRONG;
	_exit(rc);
}

/* Wait for its end; false with errno set. */
static bool
wait_for(pid_t pid, int *status)
{
	for (unsigned stops = 0;;) {
		if (waitpid(pid, status, WUNTRACED) < 0) {
			if (errno != EINTR)
				return false;
			continue;
		}
		if (!WIFSTOPPED(*status))
			return true;
		/* Its user can stop it, again and again. */
		kill(pid, ++stops < STOPS_MAX ? SIGCONT : SIGKILL);
	}
}

int
become_child(const struct become *who, int (*fn)(void *arg), void *arg)
{
	int status = 0;
	pid_t pid;

	/* Else both would write it. */
	fflush(NULL);
	if ((pid = fork()) == 0)
		run_child(who, fn, arg);
	if (pid < 0 || !wait_for(pid, &status)) {
		log_line(&log_stderr, LVL_ERROR,
		    "cannot run a process as uid %ld: %s", (long)who->uid,
		    strerror(errno));
		return CLI_WRONG;
	}
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	log_line(&log_stderr, LVL_ERROR,
	    "a process as uid %ld was ended by signal %d", (long)who->uid,
	    WTERMSIG(status));
	return CLI_WRONG;
}
