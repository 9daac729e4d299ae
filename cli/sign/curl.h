/*
 * curl.h - one POST by the curl program.
 *
 * curl gets everything through pipes: every user of the machine can read a
 * command line, and a token is a password.
 */
#ifndef CURL_H
#define CURL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"
#include "headers.h"

#define CURL_ANSWER_MAX (1024UL * 1024) /* bytes of an answer that are read */
#define CURL_SECONDS    30              /* for the whole exchange */

struct answer {
	int code;             /* of HTTP, 100..599 */
	char *body;           /* malloc'd */
	size_t len;           /* bytes */
	const char *redirect; /* behind them: where it sends to, or "" */
	int ended;            /* curl's exit status, where there is no answer */
};

#define CURL_REFUSED 7  /* of ended: nobody listens there */
#define CURL_TIMEOUT 28 /* it took longer than CURL_SECONDS */

struct curl_request {
	const char *url; /* which is cli_url_ok() */
	const struct headers *headers;
	struct span body;
	bool patient; /* nobody listens there: try for CURL_PATIENCE seconds */
};

/* A server that was just restarted listens by then. */
#define CURL_PATIENCE 2

/*
 * Post the request; redirects are not followed.  True for an answer of any
 * code, whose body the caller frees.  False: why is set; curl itself has said on
 * descriptor 2 what went wrong, once.
 */
bool curl_post(const struct curl_request *request, struct answer *answer,
    struct reason *why);

#endif
