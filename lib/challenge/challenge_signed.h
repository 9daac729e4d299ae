/*
 * challenge_signed.h - challenges in a body that was found genuine.
 *
 * For challenge.c alone; results are challenge_answer()'s.
 */
#ifndef CHALLENGE_SIGNED_H
#define CHALLENGE_SIGNED_H

#include "http/reply.h"
#include "profile/provider.h"
#include "verify/verified.h"

enum status challenge_signed(const struct provider *prov,
    const struct verified *ok, struct reply_given *given, struct reason *why);

#endif
