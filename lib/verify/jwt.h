/*
 * jwt.h - the scheme jwt: signed tokens (RFC 7519) whose claims cover a
 * request.
 *
 * A token does not authenticate the body unless one of its claims is a digest
 * of the body.  The setting claims names this claim, and all other claims that
 * must have a certain value.
 */
#ifndef JWT_H
#define JWT_H

#include "profile/scheme.h"
#include "verify/verified.h"

/* The scheme's prepare and make (see scheme.h). */
bool jwt_prepare(
    struct profile *profile, struct preset *words, struct profile_fault *fault);
bool jwt_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault);

/*
 * The scheme's verify (see scheme.h).  If the provider's keys have ids, the
 * token must name its key by kid.  The algorithm must be allowed for that key
 * and by the settings. iat must be within the tolerance, exp must not be past,
 * nbf must not be in the future; iat or exp must be there.  ST_BAD_REQUEST: a
 * claim is the digest of another body.
 */
enum status verify_jwt(const struct provider *prov, const struct request *req,
    int64_t now, struct verified *ok, struct reason *why);

#endif
