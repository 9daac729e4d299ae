/*
 * jwt.h - the scheme of signed tokens (RFC 7519) whose claims cover a request.
 *
 * A token proves who made it, not what it came with: it takes a claim with a
 * digest of the body, which the settings name, as they name every other claim
 * that must be so and not otherwise.
 */
#ifndef JWT_H
#define JWT_H

#include "profile/scheme.h"
#include "verify/verified.h"

/* The scheme's prepare and make, see scheme.h. */
bool jwt_prepare(
    struct profile *profile, struct preset *words, struct profile_fault *fault);
bool jwt_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault);

/*
 * The scheme's verify, see scheme.h.  The key is one of the provider's, by the
 * token's kid where keys have names; the algorithm must be one of that key and
 * of the settings.  iat must be near, exp not past, nbf not ahead; one of iat
 * and exp must be there.  ST_BAD_REQUEST: the digest is that of another body.
 */
enum status verify_jwt(const struct provider *prov, const struct request *req,
    int64_t now, struct verified *ok, struct reason *why);

#endif
