/*
 * edge_fcgi.c - FastCGI: threads that accept connections and serve them.
 *
 * Signals are blocked in all threads, and the main thread waits for them.  Of
 * the idle workers, a few wait in epoll (watch.h), where an eventfd wakes all of
 * them at the end; the others rest.
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
#include "watch.h"

#define LISTEN_FD 0
/* Bytes of a worker's stack: receive() needs a tenth of it. */
#define STACK_SIZE (256UL * 1024)
/* Milliseconds in which the variables of a request must have come. */
#define HEAD_TIME 10000
/* Of each such time, the part that is left while connections wait. */
#define CROWDED_PART 10
/* After how many ms a worker that waits looks whether others do. */
#define LOOK_EVERY 100
/*
 * Milliseconds that a worker waits for a client before it gives its watch away:
 * most bodies come in two parts at most, one right after the other.
 */
#define PATIENCE 5
/* Workers on watch besides one for each processor: it waits for the disk. */
#define WATCH_MORE 1
/*
 * Milliseconds after which the main thread looks whether all that are on watch
 * are held up; and how many connections they have accepted if they are not.
 */
#define CHECK_EVERY 100
#define CHECK_FEW   10
/* Tells the main thread that nobody waits for a connection. */
#define SIG_BUSY SIGRTMIN
/* Seconds in which requests that are being served must end at shutdown. */
#define DRAIN_TIMEOUT 20

/* State that all workers share. */
struct fcgi {
	const struct edge_service *service;
	int wake; /* eventfd: readable at shutdown */
	atomic_bool stopping;
	struct watch watch;
	atomic_long idle;      /* workers that serve nothing */
	atomic_long waiting;   /* of these, those that wait in epoll */
	atomic_ulong accepted; /* connections */
	atomic_bool checking;  /* the main thread looks every CHECK_EVERY ms */
	pthread_t main;
	struct worker *worker; /* array; the first ones run */
	long started;
	pthread_mutex_t lock;
	struct connection *spare; /* those not in use; under lock */
};

/*
 * One connection and its request.  It belongs to the worker that accepted it, and
 * then to the program, which may end it in another thread.
 */
struct connection {
	struct edge_exchange x;  /* must be the first */
	struct connection *next; /* spare */
	struct fcgi *fcgi;
	struct worker *worker; /* while it reads */
	long long begun;       /* when it was accepted */
	struct log log;
	struct fcgi_peer peer;
	max_align_t room[]; /* for the program */
};

/* The exchange is the first in it, so it has the same address. */
static struct connection *
connection_of(struct edge_exchange *x)
{
	void *at = x;

	return at;
}

struct worker {
	struct fcgi *fcgi;
	int ep; /* epoll: a connection, or shutdown */
	pthread_t thread;
	bool watches;            /* it is on watch */
	struct connection *next; /* for the next request; or NULL */
};

/* --- Connections --- */

/* NULL when out of memory. */
static struct connection *
take(struct fcgi *fcgi)
{
	struct connection *c;

	pthread_mutex_lock(&fcgi->lock);
	c = fcgi->spare;
	if (c != NULL)
		fcgi->spare = c->next;
	pthread_mutex_unlock(&fcgi->lock);
	return c != NULL ? c : malloc(sizeof(*c) + fcgi->service->room);
}

static void
put_back(struct fcgi *fcgi, struct connection *c)
{
	if (c == NULL)
		return;
	pthread_mutex_lock(&fcgi->lock);
	c->next = fcgi->spare;
	fcgi->spare = c;
	pthread_mutex_unlock(&fcgi->lock);
}

static void
free_spare(struct fcgi *fcgi)
{
	struct connection *c;

	while ((c = fcgi->spare) != NULL) {
		fcgi->spare = c->next;
		free(c);
	}
}

static bool
reply(struct edge_exchange *x, const struct reply *reply)
{
	struct fcgi_peer *peer = &connection_of(x)->peer;

	fcgi_peer_answer(
	    peer, span_mem(reply->head, reply->head_len), reply->body);
	if (!fcgi_peer_is_over(peer))
		return true;
	fcgi_peer_close(peer);
	return false;
}

static void
end(struct edge_exchange *x)
{
	struct connection *c = connection_of(x);

	if (c->peer.fd >= 0)
		fcgi_peer_close(&c->peer);
	put_back(c->fcgi, c);
}

/* --- Requests --- */

/* True if all workers are busy and a connection waits for one. */
static bool
is_crowded(struct fcgi *fcgi)
{
	return atomic_load(&fcgi->idle) == 0 && wait_for(LISTEN_FD, POLLIN, 0);
}

/* The worker is going to wait for its client, or for the disk. */
static void
give_watch_away(struct worker *w)
{
	if (!w->watches)
		return;
	w->watches = false;
	watch_leave(&w->fcgi->watch);
}

/*
 * To be called when nothing came: until when to wait for more, if the
 * connection is to be given up after so many ms.  While others wait, it is
 * given up after a tenth of them.  Returns 0 if that is now.
 */
