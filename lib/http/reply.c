/* reply.c - status, headers and body of answers. */
#include <stdio.h>
#include <stdlib.h>

#include "http/reply.h"

/* Seconds after which a sender may try again. */
#define RETRY_AFTER "30"

/* Bytes of one or two more header lines. */
#define LINES_MAX 352

_Static_assert(LINES_MAX > REPLY_HEADER_MAX + REPLY_VALUE_MAX + 4 &&
		   REPLY_HEAD_MAX > LINES_MAX + 256,
    "a header that is given back has room");

static void
extra_header(
    char dst[static LINES_MAX], enum status st, const struct reply_style *style)
{
	const char *methods = style->methods != NULL ? style->methods : "POST";

	dst[0] = '\0';
	if (st == ST_BAD_METHOD)
		snprintf(dst, LINES_MAX, "Allow: %s\r\n", methods);
	else if (st == ST_TRY_LATER)
		snprintf(dst, LINES_MAX, "Retry-After: " RETRY_AFTER "\r\n");
}

/*
 * A 204 has no Content-Length (RFC 9110, section 8.6). type may be NULL for a
 * 204.
 */
static void
write_head(struct reply *reply, const char *phrase, const char *type,
    const char *lines)
{
	char length[48] = "";

	if (reply->code != 204)
		snprintf(length, sizeof(length), "Content-Length: %zu\r\n",
		    reply->body.len);
	reply->head_len = (size_t)snprintf(reply->head, sizeof(reply->head),
	    "Status: %d %s\r\n"
	    "%s%s%s"
	    "%s%s"
	    "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "\r\n",
	    reply->code, phrase,
	    type == NULL ? "" : "Content-Type: ", type == NULL ? "" : type,
	    type == NULL ? "" : "\r\n", length, lines);
}

void
reply_make(struct reply *reply, enum status st, const struct reply_style *style)
{
	const char *type = "text/plain; charset=utf-8";
	const char *phrase = status_phrase(st), *answer = style->accept_body;
	bool stored = st == ST_OK || st == ST_DUPLICATE || st == ST_ANSWERED;
	int code = status_code(st);
	char lines[LINES_MAX];

	*reply = (struct reply){.status = st};
	if (st == ST_UNVERIFIED && style->reject_status != 0 &&
	    style->reject_status != code) {
		code = style->reject_status;
		phrase = "Refused";
	} else if (stored && style->accept_status != 0 &&
		   style->accept_status != code) {
		code = style->accept_status;
		phrase = "Accepted";
	}
	reply->code = code;
	reply->body = span_str(phrase);
	if (answer != NULL && (stored || answer[0] == '\0')) {
		reply->body = span_str(answer);
		if (answer[0] == '{' || answer[0] == '[')
			type = "application/json";
	}
	if (code == 204) {
		reply->body = (struct span){NULL, 0};
		type = NULL;
	}
	extra_header(lines, st, style);
	write_head(reply, phrase, type, lines);
}

void
reply_give(struct reply *reply, enum status st, struct reply_given *given)
{
	char lines[LINES_MAX] = "";

	*reply = (struct reply){
	    .status = st, .code = given->code, .owned = given->body};
	reply->body = span_mem(given->body, given->len);
	given->body = NULL;
	if (given->header != NULL &&
	    strlen(given->header) <= REPLY_HEADER_MAX &&
	    given->value.len <= REPLY_VALUE_MAX)
		snprintf(lines, sizeof(lines), "%s: %.*s\r\n", given->header,
		    (int)given->value.len, (const char *)given->value.ptr);
	write_head(reply, given->code == 204 ? "No Content" : "OK", given->type,
	    lines);
}

void
reply_without_body(struct reply *reply)
{
	reply->body = (struct span){NULL, 0};
}

void
reply_free(struct reply *reply)
{
	free(reply->owned);
	reply->owned = NULL;
	reply->body = (struct span){NULL, 0};
}
