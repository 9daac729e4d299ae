/* token.h - the scheme token: a password in a header. */
#ifndef TOKEN_H
#define TOKEN_H

#include "profile/scheme.h"

/*
 * The scheme's verify (see scheme.h).  The header contains the secret itself,
 * and covers nothing of the body.  The comparison takes a constant time, so it
 * shows neither the secret nor its length.
 */
enum status verify_token(const struct provider *prov, const struct request *req,
    int64_t now, struct verified *ok, struct reason *why);

#endif
