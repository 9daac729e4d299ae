/*
 * pairs.h - a key of each kind, its public half in every spelling.
 */
#ifndef PAIRS_H
#define PAIRS_H

#include <openssl/x509.h>

#include "base/encode.h"
#include "signer.h"

static struct signer signer[] = {
    {.id = "ed", .type = "ED25519", .crv = "Ed25519"},
    {.id = "p256", .type = "EC", .group = "P-256", .len = 32},
    {.id = "p384", .type = "EC", .group = "P-384", .len = 48},
    {.id = "rsa", .type = "RSA"},
    {.id = "k1", .type = "EC", .group = "secp256k1", .len = 32},
};

enum { ED, P256, P384, RSA2048, K1 };

/* The key's DER in base64, its PEM, its raw bytes, each in its own buffer. */
static char der64[5][1024], pem[5][2048], raw_hex[128], raw64[128];

static inline void
make_signer(int i)
{
	unsigned char *der = NULL, raw[64];
	size_t len = sizeof(raw);
	BIO *bio = BIO_new(BIO_s_mem());
	int n;

	signer_make(&signer[i], 2048);
	n = i2d_PUBKEY(signer[i].pkey, &der);
	if (n <= 0 || !PEM_write_bio_PUBKEY(bio, signer[i].pkey))
		sandbox_die("a public key");
	signer_base64(der64[i], der, (size_t)n, false);
	n = BIO_read(bio, pem[i], sizeof(pem[i]) - 1);
	pem[i][n] = '\0';
	if (i == ED) {
		EVP_PKEY_get_raw_public_key(signer[i].pkey, raw, &len);
		signer_base64(raw64, raw, len, false);
		encode_hex(raw_hex, span_mem(raw, len));
	}
	OPENSSL_free(der);
	BIO_free(bio);
}

#endif
