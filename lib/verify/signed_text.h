/*
 * signed_text.h - the schemes whose signatures cover the text of a template.
 *
 * These are hmac, ed25519, ecdsa, rsa and standard.
 */
#ifndef SIGNED_TEXT_H
#define SIGNED_TEXT_H

#include "crypto/digest.h"
#include "profile/scheme.h"
#include "profile/secret.h"

/*
 * The verify of these schemes (see scheme.h).  Each secret is tried with each
 * MAC, in a time that does not show which one fitted, and each public key with
 * each signature made with a private key.  A signed time must be within the
 * profile's tolerance of now, in either direction.
 */
enum status verify_signed(const struct provider *prov,
    const struct request *req, int64_t now, struct verified *ok,
    struct reason *why);

/*
 * Compute the HMAC of text under each of the provider's secrets; mac[i] gets
 * digest_len() bytes.  For verify_signed() and `hookdir sign`. False if a
 * secret is empty, which secret.h does not allow.
 */
bool verify_macs(const struct provider *prov, const struct signed_text *text,
    unsigned char mac[static SECRETS_MAX][DIGEST_MAX]);

#endif
