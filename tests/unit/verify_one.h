/*
 * verify_one.h - one signature over one text.
 */
#ifndef VERIFY_ONE_H
#define VERIFY_ONE_H

#include "crypto/sigalg.h"

static inline enum status
verify_one(unsigned alg, enum alg_names names, const struct pubkey *key,
    struct span all, struct span sig)
{
	struct sigalg_text text = sigalg_text_of(&all, 1);

	text.whole = all;
	return sigalg_verify(alg, names, key, &text, sig);
}

#endif
