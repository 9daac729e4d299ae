/* spell.c - hexadecimal, base64 and base64url. */
#include <string.h>

#include "base/encode.h"
#include "spell.h"

void
spell_bytes(char dst[static SPELL_MAX], enum signature_encoding encoding,
    struct span bytes)
{
	if (encoding == ENC_HEX) {
		encode_hex(dst, bytes);
		return;
	}
	if (encoding == ENC_BASE64)
		encode_base64(dst, bytes);
	else
		encode_base64url(dst, bytes);
}

bool
spell_signature(char dst[static SPELL_MAX], const struct profile *profile,
    const char *path, struct span text, struct reason *why)
{
	char base64[PRIVKEY_SIGNATURE_MAX];
	unsigned char bytes[PRIVKEY_SIGNATURE_MAX];
	struct privkey key;
	unsigned alg;
	ptrdiff_t n = 0;

	if (!privkey_read(&key, path, why))
		return false;
	alg = profile->algorithms & key.public.item[0].algorithms;
	if (!sigalg_is_one(alg))
		reason_set(why, "%s: a key of another kind than %s", path,
		    sigalg_name(ALG_NAMES_PLAIN, profile->algorithms));
	else if (privkey_sign(&key, alg, ALG_NAMES_PLAIN, text, base64, why))
		n = decode_base64(bytes, sizeof(bytes), span_str(base64));
	privkey_free(&key);
	if (n <= 0)
		return false;
	spell_bytes(
	    dst, profile->signature_encoding, span_mem(bytes, (size_t)n));
	return true;
}
