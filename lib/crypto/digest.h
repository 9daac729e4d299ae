/*
 * digest.h - hash functions, HMAC, CRC-32 and comparison in constant time.
 *
 * This module does not know providers, headers or files.  It keeps no state,
 * does not read the clock, does not allocate memory, and does not initialise
 * OpenSSL.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* The hash functions that the settings can name. */
enum digest { DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };

#define DIGEST__COUNT     4
#define DIGEST_MAX        64 /* bytes of the longest digest */
#define DIGEST_SHA256_LEN 32

/* Characters of the longest digest in hexadecimal, including a NUL. */
#define DIGEST_TEXT_MAX (2 * DIGEST_MAX + 1)

/*
 * Find a hash function by its name in the settings ("sha256").  False if there
 * is none of that name.
 */
bool digest_find(struct span name, enum digest *md);

/* The name of md in the settings: static, lower case. */
const char *digest_name(enum digest md);

/* Length of md's digests in bytes: 20, 32, 48 or 64. */
size_t digest_len(enum digest md);

/*
 * Hash part[0] || part[1] || ... and write the digest, digest_len(md) bytes, to
 * dst.
 */
void digest_hash(enum digest md, const struct span part[], size_t nparts,
    unsigned char dst[static DIGEST_MAX]);

/*
 * Write the HMAC (RFC 2104) of part[0] || part[1] || ... under key to dst,
 * digest_len(md) bytes.  The parts are hashed one after the other: a signed
 * text such as "v0:" + time + ":" + body needs no copy of the body.  Returns
 * false, and leaves dst alone, if the key is empty.
 */
bool digest_hmac(enum digest md, struct span key, const struct span part[],
    size_t nparts, unsigned char dst[static DIGEST_MAX]);

/*
 * The CRC-32 that zlib, PNG and PayPal use.  It is a checksum and protects
 * nothing: another text with the same CRC-32 is easy to make.
 */
uint32_t digest_crc32(struct span bytes);

/*
 * Compare len bytes, in a time that depends on len alone.  Use this function
 * for secrets and signatures.
 */
bool digest_equal(const void *a, const void *b, size_t len);

#endif
