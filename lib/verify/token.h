/*
 * token.h - the scheme of a password that is sent with each request.
 */
#ifndef TOKEN_H
#define TOKEN_H

#include "profile/scheme.h"

/*
 * The secret itself, sent as a header: a password, which covers nothing of the
 * body.  Compared in constant time; its length is not given away either.
 */
enum status verify_token(const struct provider *prov, const struct request *req,
    int64_t now, struct verified *ok, struct reason *why);

#endif
