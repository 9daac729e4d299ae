/*
 * msgsig.h - the headers and the signature base of RFC 9421.
 *
 * Reads Signature-Input and Signature, and writes what a label's signature
 * covers.  Decides nothing: whether that is enough, and by which key, is
 * httpsig.h.
 */
#ifndef MSGSIG_H
#define MSGSIG_H

#include <stdbool.h>
#include <stdint.h>

#include "message.h"
#include "sfv.h"
#include "span.h"
#include "status.h"

#define MSGSIG_LABELS_MAX 8
#define MSGSIG_KEYID_MAX  512 /* bytes */

/* One label: what it covers, and its signature. Views of the headers. */
struct msgsig {
	struct span label;
	struct sfv_value input; /* the inner list and its parameters */
	struct span signature;  /* base64 */
	int64_t created;        /* seconds since 1970; -1: not said */
	int64_t expires;        /* the same */
	struct span alg;        /* NULL pointer: not said */
	bool has_keyid;
	size_t keyid_len;
	unsigned char keyid[MSGSIG_KEYID_MAX];
};

struct msgsigs {
	size_t n;
	struct msgsig item[MSGSIG_LABELS_MAX];
};

/*
 * Read the values of Signature-Input and Signature, which are borrowed.
 * Labels that are in only one of the two are passed over.  False with why
 * set: either is malformed, a label or a parameter stands there twice, there
 * are too many, or none is in both.
 */
bool msgsig_parse(struct msgsigs *sigs, struct span input,
    struct span signature, struct reason *why);

/* True if the component called name ("@method", "date") is covered whole. */
bool msgsig_covers(const struct msgsig *sig, const char *name);

/*
 * True if Content-Digest is covered: whole, or a member of it by an algorithm
 * that bodydigest.h takes as proof.
 */
bool msgsig_covers_digest(const struct msgsig *sig);

/*
 * The signature base of sig for msg: malloc'd, *len bytes.  ST_OK: the caller
 * frees *dst.  ST_UNVERIFIED, with why set: the request lacks something of
 * it, or it covers something twice, or what no receiver behind a web server
 * can know ("@status", trailers, single lines of a field).  ST_TRY_LATER: out
 * of memory.
 */
enum status msgsig_base(const struct msgsig *sig, const struct message *msg,
    char **dst, size_t *len, struct reason *why);

#endif
