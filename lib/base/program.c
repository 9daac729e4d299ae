/* program.c - finds a program beside the running one. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/program.h"
#include "base/span.h"

#ifndef HOOKDIR_LIBDIR
#define HOOKDIR_LIBDIR "/usr/local/lib/hookdir"
#endif

const char *
program_folder(void)
{
	return HOOKDIR_LIBDIR;
}

/* Write folder and name to dst; true if the program is there. */
static bool
is_at(char dst[static PATH_MAX], struct span folder, const char *below,
    const char *name)
{
	int n =
	    snprintf(dst, PATH_MAX, "%.*s%s%s", SPAN_ARGS(folder), below, name);

	return n > 0 && n < PATH_MAX && access(dst, X_OK) == 0;
}

void
program_locate(char dst[static PATH_MAX], const char *name)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const struct span installed = span_str(HOOKDIR_LIBDIR "/");
	struct span here;

	self[len > 0 ? len : 0] = '\0';
	if (strrchr(self, '/') == NULL) {
		is_at(dst, installed, "", name);
		return;
	}
	strrchr(self, '/')[1] = '\0';
	here = span_str(self);
	if (is_at(dst, here, "", name) ||
	    is_at(dst, here, "../lib/hookdir/", name) ||
	    is_at(dst, installed, "", name))
		return;
	is_at(dst, here, "", name);
}
