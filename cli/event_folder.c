/* event_folder.c - opens a folder of an inbox, and follows no links there. */
#include <errno.h>
#include <fcntl.h>

#include "base/file.h"
#include "event_folder.h"
#include "profile/provider.h"

int
event_folder(const char *root, const char *provider, const char *sub)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	int top, middle, fd;

	if (!provider_name_ok(span_str(provider))) {
		errno = ENOENT;
		return -1;
	}
	top = open(root, flags);
	if (top < 0)
		return -1;
	middle = openat(top, provider, flags | O_NOFOLLOW);
	file_close(top);
	if (middle < 0)
		return -1;
	fd = openat(middle, sub, flags | O_NOFOLLOW);
	file_close(middle);
	return fd;
}
