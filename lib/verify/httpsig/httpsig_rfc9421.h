/*
 * httpsig_rfc9421.h - the headers and the signature base of RFC 9421.
 *
 * Reads Signature-Input and Signature, and writes the text that the signature
 * of a label covers.  Does not decide whether that is enough, or which key is
 * right: see httpsig.h.
 */
#ifndef HTTPSIG_RFC9421_H
#define HTTPSIG_RFC9421_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "http/message.h"
#include "parse/sfv.h"
#include "verify/signed_time.h"

#define HTTPSIG_RFC9421_LABELS_MAX 8
#define HTTPSIG_RFC9421_KEYID_MAX  512 /* bytes */

/* One label: what it covers, and its signature.  Views of the headers. */
struct httpsig_rfc9421 {
	struct span label;
	struct sfv_value input; /* the inner list and its parameters */
	struct span signature;  /* base64 */
	struct signed_time created, expires;
	struct span alg; /* NULL pointer: missing */
	bool has_keyid;
	size_t keyid_len;
	unsigned char keyid[HTTPSIG_RFC9421_KEYID_MAX];
};

struct httpsig_rfc9421_set {
	size_t n;
	struct httpsig_rfc9421 item[HTTPSIG_RFC9421_LABELS_MAX];
};

/*
 * Read the values of Signature-Input and Signature, which are borrowed.  A
 * label that is in only one of them is skipped.  False, with why set: either
 * value is malformed, a label or a parameter occurs twice, there are too many
 * labels, or no label is in both.
 */
bool httpsig_rfc9421_parse(struct httpsig_rfc9421_set *sigs, struct span input,
    struct span signature, struct reason *why);

/*
 * True if the signature covers the component called name ("@method", "date") as
 * a whole.
 */
bool httpsig_rfc9421_covers(
    const struct httpsig_rfc9421 *sig, const char *name);

/*
 * True if the signature covers Content-Digest as a whole, or a member of it
 * whose algorithm counts (content_digest.h).
 */
bool httpsig_rfc9421_covers_digest(const struct httpsig_rfc9421 *sig);

/*
 * Make the signature base of sig for msg (section 2.5): malloc'd, *len bytes.
 * ST_OK: the caller frees *dst.  ST_UNVERIFIED, with why set: the request does
 * not have something that is covered, a component is covered twice, or a
 * component is covered that no program behind a web server can know ("@status",
 * trailers, single lines of a field).  ST_TRY_LATER: out of memory.
 */
enum status httpsig_rfc9421_base(const struct httpsig_rfc9421 *sig,
    const struct message *msg, char **dst, size_t *len, struct reason *why);

#endif
