/* receiver.h - the receiver, as a service for either edge. */
#ifndef RECEIVER_H
#define RECEIVER_H

/* Serve one request by CGI.  Returns the exit status. */
int receiver_cgi(char *const env[]);

/*
 * Serve by FastCGI, with settings that are read again when they change.
 * Returns the exit status.
 */
int receiver_fcgi(char *const env[]);

#endif
