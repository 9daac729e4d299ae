/*
 * reply.h - the bytes of an answer, as CGI wants them (RFC 3875, section 6).
 *
 * Nothing of the request is in them, and nothing that tells which check
 * failed, so they need no escaping and give nothing away.
 */
#ifndef REPLY_H
#define REPLY_H

#include <stddef.h>

#include "span.h"
#include "status.h"

#define REPLY_HEAD_MAX 320 /* bytes: enough for every status */

struct reply {
	enum status status;
	int code;                  /* HTTP */
	char head[REPLY_HEAD_MAX]; /* header lines and the empty line */
	size_t head_len;
	struct span body; /* static, or borrowed from answer */
};

/*
 * The reply for st.
 *
 * refused   HTTP code in place of 401, or 0
 * accepted  HTTP code in place of 200, or 0; a 204 goes without a body
 * answer    body in place of the phrase where the event is stored, or NULL;
 *           borrowed
 */
void reply_make(struct reply *reply, enum status st, int refused, int accepted,
    const char *answer);

#endif
