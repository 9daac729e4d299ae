/*
 * status.h - the outcomes that a request can have, and the reasons for them.
 *
 * Every function on the way of a request returns one of these outcomes, and
 * only the outcome decides the HTTP code.  A 4xx tells the sender that sending
 * the same request again will not help.  A 5xx tells the sender to send it
 * again later.
 */
#ifndef STATUS_H
#define STATUS_H

enum status {
	ST_OK = 0,        /* 200: the event is on disk */
	ST_DUPLICATE,     /* 200: a duplicate; the event was on disk before */
	ST_ANSWERED,      /* 200: a challenge; nothing was stored */
	ST_BAD_REQUEST,   /* 400: a header or the body is malformed */
	ST_UNVERIFIED,    /* 401: signature missing, wrong or out of time */
	ST_NO_ROUTE,      /* 404: no such provider */
	ST_BAD_METHOD,    /* 405: neither POST nor the method of a challenge */
	ST_NO_LENGTH,     /* 411: no length, and the body is not signed */
	ST_TOO_LARGE,     /* 413: the body is over the limit */
	ST_MISCONFIGURED, /* 500: the administrator must act */
	ST_TRY_LATER,     /* 503: disk full, out of memory, I/O error */
	ST__MAX
};

/* HTTP code for st, 100..599.  A value outside the enum gives 500. */
int status_code(enum status st);

/* HTTP reason phrase for st: static, ASCII, never NULL. */
const char *status_phrase(enum status st);

/* The result of looking for one thing, such as a field. */
enum lookup {
	LOOKUP_NONE, /* missing */
	LOOKUP_FOUND,
	LOOKUP_INVALID, /* not in the expected form */
	LOOKUP_NO_MEMORY
};

/* Bytes of a reason, including its NUL. */
#define REASON_MAX 512

/*
 * Why a request had its outcome: one sentence for the log, which says what
 * failed, on what, and what to do about it.  A reason never contains a secret,
 * a signature or a body, and is never sent to the client.  A zeroed reason is
 * empty.
 */
struct reason {
	char text[REASON_MAX];
};

/* Set the reason.  A text that is too long is cut off. */
__attribute__((format(printf, 2, 3))) void reason_set(
    struct reason *why, const char *fmt, ...);

/*
 * Set the reason to "TEXT: strerror(errno)" and return ST_TRY_LATER.  To be
 * called right after the system call that failed.  For EACCES the reason also
 * says which user was denied.  Does not change errno.
 */
__attribute__((format(printf, 2, 3))) enum status reason_errno(
    struct reason *why, const char *fmt, ...);

#endif
