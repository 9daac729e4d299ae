/*
 * edge.h - the two ways in which a web server hands over a request: CGI and
 * FastCGI.
 *
 * An edge translates one protocol into calls of the program's own functions.
 * It makes no decisions, and does not know what a request means.
 */
#ifndef EDGE_H
#define EDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"
#include "http/reply.h"
#include "http/request.h"

struct edge_exchange;

/* One request that an edge hands over. */
struct edge_exchange {
	/* Until edge_reply() only: */
	char *const *env; /* CGI variables, NULL at the end */
	struct request_source body;
	const struct log *log; /* the request's own */

	void *room; /* memory for the program, see edge_service */
	/* The edge's own functions, for those below. */
	void (*takes_long)(struct edge_exchange *x); /* or NULL */
	bool (*reply)(struct edge_exchange *x, const struct reply *reply);
	void (*end)(struct edge_exchange *x);
};

/* The functions of a program that serves requests. */
struct edge_service {
	void *arg;
	/*
	 * Receive the request, and see to it that edge_reply() is called once,
	 * and after it edge_end() once: by this thread or another one, now or
	 * later.  Several threads call this function at once.
	 */
	void (*serve)(void *arg, struct edge_exchange *exchange);
	size_t room;  /* bytes that each exchange has for the program */
	long workers; /* FastCGI: number of threads */
};

/*
 * To be called in serve(), by its thread, before work that keeps it from other
 * requests for some time: another thread waits for them instead.
 */
void edge_takes_long(struct edge_exchange *x);

/*
 * Send the reply, which stays the caller's.  The function waits only if the
 * other side does not take the reply: a connection takes some thousand bytes at
 * once.  Returns true if edge_end() may take a second, because the other side
 * has not ended its request yet.
 */
bool edge_reply(struct edge_exchange *x, const struct reply *reply);

/*
 * Close the connection.  Then the exchange and its room are gone.  What the
 * client need not wait for is done afterwards.
 */
void edge_end(struct edge_exchange *x);

/*
 * CGI: serve the one request that env and descriptor 0 describe, write the
 * answer to descriptor 1, log to descriptor 2.  The exchange has no room, and
 * must have ended when serve() returns.  Returns the exit status.
 */
int edge_cgi(char *const env[], const struct edge_service *service);

/*
 * A log that writes to descriptor 2 and puts the time before each line: under
 * CGI, no web server does that.
 */
extern const struct log edge_log_timed;

/*
 * Block the signals that end the process, for edge_fcgi().  To be called before
 * anything that starts threads.
 */
void edge_fcgi_block_signals(void);

/*
 * FastCGI: serve requests from the listening socket on descriptor 0 until
 * SIGTERM, SIGINT or SIGUSR1 comes.  Requests that are being served are then
 * finished.  Returns the exit status; the process must then end.
 */
int edge_fcgi(const struct edge_service *service);

#endif
