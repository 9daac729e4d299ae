/*
 * edge_fcgi.c - FastCGI: threads that accept connections and serve them.
 *
 * Signals are blocked in all threads, and the main thread waits for them by
 * sigwait().  Idle workers wait in epoll, where an eventfd wakes all of them at
 * the end.
 *
 * Some web servers pass a body on as it arrives.  A sender that is slow then
 * occupies a worker, and more senders than there are workers could stop
 * everything.  So each wait has an end, and it comes early while all workers
 * are busy and a connection waits for one.
 */
#define _GNU_SOURCE /* pthread_timedjoin_np() */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "edge.h"
#include "fcgi_peer.h"
#include "wait.h"

#define LISTEN_FD 0
/* Bytes of a worker's stack: receive() needs a tenth of it. */
#define STACK_SIZE (256UL * 1024)
/* Milliseconds in which the variables of a request must have come. */
#define HEAD_TIME 10000
/* Of each such time, the part that is left while connections wait. */
#define CROWDED_PART 10
/* After how many ms a worker that waits looks whether others do. */
#define LOOK_EVERY 100
/* Seconds in which requests that are being served must end at shutdown. */
#define DRAIN_TIMEOUT 20

/* State that all workers share. */
struct fcgi {
	const struct edge_service *service;
	int wake; /* eventfd: readable at shutdown */
	atomic_bool stopping;
	atomic_long idle;      /* workers that wait for a connection */
	struct worker *worker; /* array; the first ones run */
	long started;
};

/* One thread and its request. */
struct worker {
	struct fcgi *fcgi;
	int ep; /* epoll: a connection, or shutdown */
	pthread_t thread;
	long long begun; /* when the connection was accepted */
	struct fcgi_peer peer;
};

/* True if all workers are busy and a connection waits for one. */
static bool
is_crowded(struct fcgi *fcgi)
{
	return atomic_load(&fcgi->idle) == 0 && wait_for(LISTEN_FD, POLLIN, 0);
}

/*
 * To be called when nothing came: until when to wait for more, if the
 * connection is to be given up after so many ms.  While others wait, it is
 * given up after a tenth of them.  Returns 0 if that is now.
 */
static long long
next_look(struct worker *w, long allowed)
{
	long long now = wait_clock(), end = w->begun + allowed;

	if (now >= end ||
	    (now >= w->begun + allowed / CROWDED_PART && is_crowded(w->fcgi)))
		return 0;
	return now + LOOK_EVERY < end ? now + LOOK_EVERY : end;
}

static ptrdiff_t
read_body(void *arg, unsigned char *buf, size_t len, long allowed)
{
	struct worker *w = arg;
	enum fcgi_outcome rc;
	long long look = 0;
	size_t n;

	do {
		rc = fcgi_peer_read(&w->peer, buf, len, &n, look);
		if (rc == FCGI_LATE)
			look = next_look(w, allowed);
	} while (rc == FCGI_LATE && look != 0);
	if (rc == FCGI_DONE)
		return (ptrdiff_t)n;
	return rc == FCGI_LATE ? REQUEST_LATE : REQUEST_LOST;
}

static enum fcgi_outcome
read_head(struct worker *w)
{
	enum fcgi_outcome rc;
	long long look = 0;

	do {
		rc = fcgi_peer_head(&w->peer, look);
		if (rc == FCGI_LATE)
			look = next_look(w, HEAD_TIME);
	} while (rc == FCGI_LATE && look != 0);
	return rc;
}

static void
write_log(void *arg, const char *line, size_t len)
{
	fcgi_peer_log(arg, span_mem(line, len));
}

static void
serve(const struct edge_service *service, struct worker *w)
{
	const struct log log = {write_log, &w->peer};
	struct edge_exchange x = {
	    .env = w->peer.env, .body = {read_body, w}, .log = &log};

	service->serve(service->arg, &x);
	fcgi_peer_answer(
	    &w->peer, span_mem(x.reply.head, x.reply.head_len), x.reply.body);
	reply_free(&x.reply);
	fcgi_peer_close(&w->peer);
	/* The request's own log and environment are gone. */
	x.log = &log_stderr;
	x.env = NULL;
	service->finish(service->arg, &x);
}

/* Answer a request whose variables could not be taken, if that can be said. */
static void
refuse(struct worker *w, enum fcgi_outcome rc)
{
	static const char too_large[] =
	    "Status: 431 Request Header Fields Too Large\r\n"
	    "Content-Length: 0\r\n\r\n";
	const struct log log = {write_log, &w->peer};
	const struct reply_style plain = {.reject_status = 0};
	struct reply reply;

	if (rc == FCGI_TOO_LARGE) {
		log_line(&log, LVL_WARNING,
		    "-: - from -: answered 431: the headers are larger than "
		    "%lu bytes, or more than %lu",
		    FCGI_PEER_HEAD_MAX, FCGI_PEER_PAIRS_MAX);
		fcgi_peer_answer(
		    &w->peer, span_str(too_large), (struct span){NULL, 0});
	} else if (rc == FCGI_NO_MEMORY) {
		log_line(&log, LVL_ERROR,
		    "-: - from -: answered 503: out of memory");
		reply_make(&reply, ST_TRY_LATER, &plain);
		fcgi_peer_answer(
		    &w->peer, span_mem(reply.head, reply.head_len), reply.body);
		reply_free(&reply);
	}
	fcgi_peer_close(&w->peer);
}

/* Serve one connection, and close it. */
static void
serve_connection(struct worker *w, int fd)
{
	enum fcgi_outcome rc;

	w->begun = wait_clock();
	fcgi_peer_open(&w->peer, fd);
	rc = read_head(w);
	if (rc == FCGI_DONE)
		serve(w->fcgi->service, w);
	else
		refuse(w, rc);
}

/*
 * Serve all connections that are waiting.  Other workers take from the same
 * queue.
 */
static void
serve_burst(struct worker *w)
{
	while (!atomic_load(&w->fcgi->stopping)) {
		int fd = accept4(
		    LISTEN_FD, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			serve_connection(w, fd);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		    errno == ENOBUFS) {
			const struct timespec pause = {.tv_nsec = 50000000};

			log_line(&log_stderr, LVL_ERROR,
			    "accept failed with error %d: raise the limit of "
			    "open files, or set fewer \"workers\"",
			    errno);
			nanosleep(&pause, NULL);
		}
		if (errno != EINTR && errno != ECONNABORTED)
			return;
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
		int n;

		atomic_fetch_add(&w->fcgi->idle, 1);
		n = epoll_wait(w->ep, &event, 1, -1);
		atomic_fetch_sub(&w->fcgi->idle, 1);
		if (n == 1 && event.data.fd == LISTEN_FD)
			serve_burst(w);
		else if (n < 0 && errno != EINTR)
			break;
	}
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
	if (w->ep >= 0 && watch(w->ep, LISTEN_FD, EPOLLIN | EPOLLEXCLUSIVE) &&
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
	if (fcgi.wake < 0 || flags < 0 ||
	    fcntl(LISTEN_FD, F_SETFL, flags | O_NONBLOCK) != 0) {
		log_line(&log_stderr, LVL_ERROR,
		    "cannot start: out of memory, or too many open files");
	} else {
		status = run(&fcgi, &until);
	}
	free(fcgi.worker);
	if (fcgi.wake >= 0)
		close(fcgi.wake);
	return status;
}
