/*
 * request_file.h - reads and writes a request as a file, in the form of HTTP.
 *
 *	POST /hooks/coral HTTP/1.1
 *	Hookdir-Held: 2026-11-21T20:30:00.123456Z
 *	Hookdir-Reason: no signature fits: wrong secret (1 configured)
 *	Content-Type: application/json
 *	Content-Length: 357
 *	X-Coral-Signature: sha256=0441...
 *	Hookdir-Left-Out: Authorization, X-Api-Token
 *
 *	{...the 357 bytes...}
 *
 * hold.h keeps rejected deliveries in this form.  Read back, such a file is the
 * same request again, so that it can be verified once more.  A request that
 * somebody saved by other means can be read too: the first line and the
 * Hookdir- headers may be missing, and lines may end in CR LF.
 */
#ifndef REQUEST_FILE_H
#define REQUEST_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/span.h"
#include "base/status.h"
#include "http/request.h"
#include "profile/profile.h"
#include "profile/provider.h"

/* Bytes of everything before the body. */
#define REQUEST_FILE_HEAD_MAX    (64UL * 1024)
#define REQUEST_FILE_HEADERS_MAX 512
/* Most names in Hookdir-Left-Out; then it ends in ", and others". */
#define REQUEST_FILE_LEFT_OUT_MAX 16

/* Must not be copied: it has pointers into itself. */
struct request_file {
	struct request req; /* body is a view of the text that was read */
	size_t n;           /* variables in env */
	/* req.env: the method, the target and the headers; each malloc'd. */
	char *env[2 + REQUEST_FILE_HEADERS_MAX + 1];
	/* The value of Content-Length, or -1; the body may be shorter. */
	long long length;
	bool dated;              /* true if the file says when it arrived: */
	struct timespec arrived; /* UTC */
	/* Why the delivery was rejected; a view of the text, may be empty. */
	struct span reason;
	/*
	 * The names of headers that came, and are not in the file because they
	 * may be passwords: "Authorization, X-Api-Token".  Empty if there are
	 * none, or if hookdir did not write the file; a view of the text.
	 */
	struct span left_out;
};

/*
 * Read a request from text, which must outlive *saved.  An event file is read
 * as the request that it was made from, with the target and the headers that it
 * had: see event_headers.h.  It arrived at its Hookdir-Received, or else at its
 * Ce-Time.  True: the caller frees *saved with
 * request_file_free().  False, with why set: the text does not have this form,
 * its head exceeds one of the limits above, or memory is lacking.
 */
bool request_file_read(
    struct request_file *saved, struct span text, struct reason *why);

/*
 * True if a request that was read is complete: the file says when it arrived,
 * and the body is as long as Content-Length says.  After a power cut, the file
 * of a held delivery may be incomplete.
 */
bool request_file_whole(const struct request_file *saved);

/* Wipe and free what *saved owns.  Harmless on a zeroed one. */
void request_file_free(struct request_file *saved);

/* When a delivery was rejected, and why; and what is kept of it. */
struct refusal {
	const struct timespec *at;
	const struct reason *reason;
	const struct hold_terms *terms; /* of these, only the headers count */
	bool keep_query, keep_address;  /* the event would have them */
};

/*
 * Write everything of req but its body, and the empty line.  The result is
 * malloc'd and *len bytes long.
 *
 * What may contain a password is left out: cookies, credentials and headers
 * with such a name, whose names are written instead; and the query, unless the
 * signature covers it or refusal->keep_query is set.  Headers that profile names, for the signature, the id
 * and so on, stay, and so do those of refusal->terms, and those that an HTTP
 * signature of the request claims to cover, unless they always contain a
 * password.  The scheme of profile must be storable.  Headers with control
 * bytes are left out too; no signature covers them.
 *
 * NULL with why set: more bytes or headers than request_file_read() takes, or
 * out of memory.
 */
char *request_file_head(const struct request *req,
    const struct profile *profile, const struct refusal *refusal, size_t *len,
    struct reason *why);

#endif
