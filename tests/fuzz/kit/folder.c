/* folder.c - a folder that goes away again. */
#include "folder.h"

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../fuzz.h"

static char folder[256];

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *where)
{
	(void)st;
	(void)flag;
	(void)where;
	remove(path);
	return 0;
}

void
folder_remove(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
remove_folder(void)
{
	folder_remove(folder);
}

const char *
folder_make(void)
{
	const char *top = getenv("TMPDIR");

	if (top == NULL || top[0] != '/')
		top = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	snprintf(folder, sizeof(folder), "%s/hookdir-fuzz.XXXXXX", top);
	must(mkdtemp(folder) != NULL);
	must(atexit(remove_folder) == 0);
	return folder;
}
