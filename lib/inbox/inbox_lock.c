/* inbox_lock.c - open file description locks. */
#define _GNU_SOURCE /* F_OFD_SETLKW */
#include <errno.h>
#include <fcntl.h>

#include "inbox/inbox_lock.h"

/* FNV-1a, RFC 9923: any even spread will do, a collision only waits. */
static off_t
byte_of(const char *name)
{
	unsigned long long h = 14695981039346656037ULL;

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 1099511628211ULL;
	return (off_t)(h >> 33);
}

bool
inbox_lock(int fd, const char *name, bool wait)
{
	struct flock lock = {
	    .l_type = F_WRLCK,
	    .l_whence = SEEK_SET,
	    .l_start = byte_of(name),
	    .l_len = 1,
	};

	while (fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock) != 0) {
		if (errno != EINTR)
			return false;
	}
	return true;
}
