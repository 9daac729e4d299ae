/*
 * inbox_spool.c - a file in tmp/ that nobody ever sees, on whatever file system
 * and whatever fails.
 */
#define _GNU_SOURCE /* O_TMPFILE, syscall() */
#include "inbox/inbox.h"
#include "sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/syscall.h>

#include "../tap.h"

static int no_tmpfile; /* errno of an open with O_TMPFILE; 0: it works */
static int no_file;    /* errno of an open that makes a file */
static int no_unlink;  /* errno of unlinkat() */
static int made;       /* files that had a name */

int
openat(int at, const char *path, int flags, ...)
{
	int mode = 0;

	if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
		va_list ap;

		va_start(ap, flags);
		mode = va_arg(ap, int);
		va_end(ap);
	}
	if ((flags & O_TMPFILE) == O_TMPFILE && no_tmpfile != 0) {
		errno = no_tmpfile;
		return -1;
	}
	if ((flags & O_EXCL) != 0 && (flags & O_CREAT) != 0) {
		made++;
		if (no_file != 0) {
			errno = no_file;
			return -1;
		}
	}
	return (int)syscall(SYS_openat, at, path, flags, mode);
}

int
unlinkat(int at, const char *path, int flags)
{
	if (no_unlink != 0) {
		errno = no_unlink;
		return -1;
	}
	return (int)syscall(SYS_unlinkat, at, path, flags);
}

static const struct inbox *
inbox(void)
{
	static char root[SANDBOX_PATH_MAX];
	static const struct inbox in = {
	    .root = root, .provider = "coral", .dedup_days = 8};

	snprintf(root, sizeof(root), "%s", sandbox_path("inbox"));
	return &in;
}

/* Files in tmp/. */
static int
count(void)
{
	DIR *dir = opendir(sandbox_path("inbox/coral/tmp"));
	int n = 0;

	if (dir == NULL)
		sandbox_die("no tmp/");
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n - 2;
}

static void
test_spool(void)
{
	static const int error[] = {0, EOPNOTSUPP, EISDIR};
	struct reason why = {""};
	struct stat st;
	char text[4] = "", proc[32];

	for (size_t i = 0; i < 3; i++) {
		int fd;

		no_tmpfile = error[i];
		made = 0;
		fd = inbox_spool(inbox(), &why);
		ok(fd >= 0, "a file: %s", why.text);
		is_int(made, i > 0, "with a name at first?");
		is_int(count(), 0, "it has none");
		ok(fstat(fd, &st) == 0 && st.st_nlink == 0 &&
			(st.st_mode & 07777) == 0600,
		    "and is nobody else's");
		ok(write(fd, "abc", 3) == 3 && pread(fd, text, 3, 0) == 3 &&
			strcmp(text, "abc") == 0,
		    "it can be written and read");
		ok((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0,
		    "and no child gets it");
		snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
		ok(linkat(AT_FDCWD, proc, AT_FDCWD, sandbox_path("event"),
		       AT_SYMLINK_FOLLOW) != 0,
		    "it can get no name");
		close(fd);
	}
	no_tmpfile = 0;
}

static void
test_faults(void)
{
	struct reason why = {""};

	no_tmpfile = ENOSPC;
	is_int(inbox_spool(inbox(), &why), -1, "no room for a file");
	ok(strstr(why.text, "/inbox/coral/tmp: a file cannot be made: No space "
			    "left on device") != NULL,
	    "why");
	no_tmpfile = EOPNOTSUPP;
	no_file = EDQUOT;
	is_int(inbox_spool(inbox(), &why), -1, "nor for one with a name");
	ok(strstr(why.text, "/inbox/coral/tmp: a file cannot be made: Disk "
			    "quota exceeded") != NULL,
	    "why");
	no_file = 0;
	no_unlink = EIO;
	is_int(inbox_spool(inbox(), &why), -1, "a name that stays");
	ok(strstr(why.text, "a file cannot be made: Input/output") != NULL,
	    "why");
	is_int(count(), 1, "is left for the sweep");
	no_unlink = 0;
	no_tmpfile = 0;
	if (chmod(sandbox_path("inbox"), 0777) != 0)
		sandbox_die("chmod");
	is_int(inbox_spool(inbox(), &why), -1, "an inbox that is no good");
	ok(strstr(why.text, "every user of this machine can write") != NULL,
	    "why");
}

int
main(void)
{
	sandbox_make();
	test_spool();
	test_faults();
	sandbox_remove(sandbox_dir);
	return done();
}
