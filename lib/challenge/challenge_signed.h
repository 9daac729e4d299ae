/*
 * challenge_signed.h - answers challenges whose signature was verified.
 *
 * For challenge.c alone.  Results are those of challenge_answer().
 */
#ifndef CHALLENGE_SIGNED_H
#define CHALLENGE_SIGNED_H

#include "http/reply.h"
#include "profile/provider.h"
#include "verify/verified.h"

enum status challenge_signed(const struct provider *prov,
    const struct verified *ok, struct reply_given *given, struct reason *why);

#endif
