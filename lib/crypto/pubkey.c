/* pubkey.c - makes OpenSSL's keys from numbers, PEM, DER and text. */
#include <limits.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/encode.h"
#include "crypto/pubkey.h"

#define POINT_MAX    97 /* an uncompressed point of P-384 */
#define EXPONENT_MAX 8  /* bytes */
#define DER_MAX      2048

static const struct {
	const char *name; /* for people */
	const char *type; /* OpenSSL's name */
	/* OpenSSL's name of the curve, as OpenSSL reports it */
	const char *group;
	size_t len; /* bytes of a coordinate */
} row[] = {
    [PUBKEY_RSA] = {"RSA", "RSA", NULL, 0},
    [PUBKEY_P256] = {"EC P-256", "EC", "prime256v1", 32},
    [PUBKEY_P384] = {"EC P-384", "EC", "secp384r1", 48},
    [PUBKEY_ED25519] = {"Ed25519", "ED25519", NULL, 32},
};

#define ROW_N (sizeof(row) / sizeof(row[0]))

/*
 * True if the exponent is one that protects (odd and not 1), and that does not
 * take too long.
 */
static bool
exponent_ok(const BIGNUM *e)
{
	return e != NULL && BN_is_odd(e) && !BN_is_one(e) &&
	       BN_num_bytes(e) <= EXPONENT_MAX;
}

/*
 * True for a modulus of Infineon's broken generator (CVE-2017-15361, "ROCA"),
 * which can be factored: modulo each small prime it is a power of 65537.
 */
static bool
is_roca(const BIGNUM *n)
{
	static const unsigned char prime[] = {3, 5, 7, 11, 13, 17, 19, 23, 29,
	    31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101,
	    103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};

	for (size_t i = 0; i < sizeof(prime); i++) {
		BN_ULONG rest = BN_mod_word(n, prime[i]), power = 1;
		bool found = false;

		do {
			power = power * 65537 % prime[i];
			found = found || power == rest;
		} while (power != 1);
		if (!found)
			return false;
	}
	return true;
}

static bool
modulus_ok(const BIGNUM *n, int rsa_bits)
{
	return n != NULL && BN_is_odd(n) && !is_roca(n) &&
	       BN_num_bits(n) >= rsa_bits &&
	       BN_num_bits(n) <= PUBKEY_RSA_BITS_MAX;
}

/* Make a public key from the parameters in bld. */
static bool
build(struct pubkey *key, enum pubkey_kind kind, OSSL_PARAM_BLD *bld)
{
	OSSL_PARAM *param = OSSL_PARAM_BLD_to_param(bld);
	EVP_PKEY_CTX *ctx =
	    EVP_PKEY_CTX_new_from_name(NULL, row[kind].type, NULL);

	*key = (struct pubkey){.kind = kind};
	if (param == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key->pkey, EVP_PKEY_PUBLIC_KEY, param) != 1)
		pubkey_free(key);
	else
		key->bits = EVP_PKEY_get_bits(key->pkey);
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(param);
	return key->pkey != NULL;
}

bool
pubkey_rsa(struct pubkey *key, struct span n, struct span e, int rsa_bits)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	BIGNUM *modulus = NULL, *exponent = NULL;
	bool ok = false;

	*key = (struct pubkey){.pkey = NULL};
	if (bld == NULL || n.len > PUBKEY_RSA_BITS_MAX / 8 + 1 ||
	    e.len > EXPONENT_MAX + 1)
		goto out;
	modulus = BN_bin2bn(n.ptr, (int)n.len, NULL);
	exponent = BN_bin2bn(e.ptr, (int)e.len, NULL);
	ok = modulus_ok(modulus, rsa_bits) && exponent_ok(exponent) &&
	     OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, modulus) &&
	     OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, exponent) &&
	     build(key, PUBKEY_RSA, bld);
out:
	BN_free(modulus);
	BN_free(exponent);
	OSSL_PARAM_BLD_free(bld);
	return ok;
}

bool
pubkey_ec(
    struct pubkey *key, enum pubkey_kind kind, struct span x, struct span y)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	unsigned char point[POINT_MAX] = {POINT_CONVERSION_UNCOMPRESSED};
	size_t len = row[kind].len;
	bool ok = false;

	*key = (struct pubkey){.pkey = NULL};
	if (bld != NULL && row[kind].group != NULL && x.len == len &&
	    y.len == len) {
		memcpy(point + 1, x.ptr, len);
		memcpy(point + 1 + len, y.ptr, len);
		ok = OSSL_PARAM_BLD_push_utf8_string(
			 bld, OSSL_PKEY_PARAM_GROUP_NAME, row[kind].group, 0) &&
		     OSSL_PARAM_BLD_push_octet_string(
			 bld, OSSL_PKEY_PARAM_PUB_KEY, point, 2 * len + 1) &&
		     build(key, kind, bld);
	}
	OSSL_PARAM_BLD_free(bld);
	return ok;
}

