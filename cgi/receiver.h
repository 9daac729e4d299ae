/*
 * receiver.h - the receiver as a service of either edge.
 */
#ifndef RECEIVER_H
#define RECEIVER_H

/* Serve by CGI; the exit status. */
int receiver_cgi(char *const env[]);

/* Serve by FastCGI, with settings that follow their file; the exit status. */
int receiver_fcgi(char *const env[]);

#endif
