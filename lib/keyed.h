/*
 * keyed.h - signatures made with a private key over a template's text.
 *
 * Ed25519, ECDSA and RSA where the sender says nothing of the key: what the
 * settings hold is tried.  Requests that name their key are httpsig.h's.
 */
#ifndef KEYED_H
#define KEYED_H

#include "scheme.h"
#include "signature.h"

/* The make of these schemes, see scheme.h: which algorithm they mean. */
bool keyed_make(struct rule *rule, const struct preset *words, const char **key,
    struct reason *why);

/*
 * Any of the provider's keys against any of the keyed signatures, over text.
 * ST_OK: ok says how and by which key.  ST_UNVERIFIED: none fits; why is as it
 * was.  ST_TRY_LATER: out of memory.
 */
enum status keyed_match(const struct provider *prov,
    const struct signatures *sigs, const struct signed_text *text,
    struct verified *ok);

#endif
