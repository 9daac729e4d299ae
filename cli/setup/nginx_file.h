/*
 * nginx_file.h - the server { } blocks of a configuration file of nginx, and
 * lines put into one of them.
 */
#ifndef NGINX_FILE_H
#define NGINX_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

/* A server { } block of http, and what its own directives say. */
struct nginx_server {
	size_t open;   /* the offset behind its brace */
	unsigned line; /* of the word "server", from 1 */
	bool ssl;      /* it listens with ssl */
	bool named;    /* a server_name is the host that was asked for */
	bool hookdir;  /* it includes a file of hookdir's */
	bool timeout;  /* it has a client_header_timeout */
};

struct nginx_file {
	struct nginx_server *server;
	size_t n;
};

/*
 * Find the server blocks in text.  host is what the server_name should be, or
 * NULL.  True: the caller frees file->server.  False with why set: the text
 * cannot be understood.
 */
bool nginx_parse(struct nginx_file *file, struct span text, const char *host,
    struct reason *why);

/*
 * The server that hooks belong into: one that has hookdir already; the only
 * one; the one whose name is the host, of several the one with ssl; the only
 * one with ssl.  NULL with why set, which has the lines of all, if that is not
 * clear.
 */
const struct nginx_server *nginx_choose(
    const struct nginx_file *file, struct reason *why);

/*
 * The text with these lines at the begin of the server, so that no location of
 * its own comes first; each is indented like the first directive of the block.
 * lines ends with NULL.  malloc'd, of *len bytes; NULL when out of memory.
 */
char *nginx_insert(struct span text, const struct nginx_server *server,
    const char *const lines[], size_t *len);

#endif