bool
pubkey_ed25519(struct pubkey *key, struct span x)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	bool ok;

	*key = (struct pubkey){.pkey = NULL};
	ok = bld != NULL && x.len == row[PUBKEY_ED25519].len &&
	     OSSL_PARAM_BLD_push_octet_string(
		 bld, OSSL_PKEY_PARAM_PUB_KEY, x.ptr, x.len) &&
	     build(key, PUBKEY_ED25519, bld);
	OSSL_PARAM_BLD_free(bld);
	return ok;
}

/* Find the kind of an OpenSSL key.  False if it is none of ours. */
static bool
find_kind(EVP_PKEY *pkey, enum pubkey_kind *kind)
{
	char group[64] = "";

	for (size_t i = 0; i < ROW_N; i++) {
		if (!EVP_PKEY_is_a(pkey, row[i].type))
			continue;
		if (row[i].group != NULL &&
		    (!EVP_PKEY_get_group_name(
			 pkey, group, sizeof(group), NULL) ||
			strcmp(group, row[i].group) != 0))
			continue;
		*kind = (enum pubkey_kind)i;
		return true;
	}
	return false;
}

static bool
rsa_ok(const EVP_PKEY *pkey, int rsa_bits)
{
	BIGNUM *n = NULL, *e = NULL;
	bool ok = EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
		  EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) == 1 &&
		  modulus_ok(n, rsa_bits) && exponent_ok(e);

	BN_free(n);
	BN_free(e);
	return ok;
}

/*
 * Without this function OpenSSL would ask on the terminal for the password of
 * an encrypted block.
 */
static int
no_password(char *buf, int size, int writing, void *arg)
{
	if (size > 0)
		buf[0] = '\0';
	(void)writing;
	(void)arg;
	return -1;
}

/* Take over a key that OpenSSL read if it can be used; otherwise free it. */
static bool
adopt(struct pubkey *key, EVP_PKEY *pkey, int rsa_bits)
{
	*key = (struct pubkey){.pkey = pkey};
	if (pkey == NULL)
		return false;
	if (!find_kind(pkey, &key->kind) ||
	    (key->kind == PUBKEY_RSA && !rsa_ok(pkey, rsa_bits))) {
		pubkey_free(key);
		return false;
	}
	key->bits = EVP_PKEY_get_bits(pkey);
	return true;
}

static bool
read_pem(struct pubkey *key, struct span block, int rsa_bits)
{
	BIO *bio = BIO_new_mem_buf(block.ptr, (int)block.len);
	EVP_PKEY *pkey = NULL;

	if (bio != NULL)
		pkey = PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL);
	BIO_free(bio);
	return adopt(key, pkey, rsa_bits);
}

enum lookup
pubkey_pem(struct pubkey *key, struct span *pem, int rsa_bits)
{
	static const char begin[] = "-----BEGIN PUBLIC KEY-----";
	static const char end[] = "-----END PUBLIC KEY-----";
	struct span block;

	*key = (struct pubkey){.pkey = NULL};
	while (pem->len > 0 && !span_starts(*pem, span_str(begin)))
		*pem = span_skip(*pem, 1);
	if (pem->len == 0)
		return LOOKUP_NONE;
	block = *pem;
	*pem = span_skip(*pem, strlen(begin));
	while (pem->len > 0 && !span_starts(*pem, span_str(end)))
		*pem = span_skip(*pem, 1);
	if (pem->len == 0 || block.len > INT_MAX)
		return LOOKUP_INVALID;
	*pem = span_skip(*pem, strlen(end));
	block.len -= pem->len;
	return read_pem(key, block, rsa_bits) ? LOOKUP_FOUND : LOOKUP_INVALID;
}

/* Make a key from DER.  False if anything follows the key. */
static bool
read_der(struct pubkey *key, struct span der, int rsa_bits)
{
	const unsigned char *at = der.ptr;
	EVP_PKEY *pkey = d2i_PUBKEY(NULL, &at, (long)der.len);

	if (pkey != NULL && at != der.ptr + der.len) {
		EVP_PKEY_free(pkey);
		pkey = NULL;
	}
	return adopt(key, pkey, rsa_bits);
}

bool
pubkey_text(struct pubkey *key, struct span text, int rsa_bits)
{
	static const char whpk[] = "whpk_";
	unsigned char der[DER_MAX];
	size_t raw = row[PUBKEY_ED25519].len;
	bool bare = span_starts(text, span_str(whpk));
	ptrdiff_t n;

	*key = (struct pubkey){.pkey = NULL};
	if (bare)
		text = span_skip(text, strlen(whpk));
	if (!bare && decode_hex(der, raw, text))
		return pubkey_ed25519(key, span_mem(der, raw));
	n = decode_base64(der, sizeof(der), text);
	if (n < 0 && text.len / 2 <= sizeof(der) &&
	    decode_hex(der, text.len / 2, text))
		n = (ptrdiff_t)(text.len / 2);
	if (n == (ptrdiff_t)raw)
		return pubkey_ed25519(key, span_mem(der, raw));
	return n > 0 && !bare &&
	       read_der(key, span_mem(der, (size_t)n), rsa_bits);
}

const char *
pubkey_kind_name(enum pubkey_kind kind)
{
	return row[kind].name;
}

void
pubkey_free(struct pubkey *key)
{
	EVP_PKEY_free(key->pkey);
	*key = (struct pubkey){.pkey = NULL};
}
