/*
 * spawn.c - how long programs run, from their start to their end.
 *
 *	spawn RUNS INPUT [NAME=VALUE...] PROGRAM [[NAME=VALUE...] PROGRAM]...
 *
 * Runs them in turn, INPUT on standard input and nothing kept of their output,
 * each with the variables before its name besides those of the environment.
 * Writes a line for each: median and least of its runs, and the median of their
 * CPU time, in microseconds; most memory in kilobytes.  Ends at once where one
 * does not end with status 0.
 */
#define _DEFAULT_SOURCE /* wait4() */
#include <err.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define PROGRAMS_MAX  8
#define VARIABLES_MAX 200
#define RUNS_MAX      10000
#define WARM_UP       10

extern char **environ;

static char *name[PROGRAMS_MAX], *env[PROGRAMS_MAX][VARIABLES_MAX + 1];
/* Of one run of one program, in microseconds. */
static double took[PROGRAMS_MAX][RUNS_MAX], cpu[PROGRAMS_MAX][RUNS_MAX];
static long memory[PROGRAMS_MAX];

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* What is set here alone, and what everybody has and is not set here. */
static void
set_env(char **to, char *const own[], int n)
{
	int used = 0;

	if (n > VARIABLES_MAX)
		errx(2, "too many variables");
	while (used < n) {
		to[used] = own[used];
		used++;
	}
	for (char **e = environ; *e != NULL; e++) {
		size_t len = strcspn(*e, "=") + 1;
		int i = 0;

		while (i < n && strncmp(*e, own[i], len) != 0)
			i++;
		if (i < n)
			continue;
		if (used == VARIABLES_MAX)
			errx(2, "too many variables");
		to[used++] = *e;
	}
}

/* The programs of the command line; how many. */
static int
take_programs(int argc, char *argv[])
{
	int n = 0, from = 0;

	for (int i = 0; i < argc; i++) {
		if (strchr(argv[i], '=') != NULL)
			continue;
		if (n == PROGRAMS_MAX)
			errx(2, "too many programs");
		set_env(env[n], argv + from, i - from);
		name[n++] = argv[i];
		from = i + 1;
	}
	return n;
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Program p, its run i. */
static void
run(int p, int i, const posix_spawn_file_actions_t *actions)
{
	char *argv[] = {name[p], NULL};
	struct timespec begin, end;
	struct rusage usage;
	int status;
	pid_t pid;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	if (posix_spawn(&pid, name[p], actions, NULL, argv, env[p]) != 0 ||
	    wait4(pid, &status, 0, &usage) != pid)
		errx(1, "%s: cannot be run", name[p]);
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (status != 0)
		errx(1, "%s: ended with status %d", name[p], status);
	if (usage.ru_maxrss > memory[p])
		memory[p] = usage.ru_maxrss;
	took[p][i] = (double)(end.tv_sec - begin.tv_sec) * 1e6 +
		     (double)(end.tv_nsec - begin.tv_nsec) / 1e3;
	cpu[p][i] = (seconds(usage.ru_utime) + seconds(usage.ru_stime)) * 1e6;
}

int
main(int argc, char *argv[])
{
	int runs = argc > 3 ? (int)strtol(argv[1], NULL, 10) : 0,
	    programs = argc > 3 ? take_programs(argc - 3, argv + 3) : 0;
	posix_spawn_file_actions_t actions;

	if (runs < 1 || runs > RUNS_MAX || programs == 0)
		errx(2, "usage: spawn RUNS INPUT [NAME=VALUE...] PROGRAM...");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, argv[2], O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	for (int i = -WARM_UP; i < runs; i++) {
		for (int p = 0; p < programs; p++)
			run(p, i < 0 ? 0 : i, &actions);
	}
	for (int p = 0; p < programs; p++) {
		qsort(took[p], (size_t)runs, sizeof(took[p][0]), by_size);
		qsort(cpu[p], (size_t)runs, sizeof(cpu[p][0]), by_size);
		printf("%.0f %.0f %.0f %ld\n", took[p][runs / 2], took[p][0],
		    cpu[p][runs / 2], memory[p]);
	}
	return 0;
}
