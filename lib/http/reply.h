/*
 * reply.h - the bytes of an answer, as CGI wants them (RFC 3875, section 6).
 *
 * Nothing of the request is in them, and nothing that tells which check
 * failed, so they need no escaping and give nothing away.  The exception is
 * what challenge.h gives back, which it has checked.
 */
#ifndef REPLY_H
#define REPLY_H

#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

#define REPLY_HEAD_MAX 640 /* bytes: enough for every status and challenge */

struct reply {
	enum status status;
	int code;                  /* HTTP */
	char head[REPLY_HEAD_MAX]; /* header lines and the empty line */
	size_t head_len;
	struct span
	    body;    /* static, of the style's answer, or a view of owned */
	char *owned; /* malloc'd, or NULL */
};

/* How a provider wants to be answered. Zeroed: like all. */
struct reply_style {
	int reject_status; /* HTTP code in place of 401, or 0 */
	int accept_status; /* the same for 200; a 204 goes without a body */
	/*
	 * Body in place of the phrase where the event is stored, or NULL;
	 * borrowed.  "": no answer has a body, whatever it says.
	 */
	const char *accept_body;
	const char *methods; /* for Allow; NULL is POST alone; borrowed */
};

/* The reply for st. The caller frees it by reply_free(). */
void reply_make(
    struct reply *reply, enum status st, const struct reply_style *style);

/* What one request, and no other, is answered. Zeroed: nothing of that kind. */
struct reply_given {
	int code;         /* 200 or 204; 0: nothing is given */
	const char *type; /* Content-Type; static */
	char *body;       /* malloc'd, or NULL */
	size_t len;       /* bytes of body */
	/* One more header, or NULL; both without control bytes; borrowed. */
	const char *header;
	struct span value;
};

/*
 * Longest header name and value that fit into a reply, in bytes; what is
 * longer is left out.
 */
#define REPLY_HEADER_MAX 64
#define REPLY_VALUE_MAX  256

/* The reply for st made of given, whose body it takes over. */
void reply_give(struct reply *reply, enum status st, struct reply_given *given);

/* Take the body off, and leave what is said of it: for HEAD. */
void reply_without_body(struct reply *reply);

/* Free what the reply owns; harmless on a zeroed one. */
void reply_free(struct reply *reply);

#endif
