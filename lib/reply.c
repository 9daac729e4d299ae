/* reply.c - status and headers of answers. */
#include <stdio.h>

#include "reply.h"

/* Seconds after which a sender may try again. */
#define RETRY_AFTER "30"

static const char *
extra_header(enum status st)
{
	if (st == ST_BAD_METHOD)
		return "Allow: POST\r\n";
	if (st == ST_TRY_LATER)
		return "Retry-After: " RETRY_AFTER "\r\n";
	return "";
}

void
reply_make(struct reply *reply, enum status st, int refused, const char *answer)
{
	const char *type = "text/plain; charset=utf-8";
	const char *phrase = status_phrase(st);
	int code = status_code(st);

	reply->status = st;
	if (st == ST_UNVERIFIED && refused != 0 && refused != code) {
		code = refused;
		phrase = "Refused";
	}
	reply->code = code;
	reply->body = span_str(phrase);
	if ((st == ST_OK || st == ST_REPEAT) && answer != NULL) {
		reply->body = span_str(answer);
		if (answer[0] == '{' || answer[0] == '[')
			type = "application/json";
	}
	reply->head_len = (size_t)snprintf(reply->head, sizeof(reply->head),
	    "Status: %d %s\r\n"
	    "Content-Type: %s\r\n"
	    "Content-Length: %zu\r\n"
	    "%s"
	    "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "\r\n",
	    code, phrase, type, reply->body.len, extra_header(st));
}
