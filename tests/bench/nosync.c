/* nosync.c - linked with --wrap of both: the receiver, promising nothing. */
#include <sys/types.h>

int __wrap_fsync(int fd);
int __wrap_sync_file_range(int fd, off_t from, off_t n, unsigned flags);

int
__wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

int
__wrap_sync_file_range(int fd, off_t from, off_t n, unsigned flags)
{
	(void)fd;
	(void)from;
	(void)n;
	(void)flags;
	return 0;
}
