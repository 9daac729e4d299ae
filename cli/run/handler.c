/* handler.c - a one-shot handler, and what all handlers have in common. */
#define _GNU_SOURCE /* pipe2() */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "handler.h"

#define EXIT_UNKNOWN (255 << 8) /* a status of waitpid(2) */

bool
handler_launch(struct handler *h, const struct handler_start *start,
    const struct launch *fds, struct reason *why)
{
	const struct handler_command *command = start->command;
	struct launch what = *fds;
	char program[PATH_MAX];

	if (!handler_find(program, command->argv[0], start->env, why))
		return false;
	what.program = program;
	what.argv = command->argv;
	what.envp = start->env->vars;
	what.directory = command->directory == NULL ? "/" : command->directory;
	return launch(&h->process, &what, why);
}

bool
handler_pipe(int end[static 2], int ours)
{
	if (pipe2(end, O_CLOEXEC) != 0)
		return false;
	if (fcntl(end[ours], F_SETFL, O_NONBLOCK) == 0)
		return true;
	file_close(end[0]);
	file_close(end[1]);
	return false;
}

bool
handler_start(struct handler *h, const struct handler_start *start,
    long long now, struct reason *why)
{
	struct launch fds = {.input = start->event, .lock = -1};
	int end[2];
	bool is_started;

	*h = HANDLER_NONE;
	if (lseek(start->event, start->body, SEEK_SET) < 0 ||
	    !handler_pipe(end, 0)) {
		reason_errno(why, "a handler cannot be given its event");
		return false;
	}
	fds.output = fds.error = end[1];
	is_started = handler_launch(h, start, &fds, why);
	file_close(end[1]);
	if (!is_started) {
		file_close(end[0]);
		return false;
	}
	h->output = end[0];
	h->due = now + start->command->timeout;
	return true;
}

bool
handler_has_ended(const struct handler *h)
{
	siginfo_t info = {.si_pid = 0};

	if (h->process.pid == 0)
		return false;
	/* An error: somebody else has waited for it. */
	return waitid(P_PID, (id_t)h->process.pid, &info,
		   WEXITED | WNOHANG | WNOWAIT) != 0 ||
	       info.si_pid != 0;
}

void
handler_tell(struct handler *h, enum handler_told told, long long now)
{
	pid_t group = h->process.pid;

	if (group == 0 || h->told != HANDLER_NOT_TOLD || handler_has_ended(h))
		return;
	h->told = told;
	h->due = now + HANDLER_GRACE;
	kill(-group, SIGTERM);
	/* One that was stopped would not see it. */
	kill(-group, SIGCONT);
}

void
handler_tick(struct handler *h, long long now)
{
	if (h->process.pid == 0 || now < h->due)
		return;
	if (h->told == HANDLER_NOT_TOLD) {
		/* If it has just ended, there is nobody to be told. */
		h->due = HANDLER_NEVER;
		handler_tell(h, HANDLER_TIMED_OUT, now);
		return;
	}
	kill(-h->process.pid, SIGKILL);
	h->due = HANDLER_NEVER;
}

bool
handler_ended(struct handler *h, struct handler_end *end)
{
	pid_t pid = h->process.pid;
	int status = EXIT_UNKNOWN;

	if (!handler_has_ended(h))
		return false;
	/* The number is that of the group until waitpid() has returned. */
	if (h->told != HANDLER_NOT_TOLD)
		kill(-pid, SIGKILL);
	if (waitpid(pid, &status, WNOHANG) != pid)
		status = EXIT_UNKNOWN;
	*end = (struct handler_end){status, h->told};
	if (h->process.pidfd >= 0)
		file_close(h->process.pidfd);
	h->process = (struct launched){.pidfd = -1};
	h->due = HANDLER_NEVER;
	return true;
}

void
handler_close(struct handler *h)
{
	if (h->output >= 0)
		file_close(h->output);
	h->output = -1;
}
