/* cmd_cat.c - hookdir cat: the body of an event file, byte for byte. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cli.h"
#include "eventfile.h"

/*
 * Copy the body; true if it was as long as its header says.  Bytes behind that
 * are never written: they were not signed.
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
	const char *name = operand[0];
	struct eventfile file = {.head = NULL};
	struct reason why = {""};
	int fd = cli_open(name, &why);
	bool ok = fd >= 0 && eventfile_read(&file, fd, &why) &&
		  copy_body(&file, fd, &why);

	(void)opt;
	if (!ok)
		log_line(&log_stderr, LVL_ERROR, "%s: %s",
		    fd == STDIN_FILENO ? "standard input" : name, why.text);
	eventfile_free(&file);
	cli_close(fd);
	return ok ? CLI_OK : CLI_WRONG;
}
