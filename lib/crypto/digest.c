/*
 * digest.c - hashes by functions of libcrypto, and HMAC.
 *
 * This file uses the low-level functions of OpenSSL and not EVP.  EVP first
 * reads a configuration and sets up its providers, which takes a CGI process
 * longer than everything else it does.  The low-level functions are deprecated,
 * but EVP calls the same code.
 */
/* the version before their deprecation */
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "crypto/digest.h"

#define BLOCK_MAX SHA512_CBLOCK

static const struct {
	const char *name;
	size_t len, block; /* bytes */
} row[DIGEST__COUNT] = {
    [DIGEST_SHA1] = {"sha1", SHA_DIGEST_LENGTH, SHA_CBLOCK},
    [DIGEST_SHA256] = {"sha256", DIGEST_SHA256_LEN, SHA256_CBLOCK},
    [DIGEST_SHA384] = {"sha384", SHA384_DIGEST_LENGTH, SHA512_CBLOCK},
    [DIGEST_SHA512] = {"sha512", DIGEST_MAX, SHA512_CBLOCK},
};

/* A hash that is being computed. */
struct hash {
	enum digest md;
	union {
		SHA_CTX sha1;
		SHA256_CTX sha256;
		SHA512_CTX sha512; /* for SHA-384 too */
	} ctx;
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

/* The functions of OpenSSL below cannot fail: they always return 1. */
static void
begin(struct hash *h, enum digest md)
{
	h->md = md;
	switch (md) {
	case DIGEST_SHA1:
		SHA1_Init(&h->ctx.sha1);
		break;
	case DIGEST_SHA256:
		SHA256_Init(&h->ctx.sha256);
		break;
	case DIGEST_SHA384:
		SHA384_Init(&h->ctx.sha512);
		break;
	case DIGEST_SHA512:
		SHA512_Init(&h->ctx.sha512);
		break;
	}
}

static void
add(struct hash *h, struct span bytes)
{
	switch (h->md) {
	case DIGEST_SHA1:
		SHA1_Update(&h->ctx.sha1, bytes.ptr, bytes.len);
		break;
	case DIGEST_SHA256:
		SHA256_Update(&h->ctx.sha256, bytes.ptr, bytes.len);
		break;
	case DIGEST_SHA384:
		SHA384_Update(&h->ctx.sha512, bytes.ptr, bytes.len);
		break;
	case DIGEST_SHA512:
		SHA512_Update(&h->ctx.sha512, bytes.ptr, bytes.len);
		break;
	}
}

static void
add_parts(struct hash *h, const struct span part[], size_t nparts)
{
	for (size_t i = 0; i < nparts; i++)
		add(h, part[i]);
}

/* Write the digest to dst, and wipe the state. */
static void
finish(struct hash *h, unsigned char *dst)
{
	switch (h->md) {
	case DIGEST_SHA1:
		SHA1_Final(dst, &h->ctx.sha1);
		break;
	case DIGEST_SHA256:
		SHA256_Final(dst, &h->ctx.sha256);
		break;
	case DIGEST_SHA384:
		SHA384_Final(dst, &h->ctx.sha512);
		break;
	case DIGEST_SHA512:
		SHA512_Final(dst, &h->ctx.sha512);
		break;
	}
	OPENSSL_cleanse(&h->ctx, sizeof(h->ctx));
}

void
digest_hash(enum digest md, const struct span part[], size_t nparts,
    unsigned char dst[static DIGEST_MAX])
{
	struct hash h;

	begin(&h, md);
	add_parts(&h, part, nparts);
	finish(&h, dst);
}

/*
 * The key as a block of RFC 2104: the key itself, or its hash if it is longer
 * than a block.
 */
static void
make_block(enum digest md, struct span key, unsigned char *block)
{
	memset(block, 0, BLOCK_MAX);
	if (key.len > row[md].block)
		digest_hash(md, &key, 1, block);
	else
		memcpy(block, key.ptr, key.len);
}

bool
digest_hmac(enum digest md, struct span key, const struct span part[],
    size_t nparts, unsigned char dst[static DIGEST_MAX])
{
	/* The bytes of the two pads in RFC 2104. */
	const unsigned char inner = 0x36, outer = 0x5c;
	unsigned char block[BLOCK_MAX];
	struct span pad = span_mem(block, row[md].block);
	struct hash h;

	if (key.len == 0)
		return false;
	make_block(md, key, block);
	for (size_t i = 0; i < pad.len; i++)
		block[i] ^= inner;
	begin(&h, md);
	add(&h, pad);
	add_parts(&h, part, nparts);
	finish(&h, dst);
	for (size_t i = 0; i < pad.len; i++)
		block[i] ^= inner ^ outer;
	begin(&h, md);
	add(&h, pad);
	add(&h, span_mem(dst, row[md].len));
	finish(&h, dst);
	OPENSSL_cleanse(block, sizeof(block));
	return true;
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
