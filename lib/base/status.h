/*
 * status.h - the one list of outcomes a request can have, and its reasons.
 *
 * Every function on the way of a request returns one of these, and nothing
 * else decides an HTTP code.  The split follows the sender's point of view: a
 * 4xx says "sending it again will not help", a 5xx says "send it again later".
 */
#ifndef STATUS_H
#define STATUS_H

enum status {
	ST_OK = 0,        /* 200: the event is on disk */
	ST_DUPLICATE,     /* 200: it was on disk before */
	ST_ANSWERED,      /* 200: a challenge, and nothing was stored */
	ST_BAD_REQUEST,   /* 400: a header or the body is malformed */
	ST_UNVERIFIED,    /* 401: signature absent, wrong, or out of time */
	ST_NO_ROUTE,      /* 404: no such provider */
	ST_BAD_METHOD,    /* 405: not POST, nor a challenge's method */
	ST_NO_LENGTH,     /* 411: no length, and nothing else marks the end */
	ST_TOO_LARGE,     /* 413: the body is over the limit */
	ST_MISCONFIGURED, /* 500: an operator must act */
	ST_TRY_LATER,     /* 503: disk full, out of memory, I/O error */
	ST__MAX
};

/* HTTP code for st, 100..599. A value outside the enum gives 500. */
int status_code(enum status st);

/* Fixed reason phrase of st: static, ASCII, never NULL. */
const char *status_phrase(enum status st);

/* What looking for one thing comes to. */
enum lookup {
	LOOKUP_NONE, /* it is not there */
	LOOKUP_FOUND,
	LOOKUP_INVALID, /* it is there, and not what it should be */
	LOOKUP_NO_MEMORY
};

/* Room for one reason, its NUL counted. */
#define REASON_MAX 512

/*
 * Why an outcome came about, as one sentence for the log: what failed, on
 * what, and what to do about it.  Never a secret, a signature or a body, and
 * never sent to the client.  A zeroed reason is an empty one.
 */
struct reason {
	char text[REASON_MAX];
};

/* Set the reason, cut to fit. */
__attribute__((format(printf, 2, 3))) void reason_set(
    struct reason *why, const char *fmt, ...);

/*
 * Set the reason to "TEXT: strerror(errno)" and return ST_TRY_LATER, for the
 * failing system call; EACCES says whom as well.  errno is left as it was.
 */
__attribute__((format(printf, 2, 3))) enum status reason_errno(
    struct reason *why, const char *fmt, ...);

#endif
