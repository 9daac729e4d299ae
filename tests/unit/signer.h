/*
 * signer.h - the other side of an HTTP signature: keys that sign.
 *
 * By OpenSSL directly and without anything of lib/, so that both sides cannot
 * be wrong in the same way.
 */
#ifndef SIGNER_H
#define SIGNER_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "sandbox.h"

#define SIGNER_TEXT_MAX 4096

/* How a key is made and what its public half is called. */
struct signer {
	const char *id;
	const char *type, *group; /* OpenSSL's */
	const char *crv;          /* JWK's */
	size_t len;               /* bytes of a coordinate */
	EVP_PKEY *pkey;
};

static inline void
signer_base64(char *dst, const unsigned char *src, size_t len, bool url)
{
	EVP_EncodeBlock((unsigned char *)dst, src, (int)len);
	for (char *c = dst; url && *c != '\0'; c++) {
		if (*c == '+')
			*c = '-';
		else if (*c == '/')
			*c = '_';
		else if (*c == '=')
			*c = '\0';
	}
}

static inline void
signer_make(struct signer *s, unsigned bits)
{
	if (strcmp(s->type, "RSA") == 0)
		s->pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);
	else if (strcmp(s->type, "EC") == 0)
		s->pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", s->group);
	else
		s->pkey = EVP_PKEY_Q_keygen(NULL, NULL, s->type);
	if (s->pkey == NULL)
		sandbox_die("a key");
}

static inline void
signer_number(const struct signer *s, const char *name, size_t len, char *dst)
{
	unsigned char bytes[2048];
	BIGNUM *n = NULL;

	if (!EVP_PKEY_get_bn_param(s->pkey, name, &n))
		sandbox_die(name);
	if (len == 0)
		len = (size_t)BN_num_bytes(n);
	BN_bn2binpad(n, bytes, (int)len);
	signer_base64(dst, bytes, len, true);
	BN_free(n);
}

/* The members of its JWK that say what it is, without braces. */
static inline void
signer_jwk(const struct signer *s, char *dst, size_t room)
{
	unsigned char raw[64];
	char a[2048] = "", b[256] = "";
	size_t len = sizeof(raw);

	if (strcmp(s->type, "RSA") == 0) {
		signer_number(s, OSSL_PKEY_PARAM_RSA_N, 0, a);
		signer_number(s, OSSL_PKEY_PARAM_RSA_E, 0, b);
		snprintf(dst, room, "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"",
		    a, b);
	} else if (strcmp(s->type, "EC") == 0) {
		signer_number(s, OSSL_PKEY_PARAM_EC_PUB_X, s->len, a);
		signer_number(s, OSSL_PKEY_PARAM_EC_PUB_Y, s->len, b);
		snprintf(dst, room,
		    "\"kty\":\"EC\",\"crv\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"",
		    s->crv, a, b);
	} else {
		if (!EVP_PKEY_get_raw_public_key(s->pkey, raw, &len))
			sandbox_die("a raw key");
		signer_base64(a, raw, len, true);
		snprintf(dst, room,
		    "\"kty\":\"OKP\",\"crv\":\"%s\",\"x\":\"%s\"", s->crv, a);
	}
}

/* DER into r and s side by side, each len bytes. */
static inline size_t
signer_raw(unsigned char *sig, size_t n, size_t len)
{
	const unsigned char *at = sig;
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)n);

	if (pair == NULL)
		sandbox_die("DER");
	BN_bn2binpad(ECDSA_SIG_get0_r(pair), sig, (int)len);
	BN_bn2binpad(ECDSA_SIG_get0_s(pair), sig + len, (int)len);
	ECDSA_SIG_free(pair);
	return 2 * len;
}

/*
 * Sign text with md (NULL: Ed25519) into dst, in base64.  pss: with a salt as
 * long as the digest; raw: r and s side by side.
 */
static inline void
signer_sign(const struct signer *s, const char *md, bool pss, bool raw,
    const char *text, char dst[static SIGNER_TEXT_MAX])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *inner = NULL;
	unsigned char sig[2048];
	size_t len = sizeof(sig);

	if (!EVP_DigestSignInit_ex(
		ctx, &inner, md, NULL, NULL, s->pkey, NULL) ||
	    (pss && (EVP_PKEY_CTX_set_rsa_padding(
			 inner, RSA_PKCS1_PSS_PADDING) <= 0 ||
			EVP_PKEY_CTX_set_rsa_pss_saltlen(
			    inner, RSA_PSS_SALTLEN_DIGEST) <= 0)) ||
	    !EVP_DigestSign(
		ctx, sig, &len, (const unsigned char *)text, strlen(text)))
		sandbox_die("a signature");
	EVP_MD_CTX_free(ctx);
	if (raw)
		len = signer_raw(sig, len, s->len);
	signer_base64(dst, sig, len, false);
}

#endif
