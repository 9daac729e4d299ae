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

/*
 * Post body with headers to url, which is cli_url_ok(); redirects are not
 * followed.  True for an answer of any code, whose body the caller frees.
 * False: why is set; curl itself has said on descriptor 2 what went wrong.
 */
bool curl_post(const char *url, const struct headers *headers, struct span body,
    struct answer *answer, struct reason *why);

#endif
