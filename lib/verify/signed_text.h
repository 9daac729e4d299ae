/*
 * signed_text.h - the schemes whose signatures are over a template's text.
 */
#ifndef SIGNED_TEXT_H
#define SIGNED_TEXT_H

#include "crypto/digest.h"
#include "profile/scheme.h"
#include "profile/secret.h"

/*
 * Signatures over what the profile's templates say: any configured secret against
 * any presented MAC, in a time that does not tell which one fitted, and any
 * public key against any signature of its kind.  A signed time must lie within
 * the profile's tolerance on either side of now.
 */
enum status verify_signed(const struct provider *prov,
    const struct request *req, int64_t now, struct verified *ok,
    struct reason *why);

/*
 * HMACs of text under each of the provider's secrets, for verify_signed() and
 * for `hookdir sign`: mac[i] gets digest_len() bytes.  False when one
 * of them is empty, which secrets.h lets none be.
 */
bool verify_macs(const struct provider *prov, const struct signed_text *text,
    unsigned char mac[static SECRETS_MAX][DIGEST_MAX]);

#endif
