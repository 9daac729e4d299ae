/* hello.c - "Hello" by FastCGI, by the receiver's loop of threads. */
#include <fcgiapp.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define WORKERS    64 /* as many as the receiver has by default */
#define STACK_SIZE (256UL * 1024)

static const char answer[] = "Status: 200 OK\r\n"
			     "Content-Type: text/plain\r\n"
			     "Content-Length: 5\r\n"
			     "\r\n"
			     "Hello";

static void
serve(FCGX_Request *r)
{
	char buf[16384];

	r->keepConnection = 0;
	while (FCGX_GetStr(buf, sizeof(buf), r->in) == (int)sizeof(buf))
		continue;
	FCGX_PutStr(answer, (int)sizeof(answer) - 1, r->out);
	FCGX_Finish_r(r);
}

static void *
work(void *arg)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE};
	int ep = epoll_create1(EPOLL_CLOEXEC);
	FCGX_Request request;

	(void)arg;
	if (ep < 0 || epoll_ctl(ep, EPOLL_CTL_ADD, 0, &event) != 0 ||
	    FCGX_InitRequest(&request, 0, 0) != 0)
		exit(EXIT_FAILURE);
	while (epoll_wait(ep, &event, 1, -1) >= 0) {
		while (FCGX_Accept_r(&request) == 0)
			serve(&request);
	}
	return NULL;
}

int
main(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	if (FCGX_Init() != 0 ||
	    fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK) != 0)
		return EXIT_FAILURE;
	/* libfcgi makes a note of it and goes on. */
	signal(SIGTERM, SIG_DFL);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	for (int i = 0; i < WORKERS; i++) {
		if (pthread_create(&thread, &attr, work, NULL) != 0)
			return EXIT_FAILURE;
	}
	pthread_join(thread, NULL);
	return EXIT_SUCCESS;
}
