/* Preloaded: writev() to a file writes 7 bytes at most, as it is free to. */
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

long syscall(long, ...);

ssize_t
writev(int fd, const struct iovec *part, int n)
{
	struct stat st;
	int i = 0;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return syscall(SYS_writev, fd, part, n);
	while (i < n - 1 && part[i].iov_len == 0)
		i++;
	return write(
	    fd, part[i].iov_base, part[i].iov_len < 7 ? part[i].iov_len : 7);
}
