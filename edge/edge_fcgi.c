/*
 * edge_fcgi.c - FastCGI: the only file that knows libfcgi.
 *
 * libfcgi's own accept loop has two faults: a signal wakes one of its threads
 * and leaves the others waiting, and an EINTR while a body is read ends the
 * body without an error.  Therefore signals are blocked in all threads, and the
 * main thread waits for them by sigwait().  Idle workers wait in epoll, where
 * an eventfd wakes all of them at the end.
 */
#define _GNU_SOURCE /* pthread_timedjoin_np() */
#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "edge.h"

#define LISTEN_FD 0
/* Bytes of a worker's stack: receive() needs a tenth of it. */
#define STACK_SIZE (256UL * 1024)
/* Seconds for which a web server may be silent in the middle of a request. */
#define PEER_TIMEOUT 60
/* Seconds in which requests that are being served must end at shutdown. */
#define DRAIN_TIMEOUT 20

/* State that all workers share. */
struct fcgi {
	const struct edge_service *service;
	int wake; /* eventfd: readable at shutdown */
	atomic_bool stopping;
	struct worker *worker; /* array; the first ones run */
	long started;
};

/* One thread and its request. */
struct worker {
	struct fcgi *fcgi;
	FCGX_Request request;
	int ep; /* epoll: a connection, or shutdown */
	pthread_t thread;
};

static ptrdiff_t
read_stream(void *arg, unsigned char *buf, size_t len)
{
	FCGX_Stream *in = arg;
	int want = len > 1 << 20 ? 1 << 20 : (int)len;
	int n = FCGX_GetStr((char *)buf, want, in);

	if (n < want && FCGX_GetError(in) != 0)
		return -1;
	return n;
}

static void
write_log(void *arg, const char *line, size_t len)
{
	FCGX_PutStr(line, (int)len, arg);
}

/*
 * True if everything that the web server sent was read.  The connection can
 * then be closed at once.  Otherwise libfcgi waits until the server closes it:
 * data that arrives later would make the kernel discard the answer.
 */
static bool
is_read_whole(FCGX_Stream *in)
{
	return FCGX_GetChar(in) == EOF && FCGX_GetError(in) == 0;
}

static void
serve(const struct edge_service *service, FCGX_Request *r)
{
	const struct log log = {write_log, r->err};
	struct edge_exchange x = {
	    .env = r->envp, .body = {read_stream, r->in}, .log = &log};

	service->serve(service->arg, &x);
	FCGX_PutStr(x.reply.head, (int)x.reply.head_len, r->out);
	FCGX_PutStr(
	    (const char *)x.reply.body.ptr, (int)x.reply.body.len, r->out);
	reply_free(&x.reply);
	if (is_read_whole(r->in))
		FCGX_Detach(r);
	/* An answer that cannot be delivered is no error: the sender tries
	 * again. */
	FCGX_Finish_r(r);
	/* FCGX_Finish_r() has freed the request's own log and environment. */
	x.log = &log_stderr;
	x.env = NULL;
	service->finish(service->arg, &x);
}

