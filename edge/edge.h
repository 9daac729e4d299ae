/*
 * edge.h - the two ways in which a web server hands over a request: CGI and
 * FastCGI.
 *
 * An edge translates one protocol into calls of the program's own functions.
 * It makes no decisions, and does not know what a request means.
 */
#ifndef EDGE_H
#define EDGE_H

#include "base/log.h"
#include "http/reply.h"
#include "http/request.h"

/* One request that an edge hands over, and its reply. */
struct edge_exchange {
	char *const *env; /* CGI variables, NULL at the end */
	struct request_source body;
	const struct log *log;  /* the request's own log, while it is served */
	struct reply reply;     /* made by serve(), freed by the edge */
	const void *settings;   /* from serve() to finish() */
	const void *unfinished; /* the same; NULL: nothing left to do */
};

/* The functions of a program that serves requests. */
struct edge_service {
	void *arg; /* for both functions */
	/* Make the reply.  Several threads call it at once. */
	void (*serve)(void *arg, struct edge_exchange *exchange);
	/* Do what the client need not wait for.  The reply has been sent. */
	void (*finish)(void *arg, struct edge_exchange *exchange);
	long workers; /* FastCGI: number of threads */
};

/*
 * CGI: serve the one request that env and descriptor 0 describe, write the
 * answer to descriptor 1, log to descriptor 2.  Returns the exit status.
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
