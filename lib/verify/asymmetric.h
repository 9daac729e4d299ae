/*
 * asymmetric.h - signatures made with a private key over a template's text.
 *
 * Ed25519, ECDSA and RSA where the sender says nothing of the key: what the
 * settings hold is tried.  Requests that name their key are httpsig.h's.
 */
#ifndef ASYMMETRIC_H
#define ASYMMETRIC_H

#include "profile/scheme.h"
#include "profile/signature.h"
#include "verify/verified.h"

/* The make of these schemes, see scheme.h: which algorithm they mean. */
bool asymmetric_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault);

/* The keys to try for one request. */
struct asymmetric {
	const struct provider *prov;
	const struct keys *keys; /* NULL: none */
	struct span id;          /* of a certificate: its URL, else empty */
	char *owned;             /* malloc'd: what id is a view of */
};

/*
 * Find the keys for a request at the time now: those of the provider, which
 * the caller has set, or the one of
 * the certificate that the request names, at a URL that the profile allows.
 *
 * ST_OK: the caller gives them back by asymmetric_put().  ST_UNVERIFIED and
 * ST_TRY_LATER with why set, and ok->lacks_key and ok->key where a certificate
 * has to be fetched.
 */
enum status asymmetric_get(struct asymmetric *asymmetric,
    const struct request *req, int64_t now, struct verified *ok,
    struct reason *why);

/* Harmless on a zeroed one. */
void asymmetric_put(struct asymmetric *asymmetric);

/*
 * Any of the keys against any of the asymmetric signatures, over text.  ST_OK: ok
 * says how and by which key.  ST_UNVERIFIED: none fits.  ST_TOO_LARGE: see
 * signed_text_whole().  ST_TRY_LATER: out of memory.
 */
enum status asymmetric_match(const struct asymmetric *asymmetric,
    unsigned algorithms, const struct signatures *sigs,
    const struct signed_text *text, struct verified *ok);

#endif
