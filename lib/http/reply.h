/*
 * reply.h - answers, as CGI expects them (RFC 3875, section 6).
 *
 * An answer contains nothing of the request and does not say which check
 * failed.  So it needs no escaping, and gives nothing away.  The one exception
 * is what challenge.h gives back, after checking it.
 */
#ifndef REPLY_H
#define REPLY_H

#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

#define REPLY_HEAD_MAX 640 /* bytes: enough for every status and challenge */

struct reply {
	enum status status;
	int code;                  /* HTTP code */
	char head[REPLY_HEAD_MAX]; /* header lines and the empty line */
	size_t head_len;
	struct span body; /* static, borrowed, or a view of owned */
	char *owned;      /* malloc'd, or NULL */
};

/* How a provider wants to be answered.  Zeroed: as usual. */
struct reply_style {
	int reject_status; /* HTTP code in place of 401, or 0 */
	int accept_status; /* the same for 200; a 204 has no body */
	/*
	 * Body of the answer to a stored event, in place of the phrase; or
	 * NULL.  Borrowed.  "": no answer has a body, whatever its status.
	 */
	const char *accept_body;
	const char *methods; /* value of Allow; NULL: only POST; borrowed */
};

/* Make the reply for st.  The caller frees it by reply_free(). */
void reply_make(
    struct reply *reply, enum status st, const struct reply_style *style);

/* An answer for this one request, such as to a challenge.  Zeroed: none. */
struct reply_given {
	int code;         /* 200 or 204; 0: there is no such answer */
	const char *type; /* Content-Type; static */
	char *body;       /* malloc'd, or NULL */
	size_t len;       /* bytes of body */
	/* One more header, or NULL.  Name and value have no control characters.
	 * Borrowed. */
	const char *header;
	struct span value;
};

/*
 * Longest name and value of that header, in bytes.  If either is longer, the
 * header is left out.
 */
#define REPLY_HEADER_MAX 64
#define REPLY_VALUE_MAX  256

/* Make the reply for st from given.  The reply takes over the body of given. */
void reply_give(struct reply *reply, enum status st, struct reply_given *given);

/* Remove the body, but not the headers that describe it: for HEAD. */
void reply_without_body(struct reply *reply);

/* Free what the reply owns.  Harmless on a zeroed reply. */
void reply_free(struct reply *reply);

#endif
