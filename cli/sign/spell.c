/* spell.c - hexadecimal, base64 and base64url. */
#include <string.h>

#include "crypto/digest.h"
#include "spell.h"

void
spell_bytes(char dst[static SPELL_MAX], enum signature_encoding encoding,
    struct span bytes)
{
	if (encoding == ENC_HEX) {
		digest_hex(dst, bytes);
		return;
	}
	digest_base64(dst, bytes);
	if (encoding == ENC_BASE64)
		return;
	for (char *c = dst; *c != '\0'; c++) {
		if (*c == '+')
			*c = '-';
		else if (*c == '/')
			*c = '_';
		else if (*c == '=')
			*c = '\0';
	}
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
		n = digest_unbase64(bytes, sizeof(bytes), span_str(base64));
	privkey_free(&key);
	if (n <= 0)
		return false;
	spell_bytes(
	    dst, profile->signature_encoding, span_mem(bytes, (size_t)n));
	return true;
}
