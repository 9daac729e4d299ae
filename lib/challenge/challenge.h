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
#include "profile/provider.h"
#include "verify/verified.h"

/* The methods that the provider's URL takes, for Allow. Static. */
const char *challenge_methods(const struct provider *prov);

/* True if method is one of them. */
bool challenge_takes(const struct provider *prov, struct span method);

/*
 * What comes without a signature, by a method that it takes.  ST_OK: a delivery, to go on with.
 * ST_ANSWERED: *given is the answer; the caller frees its body.  With why set:
 * ST_BAD_REQUEST for a challenge that is missing or not of the
 * form expected; ST_UNVERIFIED for a wrong verify token; ST_TRY_LATER when out
 * of memory.
 */
enum status challenge_unsigned(const struct provider *prov,
    const struct request *req, struct reply_given *given, struct reason *why);

/*
 * What comes signed, once it was found genuine.  ST_OK: an event, to be stored.
 * ST_ANSWERED: *given is the answer or, if it is zeroed, what a stored event is
 * answered.  With why set: ST_BAD_REQUEST for a challenge that is not of the
 * form expected; ST_UNVERIFIED for a body whose signature may be the answer to
 * a challenge; ST_TRY_LATER.
 */
enum status challenge_signed(const struct provider *prov,
    const struct verified *ok, struct reply_given *given, struct reason *why);

#endif
