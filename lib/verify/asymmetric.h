/*
 * asymmetric.h - signatures made with a private key over a template's text.
 *
 * For the schemes ed25519, ecdsa, rsa and standard.  The request does not say
 * which key was used, so all keys of the settings are tried.  With
 * certificates, the request has the URL of the certificate.  For requests that
 * name a key, see httpsig.h and jwt.h.
 */
#ifndef ASYMMETRIC_H
#define ASYMMETRIC_H

#include "profile/scheme.h"
#include "profile/signature.h"
#include "verify/verified.h"

/* The make of these schemes (see scheme.h): determines the algorithm. */
bool asymmetric_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault);

/* The keys that are tried for one request. */
struct asymmetric {
	const struct provider *prov;
	const struct keys *keys; /* NULL: no keys */
	struct span id;          /* the URL of a certificate, or empty */
	char *owned;             /* malloc'd: id is a view of it */
};

/*
 * Find the keys for a request at the time now, in seconds since 1970.  The
 * caller has set asymmetric->prov.  The keys are those of the provider or, with
 * certificates, the key of the certificate at the URL that the request names,
 * which the profile must allow.
 *
 * ST_OK: the caller gives the keys back by asymmetric_put().  ST_UNVERIFIED and
 * ST_TRY_LATER, with why set; if the certificate is not known, ok->lacks_key
 * and ok->key (its URL) are set too, so that it can be fetched.
 */
enum status asymmetric_get(struct asymmetric *asymmetric,
    const struct request *req, int64_t now, struct verified *ok,
    struct reason *why);

/* Give the keys back.  Harmless on a zeroed one. */
void asymmetric_put(struct asymmetric *asymmetric);

/*
 * Try each key with each signature that was made with a private key, over text.
 * ST_OK: ok says by which algorithm and key.  ST_UNVERIFIED: none fits.
 * ST_TOO_LARGE: see signed_text_whole().  ST_TRY_LATER: out of memory.
 */
enum status asymmetric_match(const struct asymmetric *asymmetric,
    unsigned algorithms, const struct signatures *sigs,
    const struct signed_text *text, struct verified *ok);

#endif
