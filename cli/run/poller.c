/* poller.c - epoll, with a function for each descriptor. */
#define _GNU_SOURCE /* epoll_create1() */
#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "poller.h"

#define EVENTS 64 /* of one wait */

bool
poller_open(struct poller *poller)
{
	*poller = (struct poller){.ep = epoll_create1(EPOLL_CLOEXEC)};
	return poller->ep >= 0;
}

void
poller_close(struct poller *poller)
{
	close(poller->ep);
}

bool
poller_watch(struct poller *poller, struct poll_watch *watch, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = watch};

	if (epoll_ctl(poller->ep, EPOLL_CTL_ADD, fd, &event) != 0)
		return false;
	watch->fd = fd;
	/* Not in this turn: its events are not those of a former watch. */
	watch->turn = poller->turn + 1;
	return true;
}

void
poller_leave(struct poller *poller, struct poll_watch *watch)
{
	if (watch->fd < 0)
		return;
	epoll_ctl(poller->ep, EPOLL_CTL_DEL, watch->fd, NULL);
	watch->fd = -1;
}

bool
poller_wait(struct poller *poller, long long most)
{
	struct epoll_event event[EVENTS];
	int n;

	if (most > INT_MAX)
		most = INT_MAX;
	n = epoll_wait(poller->ep, event, EVENTS, (int)most);
	if (n < 0)
		return errno == EINTR;
	poller->turn++;
	for (int i = 0; i < n; i++) {
		struct poll_watch *watch = event[i].data.ptr;

		/* One that was called before may have left this one. */
		if (watch->fd >= 0 && watch->turn <= poller->turn)
			watch->ready(watch->arg, poller_clock());
	}
	return true;
}

long long
poller_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

long long
poller_earlier(long long a, long long b)
{
	return a < b ? a : b;
}
