/* cmd_cat.c - hookdir cat: the body of an event file, byte for byte. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "eventfile.h"

/*
 * Copy the body; true if it was as long as its header says.  More is never
 * written, since it would not be what was signed.
 */
static bool
copy_body(const struct eventfile *file, int fd, struct reason *why)
{
	char buf[65536];
	long long left = file->length;
	struct span got = file->start;
	ssize_t n;

	for (;;) {
		if ((long long)got.len > left)
			break;
		fwrite(got.ptr, 1, got.len, stdout);
		left -= (long long)got.len;
		do
			n = read(fd, buf, sizeof(buf));
		while (n < 0 && errno == EINTR);
		if (n < 0) {
			reason_errno(why, "read");
			return false;
		}
		got = span_mem(buf, (size_t)n);
		if (n == 0 && left == 0)
			return true;
		if (n == 0)
			break;
	}
	reason_set(why, "damaged: the body is not as long as Content-Length "
			"says");
	return false;
}

int
cat_run(const struct options *opt, char *const operand[])
{
	bool standard = strcmp(operand[0], "-") == 0;
	struct eventfile file = {.head = NULL};
	struct reason why = {""};
	int fd = STDIN_FILENO;
	bool ok = false;

	(void)opt;
	/* A link that the user names is the user's business. */
	if (!standard)
		fd = open(operand[0], O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		reason_errno(&why, "cannot be opened");
	else
		ok = eventfile_read(&file, fd, &why) &&
		     copy_body(&file, fd, &why);
	if (!ok)
		log_line(&log_stderr, LVL_ERROR, "%s: %s",
		    standard ? "standard input" : operand[0], why.text);
	eventfile_free(&file);
	if (!standard && fd >= 0)
		close(fd);
	return ok ? CLI_OK : CLI_WRONG;
}
