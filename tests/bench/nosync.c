/* nosync.c - linked with --wrap=fsync: the receiver, promising nothing. */
int __wrap_fsync(int fd);

int
__wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}
