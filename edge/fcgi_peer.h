/*
 * fcgi_peer.h - one connection of a web server: FastCGI 1.0, the part of it
 * that web servers use.
 *
 * A connection has one request, in the role of a responder, and is closed after
 * its answer.  Whatever the other side sends, memory is bounded, and no
 * function waits longer than it is told to.
 *
 * The order of calls is fcgi_peer_open(), fcgi_peer_head(), then read, log and
 * answer, then fcgi_peer_close().  A connection belongs to one thread at a time.
 */
#ifndef FCGI_PEER_H
#define FCGI_PEER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* Bytes of all variables of a request, and their number, at most. */
#define FCGI_PEER_HEAD_MAX  (256UL << 10)
#define FCGI_PEER_PAIRS_MAX 16384UL

enum fcgi_outcome {
	FCGI_DONE,      /* what was asked for was read */
	FCGI_LATE,      /* it did not come in time; the call can be repeated */
	FCGI_LOST,      /* the connection ended, or it is not FastCGI */
	FCGI_TOO_LARGE, /* the variables are over a limit above */
	FCGI_NO_MEMORY  /* for the variables */
};

struct fcgi_peer {
	char **env; /* the variables: NAME=value, NULL at the end */

	/* The rest is the module's own. */
	int fd;
	unsigned char *head; /* what env points into */
	size_t head_len, head_room;
	unsigned id; /* of the request; 0: not begun */
	/* The record that is being read. */
	unsigned type, record_id;
	size_t left;         /* bytes of its content that were not used yet */
	size_t pad;          /* bytes of padding after them */
	unsigned stray;      /* records that did not belong to the request */
	bool ended;          /* the body was read to its end */
	long long answer_by; /* the time to send everything; 0: not begun */
	bool said;           /* something was sent */
	bool deaf;           /* the other side takes no more */
	bool logged;         /* something was logged */
	size_t at, end;      /* the bytes of in that were not used yet */
	size_t used;         /* bytes of out */
	unsigned char in[4096];
	unsigned char out[4096];
};

/* Begin with the connection fd, which must be non-blocking. */
void fcgi_peer_open(struct fcgi_peer *peer, int fd);

/* Read the variables of the request: FCGI_DONE if peer->env is set. */
enum fcgi_outcome fcgi_peer_head(struct fcgi_peer *peer, long long end);

/*
 * Read up to len bytes of the body, len > 0: FCGI_DONE with their number in
 * *got, which is 0 only at the end of the body.  Bytes that are here already
 * are read even if end is in the past.
 */
enum fcgi_outcome fcgi_peer_read(struct fcgi_peer *peer, unsigned char *buf,
    size_t len, size_t *got, long long end);

/* Send text for the web server's error log. */
void fcgi_peer_log(struct fcgi_peer *peer, struct span text);

/*
 * Send the answer.  Nothing is said of one that cannot be delivered: the sender
 * tries again.
 */
void fcgi_peer_answer(
    struct fcgi_peer *peer, struct span head, struct span body);

/*
 * Look for the end of the request.  True: fcgi_peer_close() will not wait.
 */
bool fcgi_peer_is_over(struct fcgi_peer *peer);

/*
 * Close the connection and free the variables.  If an answer was sent, and the
 * other side has not ended its request, the function waits a second for it.
 */
void fcgi_peer_close(struct fcgi_peer *peer);

#endif
