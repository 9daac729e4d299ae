/*
 * unpacked.h - the body of a request without its compression.
 *
 * The receiver decompresses a body if the entry says "decompress" and the
 * request says Content-Encoding.  To find out what was signed, explain looks at
 * both bodies, whatever the entry says, and also where the header was lost.
 */
#ifndef UNPACKED_H
#define UNPACKED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "http/request.h"

struct unpacked {
	struct request req; /* owns its body */
	struct span body;   /* NULL pointer: it has no other one */
	const char *coding; /* of the other one: "gzip" */
	bool named;         /* Content-Encoding says that it is compressed */
	enum status status; /* what the receiver says of the compression */
	struct reason why;  /* if that is not ST_OK */
};

/* Decode the body of raw, at most max bytes; freed by unpacked_free(). */
void unpacked_make(struct unpacked *dst, const struct request *raw, size_t max);

/* Free it.  Harmless on a zeroed one. */
void unpacked_free(struct unpacked *unpacked);

#endif
