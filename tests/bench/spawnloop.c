/*
 * spawnloop.c - handlers one after the other, and nothing else.
 *
 *	spawnloop FOLDER [wait] PROGRAM ARGUMENT
 *
 * For each file of FOLDER: posix_spawn(3) of PROGRAM with ARGUMENT, the body on
 * its standard input and the name in HOOKDIR_ID; waitpid(2); unlink(2).  No
 * order, no lock, no limit of time, no second attempt, and what a crash leaves
 * is not known: no runner of handlers takes less time.  Ends when the folder is
 * empty, or with "wait" waits for more by inotify(7).
 */
#define _GNU_SOURCE /* memmem() */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEAD_MAX 4096

static void
go_to_body(int fd, const char *name)
{
	char head[HEAD_MAX];
	ssize_t n = read(fd, head, sizeof(head));
	const char *end = n < 0 ? NULL : memmem(head, (size_t)n, "\n\n", 2);

	if (end == NULL || lseek(fd, end + 2 - head, SEEK_SET) < 0)
		errx(1, "%s: not an event", name);
}

static void
spawn(int fd, const char *name, char *const argv[])
{
	char path[] = "PATH=/usr/local/bin:/usr/bin:/bin",
	     id[sizeof("HOOKDIR_ID=") + NAME_MAX];
	char *env[] = {path, id, NULL};
	posix_spawn_file_actions_t actions;
	int status;
	pid_t pid;

	snprintf(id, sizeof(id), "HOOKDIR_ID=%s", name);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
	if ((errno = posix_spawn(&pid, argv[0], &actions, NULL, argv, env)) !=
	    0)
		err(1, "%s", argv[0]);
	posix_spawn_file_actions_destroy(&actions);
	if (waitpid(pid, &status, 0) != pid || status != 0)
		errx(1, "%s: the handler failed", name);
}

/* True if there was anything. */
static bool
handle_all(const char *folder, char *const argv[])
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool any = false;

	if (dir == NULL)
		err(1, "%s", folder);
	while ((entry = readdir(dir)) != NULL) {
		int fd;

		if (entry->d_name[0] == '.')
			continue;
		fd = openat(dirfd(dir), entry->d_name, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			err(1, "%s", entry->d_name);
		go_to_body(fd, entry->d_name);
		spawn(fd, entry->d_name, argv);
		close(fd);
		if (unlinkat(dirfd(dir), entry->d_name, 0) != 0)
			err(1, "%s", entry->d_name);
		any = true;
	}
	closedir(dir);
	return any;
}

int
main(int argc, char *argv[])
{
	const bool waits = argc > 2 && strcmp(argv[2], "wait") == 0;
	char *const *program = argv + (waits ? 3 : 2);
	char news[4096];
	int fd = inotify_init1(IN_CLOEXEC);

	if (argc < 3 || *program == NULL)
		errx(2, "usage: spawnloop FOLDER [wait] PROGRAM ARGUMENT");
	if (fd < 0 ||
	    inotify_add_watch(fd, argv[1], IN_CREATE | IN_MOVED_TO) < 0)
		err(1, "%s", argv[1]);
	do {
		while (handle_all(argv[1], program))
			;
	} while (waits && read(fd, news, sizeof(news)) > 0);
	return 0;
}
