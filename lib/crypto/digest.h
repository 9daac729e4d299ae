/*
 * digest.h - hashes and MACs; the arithmetic of signatures.
 *
 * Nothing here knows a provider, a header or a file.  Callers pass bytes in
 * and get bytes out; nothing is kept, and nothing here reads the clock,
 * allocates, or has OpenSSL initialised.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* The hash functions a provider may name. */
enum digest { DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };

#define DIGEST__COUNT     4
#define DIGEST_MAX        64 /* bytes in the longest digest */
#define DIGEST_SHA256_LEN 32

/* Characters of a digest in hexadecimal, NUL counted. */
#define DIGEST_TEXT_MAX (2 * DIGEST_MAX + 1)

/* Find a digest by its settings name ("sha256"); false if there is none. */
bool digest_find(struct span name, enum digest *md);

/* Settings name of md: static, lower case. */
const char *digest_name(enum digest md);

/* Bytes in one digest of md: 20, 32, 48 or 64. */
size_t digest_len(enum digest md);

/*
 * Hash part[0] || part[1] || ... into dst, which gets digest_len(md) bytes.
 */
void digest_hash(enum digest md, const struct span part[], size_t nparts,
    unsigned char dst[static DIGEST_MAX]);

/*
 * HMAC of part[0] || part[1] || ... under key, into dst (digest_len(md)
 * bytes).  The parts are hashed one after the other, so that a signed string
 * such as "v0:" + time + ":" + body needs no copy of the body.  The key may
 * not be empty: false then, and dst is left alone.
 */
bool digest_hmac(enum digest md, struct span key, const struct span part[],
    size_t nparts, unsigned char dst[static DIGEST_MAX]);

/* The CRC-32 of zlib, PNG and PayPal: a checksum, and no more than that. */
uint32_t digest_crc32(struct span bytes);

/* Compare len bytes in a time that depends on len alone. */
bool digest_equal(const void *a, const void *b, size_t len);

#endif
