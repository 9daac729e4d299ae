/* digest.c - hashes and MACs by OpenSSL's EVP; strict decoders. */
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "digest.h"

static const struct {
	const char *name;
	char evp[8];
	size_t len;
} row[DIGEST__COUNT] = {
    [DIGEST_SHA1] = {"sha1", "SHA1", 20},
    [DIGEST_SHA256] = {"sha256", "SHA256", DIGEST_SHA256_LEN},
    [DIGEST_SHA384] = {"sha384", "SHA384", 48},
    [DIGEST_SHA512] = {"sha512", "SHA512", DIGEST_MAX},
};

bool
digest_find(struct span name, enum digest *md)
{
	for (int i = 0; i < DIGEST__COUNT; i++) {
		if (span_is(name, row[i].name)) {
			*md = (enum digest)i;
			return true;
		}
	}
	return false;
}

const char *
digest_name(enum digest md)
{
	return row[md].name;
}

size_t
digest_len(enum digest md)
{
	return row[md].len;
}

bool
digest_hash(enum digest md, const struct span part[], size_t nparts,
    unsigned char dst[static DIGEST_MAX])
{
	EVP_MD *type = EVP_MD_fetch(NULL, row[md].evp, NULL);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = false;

	if (type == NULL || ctx == NULL || !EVP_DigestInit_ex(ctx, type, NULL))
		goto out;
	for (size_t i = 0; i < nparts; i++) {
		if (!EVP_DigestUpdate(ctx, part[i].ptr, part[i].len))
			goto out;
	}
	ok = EVP_DigestFinal_ex(ctx, dst, NULL) == 1;
out:
	EVP_MD_CTX_free(ctx);
	EVP_MD_free(type);
	return ok;
}

bool
digest_hmac(enum digest md, struct span key, const struct span part[],
    size_t nparts, unsigned char dst[static DIGEST_MAX])
{
	EVP_MAC *type = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *ctx = type == NULL ? NULL : EVP_MAC_CTX_new(type);
	char name[sizeof(row[md].evp)];
	OSSL_PARAM param[] = {
	    OSSL_PARAM_utf8_string("digest", name, 0),
	    OSSL_PARAM_END,
	};
	size_t len = 0;
	bool ok = false;

	memcpy(name, row[md].evp, sizeof(name)); /* OSSL_PARAM is not const */
	if (ctx == NULL || key.len == 0 ||
	    !EVP_MAC_init(ctx, key.ptr, key.len, param))
		goto out;
	for (size_t i = 0; i < nparts; i++) {
		if (!EVP_MAC_update(ctx, part[i].ptr, part[i].len))
			goto out;
	}
	ok = EVP_MAC_final(ctx, dst, &len, DIGEST_MAX) == 1 &&
	     len == row[md].len;
out:
	EVP_MAC_CTX_free(ctx);
	EVP_MAC_free(type);
	return ok;
}

uint32_t
digest_crc32(struct span bytes)
{
	uint32_t crc = ~(uint32_t)0;

	for (size_t i = 0; i < bytes.len; i++) {
		crc ^= bytes.ptr[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0xedb88320U & -(crc & 1));
	}
	return ~crc;
}

bool
digest_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

static int
hex_value(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
digest_unhex(unsigned char *dst, size_t len, struct span text)
{
	if (text.len != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		int high = hex_value(text.ptr[2 * i]);
		int low = hex_value(text.ptr[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		dst[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

/* The six bits of c; *url becomes 1 or 0 where c tells the alphabets apart. */
static int
base64_value(unsigned char c, int *url)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c != '+' && c != '/' && c != '-' && c != '_')
		return -1;
	if (*url == (c == '+' || c == '/'))
		return -1; /* the other alphabet was used before */
	*url = c == '-' || c == '_';
	return c == '+' || c == '-' ? 62 : 63;
}

ptrdiff_t
digest_unbase64(unsigned char *dst, size_t room, struct span text)
{
	size_t n = 0, padding = 0;
	unsigned long bits = 0;
	unsigned nbits = 0;
	int url = -1;

	while (text.len > 0 && padding < 2 && text.ptr[text.len - 1] == '=') {
		text.len--;
		padding++;
	}
	if (text.len % 4 == 1 || (padding > 0 && (text.len + padding) % 4 != 0))
		return -1;
	for (size_t i = 0; i < text.len; i++) {
		int six = base64_value(text.ptr[i], &url);

		if (six < 0)
			return -1;
		bits = (bits << 6 | (unsigned)six) & 0xffffff;
		nbits += 6;
		if (nbits < 8)
			continue;
		if (n == room)
			return -1;
		nbits -= 8;
		dst[n++] = (unsigned char)(bits >> nbits);
	}
	if ((bits & ((1UL << nbits) - 1)) != 0)
		return -1;
	return (ptrdiff_t)n;
}

bool
digest_decode(unsigned char *dst, size_t len, struct span text)
{
	if (text.len == 2 * len)
		return digest_unhex(dst, len, text);
	return digest_unbase64(dst, len, text) == (ptrdiff_t)len;
}

void
digest_hex(char *dst, struct span src)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < src.len; i++) {
		*dst++ = digit[src.ptr[i] >> 4];
		*dst++ = digit[src.ptr[i] & 15];
	}
	*dst = '\0';
}

void
digest_base64(char *dst, struct span src)
{
	EVP_EncodeBlock((unsigned char *)dst, src.ptr, (int)src.len);
}
