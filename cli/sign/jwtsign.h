/*
 * jwtsign.h - signed tokens (JWT) as a sender makes them.
 */
#ifndef JWTSIGN_H
#define JWTSIGN_H

#include <stdbool.h>

#include "base/status.h"
#include "signing_input.h"

/*
 * Add the token's header: the claims of the settings, and iat.  False: why is
 * set.
 */
bool jwtsign_add(const struct signing_request *sign, struct reason *why);

#endif
