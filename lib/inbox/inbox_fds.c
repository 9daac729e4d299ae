/* inbox_fds.c - an empty set of descriptors, and closing one. */
#include <stddef.h>
#include <unistd.h>

#include "inbox/inbox_fds.h"

struct inbox_fds
inbox_fds_none(void)
{
	return (struct inbox_fds){-1, -1, -1, -1, {-1, NULL}, false};
}

void
inbox_fds_close(struct inbox_fds *fds)
{
	const int fd[] = {
	    fds->root, fds->provider, fds->tmp, fds->new, fds->dedup.fd};

	for (size_t i = 0; i < sizeof(fd) / sizeof(fd[0]); i++) {
		if (fd[i] >= 0)
			close(fd[i]);
	}
	*fds = inbox_fds_none();
}
