/* sig_encode.c - hexadecimal, base64 and base64url. */
#include "sig_encode.h"
#include "base/encode.h"

void
sig_encode(char dst[static SIG_ENCODE_MAX], enum signature_encoding encoding,
    struct span bytes)
{
	static void (*const encode[])(char *dst, struct span src) = {
	    [ENC_HEX] = encode_hex,
	    [ENC_BASE64] = encode_base64,
	    [ENC_BASE64URL] = encode_base64url,
	};

	encode[encoding](dst, bytes);
}
