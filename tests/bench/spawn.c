/*
 * spawn.c - how long programs run, from their start to their end.
 *
 *	spawn RUNS INPUT PROGRAM...
 *
 * Runs them in turn, INPUT on standard input and nothing kept of their output.
 * Writes a line for each: median of its runs in microseconds, most memory in
 * kilobytes.  Ends at once where one does not end with status 0.
 */
#define _DEFAULT_SOURCE /* wait4() */
#include <err.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define PROGRAMS_MAX 8
#define RUNS_MAX     10000
#define WARM_UP      10

extern char **environ;

static double took[PROGRAMS_MAX][RUNS_MAX];
static long memory[PROGRAMS_MAX];

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
run(char *program, const posix_spawn_file_actions_t *actions, long *most)
{
	char *argv[] = {program, NULL};
	struct timespec begin, end;
	struct rusage usage;
	int status;
	pid_t pid;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	if (posix_spawn(&pid, program, actions, NULL, argv, environ) != 0 ||
	    wait4(pid, &status, 0, &usage) != pid)
		errx(1, "%s: cannot be run", program);
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (status != 0)
		errx(1, "%s: ended with status %d", program, status);
	if (usage.ru_maxrss > *most)
		*most = usage.ru_maxrss;
	return (double)(end.tv_sec - begin.tv_sec) * 1e6 +
	       (double)(end.tv_nsec - begin.tv_nsec) / 1e3;
}

int
main(int argc, char *argv[])
{
	int runs = argc > 3 ? (int)strtol(argv[1], NULL, 10) : 0,
	    programs = argc - 3;
	posix_spawn_file_actions_t actions;

	if (runs < 1 || runs > RUNS_MAX || programs > PROGRAMS_MAX)
		errx(2, "usage: spawn RUNS INPUT PROGRAM...");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, argv[2], O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	for (int i = -WARM_UP; i < runs; i++) {
		for (int p = 0; p < programs; p++)
			took[p][i < 0 ? 0 : i] =
			    run(argv[3 + p], &actions, &memory[p]);
	}
	for (int p = 0; p < programs; p++) {
		qsort(took[p], (size_t)runs, sizeof(took[p][0]), by_size);
		printf("%.0f %ld\n", took[p][runs / 2], memory[p]);
	}
	return 0;
}
