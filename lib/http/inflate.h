/*
 * inflate.h - takes the compression off a body, for senders that compress a
 * body after they have signed it.
 *
 * Anybody can send such a body, and a small one can become a large one.  So what
 * comes out is bounded by max_body, and by INFLATE_RATIO times what came in; it
 * goes into the spool like any large body, and takes no more memory than one.
 * No byte is decoded twice.
 */
#ifndef INFLATE_H
#define INFLATE_H

#include "base/status.h"
#include "http/request.h"
#include "http/spool.h"

/*
 * A body may become so many times as large, or INFLATE_FREE bytes, if that is
 * more.  Deflate itself can do 1032 times; text and JSON become 5 to 20 times as
 * large, and a list of equal records 100 times.
 */
#define INFLATE_RATIO 200UL
#define INFLATE_FREE  (1UL << 20)
/* Parts that a body in gzip may consist of: RFC 1952, section 2.2. */
#define INFLATE_MEMBERS 1024

/*
 * Decode the body of raw into *plain, which is otherwise the same request: it
 * borrows the environment, owns its body, and names the coding in
 * plain->decoded.  Content-Encoding must be gzip, x-gzip or deflate (RFC 9110,
 * section 8.4.1).  If there is no such header, if it says identity, or if the
 * body is empty, *plain is zeroed and raw is what the sender meant.
 *
 * max is the setting max_body.  spool is as for request_read().
 *
 * ST_OK: the caller frees *plain by request_free().  With any other status, why
 * is set and *plain is zeroed:
 *
 *	ST_BAD_REQUEST	another coding, or several; bytes that are not of this
 *			coding, wrong check sums, an end that is missing, bytes
 *			after the end, or more than INFLATE_MEMBERS parts
 *	ST_TOO_LARGE	more bytes than the limits allow
 *	ST_TRY_LATER	out of memory, or the spool failed
 */
enum status inflate_request(struct request *plain, const struct request *raw,
    size_t max, struct spool *spool, struct reason *why);

#endif
