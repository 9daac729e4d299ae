/*
 * challenge.h - answers the challenges by which providers check who owns a URL.
 *
 * The profile says which challenge a provider sends (challenge_word.h).  A
 * challenge is answered and never stored.  Anyone can send a challenge.  So
 * what is given back is short and has few characters, none of which has a
 * meaning in HTML, JSON or a header; and what is signed has a form in which no
 * event's signature is accepted.
 */
#ifndef CHALLENGE_H
#define CHALLENGE_H

#include <stdbool.h>

#include "http/reply.h"
#include "http/request.h"
#include "profile/provider.h"
#include "verify/verified.h"

/* At which stage a request is looked at. */
enum challenge_stage {
	CHALLENGE_UNSIGNED, /* as it came; the provider accepts its method */
	CHALLENGE_SIGNED    /* after its signature was verified */
};

/* The request that is looked at. */
struct challenge_request {
	const struct provider *prov;
	const struct request *req;
	const struct verified *ok; /* CHALLENGE_SIGNED */
};

/*
 * Answer the request if it is a challenge of this stage.
 *
 * ST_OK: the request is not a challenge, and processing continues.
 * ST_ANSWERED: *given is the answer, whose body the caller frees; if *given is
 * zeroed, the answer is that to a stored event.  Otherwise why is set:
 * ST_BAD_REQUEST: the challenge is missing or malformed.  ST_UNVERIFIED: the
 * verify token is wrong, or the body could be a text whose signature answers a
 * challenge.  ST_TRY_LATER: out of memory.
 */
enum status challenge_answer(enum challenge_stage stage,
    const struct challenge_request *request, struct reply_given *given,
    struct reason *why);

#endif