static long long
next_look(struct connection *c, long allowed)
{
	long long now = wait_clock(), last = c->begun + allowed;

	if (now >= last ||
	    (now >= c->begun + allowed / CROWDED_PART && is_crowded(c->fcgi)))
		return 0;
	if (now < c->begun + PATIENCE)
		return c->begun + PATIENCE;
	give_watch_away(c->worker);
	return now + LOOK_EVERY < last ? now + LOOK_EVERY : last;
}

static ptrdiff_t
read_body(void *arg, unsigned char *buf, size_t len, long allowed)
{
	struct connection *c = arg;
	enum fcgi_outcome rc;
	long long look = 0;
	size_t n;

	do {
		rc = fcgi_peer_read(&c->peer, buf, len, &n, look);
		if (rc == FCGI_LATE)
			look = next_look(c, allowed);
	} while (rc == FCGI_LATE && look != 0);
	if (rc == FCGI_DONE)
		return (ptrdiff_t)n;
	return rc == FCGI_LATE ? REQUEST_LATE : REQUEST_LOST;
}

static void
takes_long(struct edge_exchange *x)
{
	give_watch_away(connection_of(x)->worker);
}

static enum fcgi_outcome
read_head(struct connection *c)
{
	enum fcgi_outcome rc;
	long long look = 0;

	do {
		rc = fcgi_peer_head(&c->peer, look);
		if (rc == FCGI_LATE)
			look = next_look(c, HEAD_TIME);
	} while (rc == FCGI_LATE && look != 0);
	return rc;
}

static void
write_log(void *arg, const char *line, size_t len)
{
	fcgi_peer_log(arg, span_mem(line, len));
}

/* Answer a request whose variables could not be taken, if that can be said. */
static void
refuse(struct connection *c, enum fcgi_outcome rc)
{
	static const char too_large[] =
	    "Status: 431 Request Header Fields Too Large\r\n"
	    "Content-Length: 0\r\n\r\n";
	const struct reply_style plain = {.reject_status = 0};
	struct reply later;

	if (rc == FCGI_TOO_LARGE) {
		log_line(&c->log, LVL_WARNING,
		    "-: - from -: answered 431: the headers are larger than "
		    "%lu bytes, or more than %lu",
		    FCGI_PEER_HEAD_MAX, FCGI_PEER_PAIRS_MAX);
		fcgi_peer_answer(
		    &c->peer, span_str(too_large), (struct span){NULL, 0});
	} else if (rc == FCGI_NO_MEMORY) {
		log_line(&c->log, LVL_ERROR,
		    "-: - from -: answered 503: out of memory");
		reply_make(&later, ST_TRY_LATER, &plain);
		fcgi_peer_answer(
		    &c->peer, span_mem(later.head, later.head_len), later.body);
		reply_free(&later);
	}
	end(&c->x);
}

/* Serve one connection; the program ends it. */
static void
serve_connection(struct worker *w, struct connection *c, int fd)
{
	struct fcgi *fcgi = w->fcgi;
	enum fcgi_outcome rc;

	c->fcgi = fcgi;
	c->worker = w;
	c->begun = wait_clock();
	c->log = (struct log){write_log, &c->peer};
	fcgi_peer_open(&c->peer, fd);
	rc = read_head(c);
	if (rc != FCGI_DONE) {
		refuse(c, rc);
		return;
	}
	c->x = (struct edge_exchange){.env = c->peer.env,
	    .body = {read_body, c},
	    .log = &c->log,
	    .room = c->room,
	    .takes_long = takes_long,
	    .reply = reply,
	    .end = end};
	fcgi->service->serve(fcgi->service->arg, &c->x);
}

static void
pause_after_accept(int error)
{
	const struct timespec pause = {.tv_nsec = 50000000};

	log_line(&log_stderr, LVL_ERROR,
	    "accept failed with error %d: raise the limit of open files, or "
	    "set fewer \"workers\"",
	    error);
	nanosleep(&pause, NULL);
}

/*
 * Serve all connections that are waiting.  Other workers take from the same
 * queue.
 */
static void
serve_burst(struct worker *w)
{
	while (!atomic_load(&w->fcgi->stopping)) {
		struct connection *c =
		    w->next != NULL ? w->next : take(w->fcgi);
		int fd = -1;

		w->next = c;
		if (c != NULL)
			fd = accept4(LISTEN_FD, NULL, NULL,
			    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			w->next = NULL;
			atomic_fetch_add(&w->fcgi->accepted, 1);
			serve_connection(w, c, fd);
			if (!w->watches)
				return;
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		    errno == ENOBUFS)
			pause_after_accept(errno);
		if (errno != EINTR && errno != ECONNABORTED)
			return;
	}
}

