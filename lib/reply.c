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
reply_make(struct reply *reply, enum status st, int refused, int accepted,
    const char *answer)
{
	const char *type = "text/plain; charset=utf-8";
	const char *phrase = status_phrase(st);
	bool stored = st == ST_OK || st == ST_REPEAT;
	int code = status_code(st);
	char body[96] = "";

	reply->status = st;
	if (st == ST_UNVERIFIED && refused != 0 && refused != code) {
		code = refused;
		phrase = "Refused";
	} else if (stored && accepted != 0 && accepted != code) {
		code = accepted;
		phrase = "Accepted";
	}
	reply->code = code;
	reply->body = code == 204 ? (struct span){NULL, 0} : span_str(phrase);
	if (stored && answer != NULL && code != 204) {
		reply->body = span_str(answer);
		if (answer[0] == '{' || answer[0] == '[')
			type = "application/json";
	}
	if (code != 204)
		snprintf(body, sizeof(body),
		    "Content-Type: %s\r\nContent-Length: %zu\r\n", type,
		    reply->body.len);
	reply->head_len = (size_t)snprintf(reply->head, sizeof(reply->head),
	    "Status: %d %s\r\n"
	    "%s%s"
	    "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "\r\n",
	    code, phrase, body, extra_header(st));
}