static void
set_peer_timeout(int fd)
{
	const struct timeval limit = {.tv_sec = PEER_TIMEOUT};

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

/*
 * Serve all connections that are waiting.  Other workers take from the same
 * queue.
 */
static void
serve_burst(struct fcgi *fcgi, FCGX_Request *r)
{
	while (!atomic_load(&fcgi->stopping)) {
		int rc = FCGX_Accept_r(r);

		if (rc == -EMFILE || rc == -ENFILE || rc == -ENOMEM ||
		    rc == -ENOBUFS) {
			const struct timespec pause = {.tv_nsec = 50000000};

			log_line(&log_stderr, LVL_ERROR,
			    "accept failed with error %d: raise the limit of "
			    "open files, or set fewer \"workers\"",
			    -rc);
			nanosleep(&pause, NULL);
		}
		if (rc != 0)
			return;
		set_peer_timeout(r->ipcFd);
		/* A connection that is kept open would occupy a worker. */
		r->keepConnection = 0;
		serve(fcgi->service, r);
	}
}

static bool
watch(int ep, int fd, unsigned events)
{
	struct epoll_event event = {.events = events, .data.fd = fd};

	return epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct epoll_event event;

	while (!atomic_load(&w->fcgi->stopping)) {
		int n = epoll_wait(w->ep, &event, 1, -1);

		if (n == 1 && event.data.fd == LISTEN_FD)
			serve_burst(w->fcgi, &w->request);
		else if (n < 0 && errno != EINTR)
			break;
	}
	FCGX_Free(&w->request, 1);
	close(w->ep);
	return NULL;
}

/*
 * Start a worker.  Everything that can fail is done here and not in the thread:
 * a process whose workers cannot work must not look as if it served.
 */
static bool
start(struct worker *w, struct fcgi *fcgi, const pthread_attr_t *attr)
{
	w->fcgi = fcgi;
	w->ep = epoll_create1(EPOLL_CLOEXEC);
	/* EPOLLEXCLUSIVE: a connection wakes only one worker. */
	if (w->ep >= 0 && FCGX_InitRequest(&w->request, LISTEN_FD, 0) == 0 &&
	    watch(w->ep, LISTEN_FD, EPOLLIN | EPOLLEXCLUSIVE) &&
	    watch(w->ep, fcgi->wake, EPOLLIN) &&
	    pthread_create(&w->thread, attr, work, w) == 0)
		return true;
	if (w->ep >= 0)
		close(w->ep);
	return false;
}

static void
start_workers(struct fcgi *fcgi, long want)
{
	pthread_attr_t attr;

	fcgi->worker = calloc((size_t)want, sizeof(*fcgi->worker));
	if (fcgi->worker == NULL || pthread_attr_init(&attr) != 0)
		return;
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	while (fcgi->started < want &&
	       start(&fcgi->worker[fcgi->started], fcgi, &attr))
		fcgi->started++;
	pthread_attr_destroy(&attr);
}

/*
 * Wait until all workers have ended.  False if some did not end in time.  Each
 * thread is joined, because exit() frees what a thread uses until its last
 * moment.
 */
static bool
drain(struct fcgi *fcgi)
{
	struct timespec end;

	atomic_store(&fcgi->stopping, true);
	eventfd_write(fcgi->wake, 1);
	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += DRAIN_TIMEOUT;
	for (long i = 0; i < fcgi->started; i++) {
		if (pthread_timedjoin_np(fcgi->worker[i].thread, NULL, &end) !=
		    0)
			return false;
	}
	return true;
}

/* Serve until a signal comes. */
static int
run(struct fcgi *fcgi, const sigset_t *until)
{
	long want = fcgi->service->workers;
	int sig;

	start_workers(fcgi, want);
	if (fcgi->started < want)
		log_line(&log_stderr, LVL_ERROR,
		    "only %ld of %ld workers could be started: raise the "
		    "limits of open files and of processes, or set fewer "
		    "\"workers\"",
		    fcgi->started, want);
	if (fcgi->started == 0)
		return EXIT_FAILURE;
	sigwait(until, &sig);
	if (drain(fcgi))
		return EXIT_SUCCESS;
	log_line(&log_stderr, LVL_WARNING,
	    "some requests did not end within %d s of the signal, and were cut "
	    "off",
	    DRAIN_TIMEOUT);
	/* Not exit(): workers still use what it would free. */
	_exit(EXIT_FAILURE);
}

void
edge_fcgi_block_signals(void)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
}

int
edge_fcgi(const struct edge_service *service)
{
	struct fcgi fcgi = {.service = service, .wake = -1};
	int flags = fcntl(LISTEN_FD, F_GETFL);
	int status = EXIT_FAILURE;
	sigset_t until;

	sigemptyset(&until);
	sigaddset(&until, SIGTERM);
	sigaddset(&until, SIGINT);
	sigaddset(&until, SIGUSR1);
	fcgi.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	/* O_NONBLOCK: a worker that loses the race for a connection must not
	 * block in accept. */
	if (fcgi.wake < 0 || FCGX_Init() != 0 || flags < 0 ||
	    fcntl(LISTEN_FD, F_SETFL, flags | O_NONBLOCK) != 0) {
		log_line(&log_stderr, LVL_ERROR,
		    "cannot start: out of memory, or too many open files");
	} else {
		set_peer_timeout(LISTEN_FD);
		status = run(&fcgi, &until);
	}
	free(fcgi.worker);
	if (fcgi.wake >= 0)
		close(fcgi.wake);
	return status;
}