static bool
add_to_epoll(int ep, int fd, unsigned events)
{
	struct epoll_event event = {.events = events, .data.fd = fd};

	return epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* Wait for a connection.  Returns what epoll_wait() does. */
static int
look_out(struct worker *w, struct epoll_event *event)
{
	struct fcgi *fcgi = w->fcgi;
	int n;

	atomic_fetch_add(&fcgi->idle, 1);
	if (w->watches)
		w->watches = watch_stay(&fcgi->watch);
	if (!w->watches)
		watch_join(&fcgi->watch);
	w->watches = true;
	atomic_fetch_add(&fcgi->waiting, 1);
	n = epoll_wait(w->ep, event, 1, -1);
	if (atomic_fetch_sub(&fcgi->waiting, 1) == 1 &&
	    !atomic_exchange(&fcgi->checking, true))
		pthread_kill(fcgi->main, SIG_BUSY);
	atomic_fetch_sub(&fcgi->idle, 1);
	return n;
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct epoll_event event;

	while (!atomic_load(&w->fcgi->stopping)) {
		int n = look_out(w, &event);

		if (n == 1 && event.data.fd == LISTEN_FD)
			serve_burst(w);
		else if (n < 0 && errno != EINTR)
			break;
	}
	give_watch_away(w);
	close(w->ep);
	put_back(w->fcgi, w->next);
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
	if (w->ep >= 0 &&
	    add_to_epoll(w->ep, LISTEN_FD, EPOLLIN | EPOLLEXCLUSIVE) &&
	    add_to_epoll(w->ep, fcgi->wake, EPOLLIN) &&
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
	struct timespec latest;
	bool all = true;

	atomic_store(&fcgi->stopping, true);
	watch_end(&fcgi->watch);
	eventfd_write(fcgi->wake, 1);
	clock_gettime(CLOCK_REALTIME, &latest);
	latest.tv_sec += DRAIN_TIMEOUT;
	for (long i = 0; i < fcgi->started; i++) {
		if (pthread_timedjoin_np(
			fcgi->worker[i].thread, NULL, &latest) != 0)
			all = false;
	}
	return all;
}

/*
 * Look whether all workers on watch are held up.  before is how many connections
 * had been accepted at the last look.  Returns false if there is no need to look
 * again until SIG_BUSY comes.
 */
static bool
check(struct fcgi *fcgi, unsigned long before)
{
	if (atomic_load(&fcgi->waiting) > 0) {
		atomic_store(&fcgi->checking, false);
		/* The last one may have stopped waiting meanwhile. */
		return atomic_load(&fcgi->waiting) == 0 &&
		       !atomic_exchange(&fcgi->checking, true);
	}
	if (atomic_load(&fcgi->accepted) - before < CHECK_FEW &&
	    wait_for(LISTEN_FD, POLLIN, 0))
		watch_extend(&fcgi->watch);
	return true;
}

/* Wait for one of these signals. */
static void
wait_for_signal(struct fcgi *fcgi, const sigset_t *until)
{
	const struct timespec every = {.tv_nsec = CHECK_EVERY * 1000000L};
	unsigned long before = 0;
	bool checks = false;
	int sig;

	do {
		sig = checks ? sigtimedwait(until, NULL, &every)
			     : sigwaitinfo(until, NULL);
		if (sig == SIG_BUSY)
			checks = true;
		else if (sig < 0 && errno == EAGAIN)
			checks = check(fcgi, before);
		before = atomic_load(&fcgi->accepted);
	} while (sig < 0 || sig == SIG_BUSY);
}

/* Serve until a signal comes. */
static int
run(struct fcgi *fcgi, const sigset_t *until)
{
	long want = fcgi->service->workers;

	start_workers(fcgi, want);
	if (fcgi->started < want)
		log_line(&log_stderr, LVL_ERROR,
		    "only %ld of %ld workers could be started: raise the "
		    "limits of open files and of processes, or set fewer "
		    "\"workers\"",
		    fcgi->started, want);
	if (fcgi->started == 0)
		return EXIT_FAILURE;
	wait_for_signal(fcgi, until);
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
	struct fcgi fcgi = {.service = service,
	    .wake = -1,
	    .lock = PTHREAD_MUTEX_INITIALIZER,
	    .main = pthread_self()};
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int flags = fcntl(LISTEN_FD, F_GETFL);
	int status = EXIT_FAILURE;
	sigset_t until;

	sigemptyset(&until);
	sigaddset(&until, SIGTERM);
	sigaddset(&until, SIGINT);
	sigaddset(&until, SIGUSR1);
	sigaddset(&until, SIG_BUSY);
	if (processors < 1)
		processors = 1;
	if (!watch_init(&fcgi.watch, (unsigned)processors + WATCH_MORE)) {
		log_line(&log_stderr, LVL_ERROR, "cannot start: out of memory");
		return EXIT_FAILURE;
	}
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
	watch_free(&fcgi.watch);
	free(fcgi.worker);
	free_spare(&fcgi);
	if (fcgi.wake >= 0)
		close(fcgi.wake);
	return status;
}
