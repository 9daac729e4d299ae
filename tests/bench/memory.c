/*
 * memory.c - what a large body that nobody signed takes of memory.
 *
 *	memory PROGRAM
 *
 * Runs the receiver by CGI, once with a small body and once with a large one,
 * for each row of bogus.h, and prints the most anonymous memory that it had at
 * once: what no file can give back.  The body itself lies in a file that is
 * mapped, and is not part of it.
 *
 * A process has more anonymous memory when it touches a page, and less only
 * after a system call.  So it is traced, and before each call that could give
 * some back, or end it, the kernel counts its pages (smaps_rollup; what status
 * says is not exact).  No peak lies in between.
 *
 * Ends with status 1 if an answer is another than it should be, or if a body
 * takes more than it may.
 */
#define _DEFAULT_SOURCE
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../unit/bogus.h"

/* What a run came to. */
struct run {
	int code;
	size_t peak; /* bytes */
};

/* Anonymous memory of a process, in bytes. */
static size_t
anonymous(pid_t pid)
{
	char path[64], line[256];
	unsigned long kib = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/smaps_rollup", (long)pid);
	if ((f = fopen(path, "r")) == NULL)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "Anonymous:", 10) == 0)
			kib = strtoul(line + 10, NULL, 10);
	}
	fclose(f);
	return kib << 10;
}

/* Whether there can be less of it after this call. */
static bool
gives_back(unsigned long long call)
{
	return call == SYS_munmap || call == SYS_brk || call == SYS_mmap ||
	       call == SYS_mremap || call == SYS_madvise || call == SYS_exit ||
	       call == SYS_exit_group;
}

/* Become the program, stopped at its first instruction. */
_Noreturn static void
become(const char *program, const char *input, const char *output, char **env)
{
	char *argv[] = {(char[]){"hookdir.fcgi"}, NULL};
	int in = open(input, O_RDONLY),
	    out = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600),
	    null = open("/dev/null", O_WRONLY);

	if (in < 0 || out < 0 || null < 0 || dup2(in, 0) < 0 ||
	    dup2(out, 1) < 0 || dup2(null, 2) < 0 ||
	    ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
		_exit(126);
	execve(program, argv, env);
	_exit(127);
}

/* Follow it to its end; the most that it had. */
static size_t
follow(pid_t pid)
{
	struct __ptrace_syscall_info info;
	size_t peak = 0;
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL,
		PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) != 0)
		errx(1, "the program cannot be run, or not be traced");
	while (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) == 0 &&
	       waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		size_t now;

		if (WSTOPSIG(status) != (SIGTRAP | 0x80))
			continue;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <=
		    0)
			err(1, "PTRACE_GET_SYSCALL_INFO");
		if (info.op != PTRACE_SYSCALL_INFO_ENTRY ||
		    !gives_back(info.entry.nr))
			continue;
		now = anonymous(pid);
		peak = now > peak ? now : peak;
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		errx(1, "the program ended with status %#x", (unsigned)status);
	return peak;
}

/* The code of the answer in this file. */
static int
answer(const char *path)
{
	char line[256];
	FILE *f = fopen(path, "r");
	int code = 200;

	if (f == NULL)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "Status: ", 8) == 0)
			code = (int)strtol(line + 8, NULL, 10);
	}
	fclose(f);
	return code;
}

static struct run
run(const char *program, size_t i, size_t size)
{
	struct span body = bogus_make(bogus_row[i].body, size);
	char **env = bogus_env(i, body), settings[SANDBOX_PATH_MAX + 32];
	const char *output = sandbox_path("answer"),
		   *input = sandbox_path("body");
	size_t n = 0, peak;
	FILE *f = fopen(input, "w");
	pid_t pid;

	if (f == NULL || fwrite(body.ptr, 1, body.len, f) != body.len ||
	    fclose(f) != 0)
		err(1, "%s", input);
	while (env[n] != NULL)
		n++;
	snprintf(settings, sizeof(settings), "HOOKDIR_CONFIG=%s",
	    sandbox_path("hookdir.json"));
	env[n++] = settings;
	env[n] = NULL;
	fflush(stdout);
	if ((pid = fork()) == 0)
		become(program, input, output, env);
	if (pid < 0)
		err(1, "fork");
	peak = follow(pid);
	return (struct run){.peak = peak, .code = answer(output)};
}

/* One line of the table; false if something is not as it should be. */
static bool
measure(const char *program, size_t i)
{
	const struct bogus *row = &bogus_row[i];
	size_t size = row->size == BOGUS_LARGE ? BOGUS_MAX : row->size;
	struct run small = run(program, i, BOGUS_SMALL),
		   large = run(program, i, size);
	double added = ((double)large.peak - (double)small.peak) / BOGUS_MB;
	const char *wrong = "";

	if (large.code != row->code)
		wrong = "  ANOTHER ANSWER";
	else if (added * BOGUS_MB >= (double)bogus_bound(row))
		wrong = "  TOO MUCH";
	printf("%-38s %6.1f  %4d  %7.2f %7.2f %7.2f  < %zu%s\n", row->name,
	    (double)size / (1 << 20), large.code, (double)small.peak / BOGUS_MB,
	    (double)large.peak / BOGUS_MB, added, bogus_bound(row) / BOGUS_MB,
	    wrong);
	fflush(stdout);
	return wrong[0] == '\0';
}

int
main(int argc, char *argv[])
{
	bool fine = true;

	if (argc != 2)
		errx(2, "usage: memory PROGRAM");
	sandbox_make();
	bogus_settings();
	printf("%38s %6s  %4s  anonymous memory at most, MB\n", "", "body", "");
	printf("%-38s %6s  %4s  %7s %7s %7s\n", "a bogus body", "MiB", "code",
	    "small", "large", "added");
	for (size_t i = 0; i < BOGUS_ROWS; i++)
		fine = measure(argv[1], i) && fine;
	sandbox_remove(sandbox_dir);
	return fine ? 0 : 1;
}
