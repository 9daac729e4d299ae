/*
 * post.h - posts events to one URL, over connections that are kept.
 */
#ifndef POST_H
#define POST_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/span.h"
#include "base/status.h"
#include "verdict.h"

/* Where to; all borrowed. */
struct post_target {
	const char *url;
	const char *ca_file; /* NULL: the CA certificates of the system */
	long timeout;        /* milliseconds for all of an exchange */
};

struct poster;

/*
 * Prepare to post to this target.  Opens no connection.  NULL with why set.
 * Freed by poster_close(), for which NULL is harmless.
 */
struct poster *poster_open(
    const struct post_target *target, struct reason *why);
void poster_close(struct poster *poster);

#define POST_HEADERS_MAX 3

/* An event to post; all borrowed. */
struct post {
	struct span lines; /* signing_header() says which of them go along */
	/* More headers, "NAME: VALUE". */
	const char *header[POST_HEADERS_MAX];
	size_t n;
	int fd; /* the event's file */
	/* Of the body in there: the first byte, and how many. */
	off_t body;
	off_t length;
};

struct post_answer {
	long status; /* of HTTP; 0: there was no answer, and why is set */
	long after;  /* of Retry-After; or VERDICT_NO_AFTER */
	char shown[VERDICT_SHOWN_MAX]; /* the beginning of the body */
	struct reason why;
};

/*
 * Post the event.  Redirects are not followed.  Of the answer, the status is
 * what counts: it is taken as soon as the whole header is there, whatever
 * becomes of the body, of which only the beginning is read.
 */
void poster_post(
    struct poster *poster, const struct post *post, struct post_answer *answer);

#endif
