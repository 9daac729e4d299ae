/* fetcher.c - starts hookdir-fetch and reads its standard error and status. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addclosefrom_np(), pipe2() */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/program.h"
#include "base/shown.h"
#include "base/span.h"
#include "keyset/fetcher.h"

#define SAID_MAX 400 /* bytes of its standard error that are kept */

void
fetcher_locate(char dst[static PATH_MAX])
{
	program_locate(dst, PROGRAM_FETCH);
}

/* The program inherits nothing but the pipe say, as its standard error. */
static int
plan(posix_spawn_file_actions_t *files, posix_spawnattr_t *attr, int say)
{
	sigset_t none, all;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	rc = posix_spawn_file_actions_adddup2(files, say, STDERR_FILENO);
	if (rc == 0)
		rc = posix_spawn_file_actions_addopen(
		    files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (rc == 0)
		rc = posix_spawn_file_actions_addopen(
		    files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	/* Nothing else of this process is for the fetcher. */
	if (rc == 0)
		rc = posix_spawn_file_actions_addclosefrom_np(
		    files, STDERR_FILENO + 1);
	if (rc == 0)
		rc = posix_spawnattr_setsigmask(attr, &none);
	if (rc == 0)
		rc = posix_spawnattr_setsigdefault(attr, &all);
	if (rc == 0)
		rc = posix_spawnattr_setflags(
		    attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	return rc;
}

/* posix_spawn() does not take const arguments, but does not change them. */
static char *
argument(const char *text)
{
	return (char *)(uintptr_t)text;
}

/* The arguments are described in fetch/main.c. */
static void
make_arguments(char *argv[], const struct fetcher_job *job)
{
	size_t n = 0;

	argv[n++] = argument(PROGRAM_FETCH);
	argv[n++] = argument(job->url);
	argv[n++] = argument(job->path);
	if (job->ca_file != NULL || job->set != NULL)
		argv[n++] = argument(job->ca_file != NULL ? job->ca_file : "");
	if (job->set != NULL) {
		argv[n++] = argument(job->set);
		argv[n++] = argument(
		    job->certificate_without_issuers ? "alone" : "chain");
		for (size_t i = 0; i < PRESET_CERTS; i++) {
			if (job->certificate_hosts[i] == NULL)
				break;
			argv[n++] = argument(job->certificate_hosts[i]);
		}
	}
	argv[n] = NULL;
}

/* Start the program.  Returns 0 or an errno value. */
static int
start(pid_t *pid, const char *program, const struct fetcher_job *job, int say)
{
	char *argv[8 + PRESET_CERTS];
	char *const env[] = {NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int rc = posix_spawn_file_actions_init(&files);

	if (rc != 0)
		return rc;
	make_arguments(argv, job);
	if ((rc = posix_spawnattr_init(&attr)) == 0) {
		rc = plan(&files, &attr, say);
		if (rc == 0)
			rc =
			    posix_spawn(pid, program, &files, &attr, argv, env);
		posix_spawnattr_destroy(&attr);
	}
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

/* The time by CLOCK_MONOTONIC, in milliseconds. */
static long long
ticks(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Read the pipe to its end.  False if the end did not come in time. */
static bool
hear(int fd, char said[static SAID_MAX])
{
	long long end = ticks() + (FETCHER_DEADLINE + 1) * 1000LL, left;
	struct pollfd poller = {.fd = fd, .events = POLLIN};
	char buf[SAID_MAX];
	size_t used = 0;

	while ((left = end - ticks()) > 0) {
		ssize_t n;

		if (poll(&poller, 1, (int)left) <= 0)
			continue;
		n = read(fd, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			said[used] = '\0';
			return true;
		}
		if ((size_t)n > SAID_MAX - 1 - used)
			n = (ssize_t)(SAID_MAX - 1 - used);
		memcpy(said + used, buf, (size_t)n);
		used += (size_t)n;
	}
	said[used] = '\0';
	return false;
}

/* The first line of the program's log (log.h), without "hookdir: error: ". */
static struct span
first_line(const char *said)
{
	static const char begin[] = "hookdir: error: ";
	struct span rest = span_str(said);
	struct span line = span_cut(&rest, '\n');

	if (span_starts(line, span_str(begin)))
		line = span_skip(line, sizeof(begin) - 1);
	return line.len > 0 ? line : span_str("it gave no reason");
}

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	return status;
}

bool
fetcher_run(
    const char *program, const struct fetcher_job *job, struct reason *why)
{
	char said[SAID_MAX] = "", shown[SHOWN_MAX];
	int say[2], rc, status;
	struct span line;
	pid_t pid = -1;
	bool ended;

	if (pipe2(say, O_CLOEXEC) != 0) {
		reason_errno(why, "%s cannot be started", program);
		return false;
	}
	rc = start(&pid, program, job, say[1]);
	close(say[1]);
	if (rc != 0) {
		close(say[0]);
		errno = rc;
		reason_errno(why,
		    "%s, which fetches key sets, cannot be started: install it "
		    "there or in %s",
		    program, program_folder());
		return false;
	}
	ended = hear(say[0], said);
	close(say[0]);
	if (!ended)
		kill(pid, SIGKILL);
	status = wait_for(pid);
	if (ended && status == 0)
		return true;
	line = first_line(said);
	if (!ended)
		reason_set(why, "%s took too long and was killed", program);
	else
		reason_set(why, "%.200s: %.*s",
		    shown_url(shown, span_str(job->url)), (int)line.len,
		    (const char *)line.ptr);
	return false;
}
