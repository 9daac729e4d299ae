/*
 * request_file.h - a request in a file, as HTTP writes it.
 *
 *	POST /hooks/coral HTTP/1.1
 *	Hookdir-Held: 2026-11-21T20:30:00.123456Z
 *	Hookdir-Reason: no signature fits: wrong secret (1 configured)
 *	Content-Type: application/json
 *	Content-Length: 357
 *	X-Coral-Signature: sha256=0441...
 *
 *	{...the 357 bytes...}
 *
 * The receiver writes it so for what hold.h keeps, and reads it back as the
 * request that it was, to be judged again.  A request that people saved by
 * other means is read as well: without the first line or Hookdir's own, and
 * with lines that end in CR LF.
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

#define REQUEST_FILE_HEAD_MAX    (64UL * 1024) /* bytes of all that is not body */
#define REQUEST_FILE_HEADERS_MAX 200

/* Has pointers into itself: not copied. */
struct request_file {
	struct request req; /* body is a view of the text that was read */
	size_t n;           /* variables in env */
	/* What req.env is: method, target and headers; each malloc'd. */
	char *env[2 + REQUEST_FILE_HEADERS_MAX + 1];
	/* What Content-Length says, or -1; it need not be the body's. */
	long long length;
	bool dated;              /* the file says when it arrived: */
	struct timespec arrived; /* UTC */
	struct span reason;      /* why it was refused; a view, may be empty */
};

/*
 * Read a request from text, which must outlive *saved.  An event file counts
 * as a request that arrived at its Ce-Time.  True: the caller frees *saved by
 * request_file_free().  False, with why set: it is not of this form, its head is
 * larger than the limits above, or out of memory.
 */
bool request_file_read(
    struct request_file *saved, struct span text, struct reason *why);

/*
 * True if a request that was read is whole: it says when it arrived, and is as
 * long as it says.  What was being written at a power cut may not be.
 */
bool request_file_whole(const struct request_file *saved);

/* Harmless on a zeroed one. */
void request_file_free(struct request_file *saved);

/* When a delivery was refused, and why. */
struct refusal {
	const struct timespec *at;
	const struct reason *reason;
};

/*
 * Write all of req but its body, with the empty line: malloc'd, *len bytes.
 *
 * Passwords are left out: cookies, credentials and whatever has a name of that
 * kind, unless it is where profile, which must be of a storable scheme, finds its
 * signature; and the query, where the profile does not cover it.  So are headers
 * with control bytes in them, which no signature covers.
 *
 * NULL with why set: larger than REQUEST_FILE_HEAD_MAX, or out of memory.
 */
char *request_file_head(const struct request *req,
    const struct profile *profile, const struct refusal *refusal, size_t *len,
    struct reason *why);

#endif
