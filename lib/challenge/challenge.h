/*
 * challenge.h - answers to providers that want to know whose a URL is.
 *
 * What a provider asks for is its profile's challenge (challenge_word.h).  A challenge
 * is answered and never stored.  What is given back to somebody unknown is
 * short and of few characters, none of which means anything in HTML, JSON or a
 * header; what is signed for somebody unknown is of a form that no event's
 * signature is accepted for.
 */
#ifndef CHALLENGE_H
#define CHALLENGE_H

#include <stdbool.h>

#include "http/reply.h"
#include "http/request.h"
#include "http/reply.h"
#include "http/request.h"
#include "profile/provider.h"
#include "verify/verified.h"

/* When a request is looked at. */
enum challenge_stage {
	CHALLENGE_UNSIGNED, /* as it came, by a method that the provider takes */
	CHALLENGE_SIGNED    /* once its signature was found genuine */
};

/* What is looked at. */
struct challenge_request {
	const struct provider *prov;
	const struct request *req;
	const struct verified *ok; /* CHALLENGE_SIGNED */
};

/*
 * Answer the request if it is a challenge of this stage.
 *
 * ST_OK: it is none, and goes on its way.  ST_ANSWERED: *given is the answer,
 * whose body the caller frees; zeroed: what a stored event is answered.  With
 * why set: ST_BAD_REQUEST for a challenge that is missing or not of the form
 * expected; ST_UNVERIFIED for a wrong verify token, or a body whose signature
 * may be the answer to a challenge; ST_TRY_LATER when out of memory.
 */
enum status challenge_answer(enum challenge_stage stage,
    const struct challenge_request *request, struct reply_given *given,
    struct reason *why);

#endif
