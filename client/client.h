/*
 * client.h - what hookdir-fetch and hookdir-forward have libcurl do alike.
 *
 * The certificate and the host name of a server are always verified.  No proxy,
 * no .netrc and no name or password in a URL is used.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <curl/curl.h>
#include <stddef.h>

struct client_number {
	CURLoption option;
	long value;
};

/* A request; all borrowed.  libcurl copies the texts. */
struct client {
	const char *url;
	const char *protocols; /* that the URL may have: "https" */
	/* The only CA certificates to trust; NULL: those of the system. */
	const char *ca_file;
	const struct client_number *number; /* more options */
	size_t n;
};

/* Set up curl.  It is CURLE_OK, or what is wrong with it. */
CURLcode client_set_up(CURL *curl, const struct client *client);

#endif
