/*
 * edge.h - the two ways in which a web server hands over a request.
 *
 * An edge turns one protocol into calls of the program's own functions, and has
 * no policy: what a request means, it does not know.
 */
#ifndef EDGE_H
#define EDGE_H

#include "base/log.h"
#include "http/reply.h"
#include "http/request.h"

/* One request as an edge hands it over, and its reply. */
struct edge_exchange {
	char *const *env;       /* CGI variables, NULL at the end */
	struct request_source body;
	const struct log *log;  /* while the request is served, its own */
	struct reply reply;     /* made by serve, freed by the edge */
	const void *settings;   /* serve's, for finish */
	const void *unfinished; /* the same; NULL: there is nothing to do */
};

/* What a program does with requests. */
struct edge_service {
	void *arg; /* for all that follows */
	/* Make the reply.  Called by several threads at once. */
	void (*serve)(void *arg, struct edge_exchange *exchange);
	/* Do what need not hold up the reply, which has been sent. */
	void (*finish)(void *arg, struct edge_exchange *exchange);
	long workers; /* FastCGI: threads that serve */
};

/*
 * CGI: serve the one request that env and descriptor 0 describe, answer on
 * descriptor 1, log on descriptor 2.  Returns the exit status.
 */
int edge_cgi(char *const env[], const struct edge_service *service);

/* A log for descriptor 2, where no server puts the time before what CGI says. */
extern const struct log edge_log_timed;

/*
 * To be called before anything that makes threads: signals that end the process
 * are left to edge_fcgi().
 */
void edge_fcgi_block_signals(void);

/*
 * FastCGI: serve requests from the listening socket on descriptor 0 until
 * SIGTERM, SIGINT or SIGUSR1; what is in flight then is finished first.
 * Returns the exit status; the process must end then.
 */
int edge_fcgi(const struct edge_service *service);

#endif
