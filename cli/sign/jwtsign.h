/*
 * jwtsign.h - signed tokens as a sender makes them.
 */
#ifndef JWTSIGN_H
#define JWTSIGN_H

#include "httpsign.h"

/*
 * Add the token's header: the claims of the settings, and iat.  False: why is
 * set.
 */
bool jwtsign_add(const struct httpsign *sign, struct reason *why);

#endif
