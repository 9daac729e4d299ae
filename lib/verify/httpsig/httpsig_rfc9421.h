/*
 * httpsig_rfc9421.h - the headers and the signature base of RFC 9421.
 *
 * Reads Signature-Input and Signature, and writes what a label's signature
 * covers.  Decides nothing: whether that is enough, and by which key, is
 * httpsig.h.
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

/* One label: what it covers, and its signature. Views of the headers. */
struct httpsig_rfc9421 {
	struct span label;
	struct sfv_value input; /* the inner list and its parameters */
	struct span signature;  /* base64 */
	struct signed_time created, expires;
	struct span alg; /* NULL pointer: not said */
	bool has_keyid;
	size_t keyid_len;
	unsigned char keyid[HTTPSIG_RFC9421_KEYID_MAX];
};

struct httpsig_rfc9421_set {
	size_t n;
	struct httpsig_rfc9421 item[HTTPSIG_RFC9421_LABELS_MAX];
};

/*
 * Read the values of Signature-Input and Signature, which are borrowed.
 * Labels that are in only one of the two are passed over.  False with why
 * set: either is malformed, a label or a parameter stands there twice, there
 * are too many, or none is in both.
 */
bool httpsig_rfc9421_parse(struct httpsig_rfc9421_set *sigs, struct span input,
    struct span signature, struct reason *why);

/* True if the component called name ("@method", "date") is covered whole. */
bool httpsig_rfc9421_covers(
    const struct httpsig_rfc9421 *sig, const char *name);

/*
 * True if Content-Digest is covered: whole, or a member of it by an algorithm
 * that content_digest.h takes as proof.
 */
bool httpsig_rfc9421_covers_digest(const struct httpsig_rfc9421 *sig);

/*
 * The signature base of sig for msg: malloc'd, *len bytes.  ST_OK: the caller
 * frees *dst.  ST_UNVERIFIED, with why set: the request lacks something of
 * it, or it covers something twice, or what no receiver behind a web server
 * can know ("@status", trailers, single lines of a field).  ST_TRY_LATER: out
 * of memory.
 */
enum status httpsig_rfc9421_base(const struct httpsig_rfc9421 *sig,
    const struct message *msg, char **dst, size_t *len, struct reason *why);

#endif
