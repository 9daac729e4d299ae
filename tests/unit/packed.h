/* packed.h - bytes as senders compress them. */
#ifndef PACKED_H
#define PACKED_H

#define ZLIB_CONST
#include <zlib.h>

#include "sandbox.h"

enum packed_as { PACKED_ZLIB = 15, PACKED_GZIP = 31, PACKED_RAW = -15 };

/* Put text, compressed, into dst, which has room for it.  Returns its length. */
static inline size_t
packed(unsigned char *dst, size_t room, struct span text, enum packed_as as)
{
	z_stream z = {.next_in = text.ptr, .avail_in = (uInt)text.len};

	if (deflateInit2(&z, 9, Z_DEFLATED, as, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		sandbox_die("deflateInit2");
	z.next_out = dst;
	z.avail_out = (uInt)room;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		sandbox_die("deflate");
	deflateEnd(&z);
	return room - z.avail_out;
}

#endif
