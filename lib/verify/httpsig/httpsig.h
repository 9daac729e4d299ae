/*
 * httpsig.h - the scheme of HTTP signatures, in both of its forms.
 *
 * draft-cavage-http-signatures with Digest, and RFC 9421 with Content-Digest.
 * Which one a request uses is told by whether it has Signature-Input, and then
 * it is that one or nothing.  What httpsig_draft.h and httpsig_rfc9421.h read is here judged:
 * a digest of the body and a time must be among what is signed, the time must
 * be near, and key and algorithm are the settings' choice.
 */
#ifndef HTTPSIG_H
#define HTTPSIG_H

#include "profile/scheme.h"
#include "verify/verified.h"

/* The scheme's make, see scheme.h: which settings it knows and which not. */
bool httpsig_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault);

/*
 * The scheme's verify, see scheme.h.  ST_BAD_REQUEST: the digest is that of
 * another body.  The payload is the whole body, and identity is its hash: the
 * same body signed again at another time is the same event.
 */
enum status verify_httpsig(const struct provider *prov,
    const struct request *req, int64_t now, struct verified *ok,
    struct reason *why);

/* The scheme's text, see scheme.h. */
char *httpsig_text(const struct provider *prov, const struct request *req,
    size_t *len, struct reason *why);

#endif
