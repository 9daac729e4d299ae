/*
 * handle.c - a handler that does little, and says when it was started.
 *
 *	handle LOG         one event: HOOKDIR_ID, and its body on standard input
 *	handle LOG later   the same, and tells that it is to be tried again
 *	handle LOG stay    a persistent handler of hookdir run
 *
 * Reads each event to its end, and appends a line to LOG: the event's id, and
 * the nanoseconds of CLOCK_MONOTONIC at which this program began with it.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 65536

static void
read_all(int fd)
{
	static char bytes[CHUNK];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		;
	if (n < 0)
		err(111, "read");
}

static struct timespec
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t;
}

/* In one piece: others write there at the same time. */
static void
say(int log, const char *id, const struct timespec *began)
{
	char line[512];
	int n = snprintf(line, sizeof(line), "%s %lld\n", id,
	    (long long)began->tv_sec * 1000000000 + began->tv_nsec);

	if (n >= (int)sizeof(line) || write(log, line, (size_t)n) != n)
		err(111, "the log");
}

/* PATH is FOLDER/N.ID. */
static void
stay(int log)
{
	char *path = NULL;
	size_t room = 0;
	ssize_t len;

	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("ready");
	while ((len = getline(&path, &room, stdin)) > 0) {
		const struct timespec began = now();
		const char *id;
		int fd;

		path[len - 1] = '\0';
		id = strchr(strrchr(path, '/'), '.') + 1;
		if ((fd = open(path, O_RDONLY)) < 0)
			err(111, "%s", path);
		read_all(fd);
		close(fd);
		say(log, id, &began);
		printf("%s 0\n", id);
	}
	free(path);
}

int
main(int argc, char *argv[])
{
	const struct timespec began = now();
	const char *id = getenv("HOOKDIR_ID");
	int log;

	if (argc < 2 ||
	    (id == NULL && (argc == 2 || strcmp(argv[2], "stay") != 0)))
		errx(100, "usage: handle LOG [later | stay]");
	log = open(argv[1], O_WRONLY | O_APPEND | O_CREAT, 0600);
	if (log < 0)
		err(111, "%s", argv[1]);
	if (argc > 2 && strcmp(argv[2], "stay") == 0) {
		stay(log);
		return 0;
	}
	read_all(STDIN_FILENO);
	say(log, id, &began);
	return argc > 2 ? 111 : 0;
}
