/* coding.c - compresses by zlib. */
#include "coding.h"

#define ZLIB_CONST
#include <zlib.h>

#include "../fuzz.h"

#define ZLIB 15
#define GZIP (ZLIB + 16)
#define RAW  (-ZLIB)

static const struct {
	const char *name;
	int bits, level;
} how[CODING_KINDS] = {
    [CODING_GZIP] = {"gzip", GZIP, 6},
    [CODING_DEFLATE] = {"deflate", ZLIB, 6},
    [CODING_MEMBERS] = {"x-gzip", GZIP, 1},
    [CODING_STORED] = {"identity, GZIP", GZIP, 0},
    [CODING_NAMED] = {" gzip ,", GZIP, 9},
    [CODING_RIGHT] = {"br", GZIP, 6},
    [CODING_TWICE] = {"gzip, gzip", GZIP, 6},
    [CODING_TAIL] = {"gzip", GZIP, 6},
    [CODING_CUT] = {"gzip", GZIP, 6},
    [CODING_RAW] = {"deflate", RAW, 6},
    [CODING_OTHER] = {"deflate", GZIP, 6},
};

const char *
coding_name(enum coding coding)
{
	return how[coding].name;
}

static void
pack(enum coding coding, struct span text, struct bytes *dst)
{
	static unsigned char extra[] = "extra", name[] = "a\xff", note[] = "b";
	gz_header head = {.extra = extra,
	    .extra_len = sizeof(extra),
	    .name = name,
	    .comment = note,
	    .hcrc = 1};
	z_stream z = {.next_in = text.ptr, .avail_in = (uInt)text.len};
	unsigned char out[16384];
	int end;

	must(deflateInit2(&z, how[coding].level, Z_DEFLATED, how[coding].bits,
		 8, Z_DEFAULT_STRATEGY) == Z_OK);
	if (coding == CODING_NAMED)
		must(deflateSetHeader(&z, &head) == Z_OK);
	do {
		z.next_out = out;
		z.avail_out = sizeof(out);
		end = deflate(&z, Z_FINISH);
		bytes_add(dst, span_mem(out, sizeof(out) - z.avail_out));
	} while (end == Z_OK);
	must(end == Z_STREAM_END);
	deflateEnd(&z);
}

void
coding_pack(enum coding coding, struct span text, struct bytes *dst)
{
	struct bytes once = {NULL, 0};
	size_t half = coding == CODING_MEMBERS ? text.len / 2 : 0;

	if (coding == CODING_NONE) {
		bytes_add(dst, text);
		return;
	}
	if (half > 0)
		pack(coding, span_mem(text.ptr, half), dst);
	pack(coding, span_skip(text, half), dst);
	if (coding == CODING_TWICE) {
		bytes_add(&once, bytes_span(dst));
		bytes_splice(dst, 0, dst->len, span_str(""));
		pack(coding, bytes_span(&once), dst);
		bytes_free(&once);
	}
	if (coding == CODING_TAIL)
		bytes_put(dst, "{");
	if (coding == CODING_CUT)
		bytes_splice(dst, dst->len - 1, 1, span_str(""));
}
