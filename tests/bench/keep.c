/*
 * keep.c - what adnanh/webhook runs for an event that is to be durable.
 *
 *	keep FOLDER NAME BODY
 *
 * A file of FOLDER/tmp, flushed, put into FOLDER/new, and that flushed too.  A
 * shell script would take several times as long.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	char from[512], to[512];
	size_t len;
	int fd;

	if (argc != 4 || strchr(argv[2], '/') != NULL)
		errx(2, "usage: keep FOLDER NAME BODY");
	len = strlen(argv[3]);
	snprintf(from, sizeof(from), "%s/tmp/%s", argv[1], argv[2]);
	snprintf(to, sizeof(to), "%s/new/%s", argv[1], argv[2]);
	fd = open(from, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, argv[3], len) != (ssize_t)len ||
	    fsync(fd) != 0 || close(fd) != 0)
		err(1, "%s", from);
	if (rename(from, to) != 0)
		err(1, "%s", to);
	*strrchr(to, '/') = '\0';
	fd = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		err(1, "%s", to);
	return 0;
}
