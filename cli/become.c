/* become.c - what a command of root does as the receiver's user. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "become.h"
#include "cli.h"

/* In the child; never returns to the parent's code. */
_Noreturn static void
run_child(const struct become *who, int (*fn)(void *arg), void *arg)
{
	struct reason why = {""};
	enum become_status status = become_user(who, &why);
	int rc;

	if (status != BECOME_OK) {
		log_line(&log_stderr, LVL_ERROR, "%s", why.text);
		_exit(status == BECOME_NOBODY ? CLI_NO_USER : CLI_WRONG);
	}
	rc = fn(arg);
	if (fflush(NULL) != 0 && rc == CLI_OK)
		rc = CLI_WRONG;
	_exit(rc);
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
	while (pid > 0 && waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			pid = -1;
	}
	if (pid < 0) {
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
