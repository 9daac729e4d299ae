/*
 * httpsig.h - the scheme httpsig: HTTP signatures, in both of their forms.
 *
 * The forms are draft-cavage-http-signatures with Digest, and RFC 9421 with
 * Content-Digest.  A request with Signature-Input uses RFC 9421, any other
 * request the drafts' form; the other form is then not tried.
 *
 * httpsig_draft.h and httpsig_rfc9421.h read the signatures; this module
 * decides.  The signature must cover a digest of the body and a time, and the
 * time must be within the tolerance.  Keys and algorithms are those of the
 * settings.
 */
#ifndef HTTPSIG_H
#define HTTPSIG_H

#include "profile/scheme.h"
#include "verify/verified.h"

/* The scheme's make (see scheme.h): checks the settings. */
bool httpsig_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault);

/*
 * The scheme's verify (see scheme.h).  ST_BAD_REQUEST: the digest is that of
 * another body.  The payload is the whole body, and its hash identifies the
 * event: the same body, signed again at another time, is the same event.
 */
enum status verify_httpsig(const struct provider *prov,
    const struct request *req, int64_t now, struct verified *ok,
    struct reason *why);

/* The scheme's text (see scheme.h). */
char *httpsig_text(const struct provider *prov, const struct request *req,
    size_t *len, struct reason *why);

/* The scheme's covered (see scheme.h). */
char *httpsig_covered(const struct profile *profile, const struct request *req);

#endif
