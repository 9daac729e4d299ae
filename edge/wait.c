/* wait.c - poll() with an end that does not move. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>

#include "wait.h"

long long
wait_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool
wait_for(int fd, short events, long long end)
{
	struct pollfd wanted = {.fd = fd, .events = events};

	for (;;) {
		long long left = end - wait_clock();
		int n;

		if (left < 0)
			left = 0;
		n = poll(&wanted, 1, left < INT_MAX ? (int)left : INT_MAX);
		if (n > 0 || (n < 0 && errno != EINTR))
			return true;
		if (n == 0 && left == 0)
			return false;
	}
}
