/*
 * inflate.c - any bytes as a compressed body: what comes out is what zlib makes
 * of them in one call, and never more than the limits allow.
 */
#define ZLIB_CONST
#include <zlib.h>

#include "fuzz.h"
#include "http/inflate.h"

#define MAX 50000UL /* max_body */

/* What one call of zlib makes of the first part; false if it is not whole. */
static bool
first_part(struct span text, int bits, unsigned char *dst, size_t *len)
{
	z_stream z = {.next_in = text.ptr, .avail_in = (uInt)text.len};
	bool ok;

	must(inflateInit2(&z, bits) == Z_OK);
	z.next_out = dst;
	z.avail_out = (uInt)MAX;
	ok = inflate(&z, Z_FINISH) == Z_STREAM_END;
	*len = MAX - z.avail_out;
	inflateEnd(&z);
	return ok;
}

static void
try_coding(const char *header, int bits, struct span text)
{
	static unsigned char want[MAX];
	static char variable[64];
	static char *env[] = {variable, NULL};
	struct request raw = {.env = env, .body = text}, plain;
	struct reason why = {""};
	enum status st;
	size_t len;

	snprintf(
	    variable, sizeof(variable), "HTTP_CONTENT_ENCODING=%s", header);
	st = inflate_request(&plain, &raw, MAX, NULL, &why);
	must(st == ST_OK || st == ST_BAD_REQUEST || st == ST_TOO_LARGE);
	must((st == ST_OK) == (why.text[0] == '\0'));
	if (st == ST_OK && text.len > 0) {
		must(plain.body.len <= MAX);
		must(first_part(text, bits, want, &len));
		must(len <= plain.body.len);
		must(len == 0 || memcmp(want, plain.body.ptr, len) == 0);
	}
	must(plain.env != NULL ? st == ST_OK : plain.body.len == 0);
	request_free(&plain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_mem(data, size);

	try_coding("gzip", 31, text);
	try_coding("deflate", 15, text);
	return 0;
}
