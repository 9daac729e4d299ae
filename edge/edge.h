/*
 * edge.h - the two ways in which a web server hands over a request.
 *
 * An edge turns one protocol into calls of receive() and has no policy.
 */
#ifndef EDGE_H
#define EDGE_H

/*
 * CGI: serve the one request that env and descriptor 0 describe, answer on
 * descriptor 1, log on descriptor 2.  Returns the exit status.
 */
int edge_cgi(char *const env[]);

/*
 * FastCGI: serve requests from the listening socket on descriptor 0, with as
 * many threads as the settings say, until SIGTERM, SIGINT or SIGUSR1; what is
 * in flight then is finished first.  env is for the settings.  Returns the
 * exit status.
 */
int edge_fcgi(char *const env[]);

#endif
