/* sigalg.c - the table of algorithms, and verification by OpenSSL. */
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "crypto/scarce.h"
#include "crypto/sigalg.h"

/* Bytes of the longest ECDSA signature in DER: two integers of 48 bytes. */
#define DER_MAX 128

#define NO_DIGEST (-1)

static const struct row {
	unsigned alg;
	bool asymmetric; /* verified with a public key of this kind */
	enum pubkey_kind kind;
	int md;              /* enum digest; NO_DIGEST: Ed25519 has its own */
	size_t half;         /* ECDSA: bytes of r and of s; otherwise 0 */
	const char *name[4]; /* for each enum alg_names, or NULL */
	const char *alias;   /* another name in the drafts, or NULL */
} table[] = {
    {ALG_RSA_SHA1, true, PUBKEY_RSA, DIGEST_SHA1, 0,
	{NULL, NULL, NULL, "rsa-sha1"}, NULL},
    {ALG_RSA_SHA256, true, PUBKEY_RSA, DIGEST_SHA256, 0,
	{"rsa-sha256", "rsa-v1_5-sha256", "RS256", "rsa-sha256"}, NULL},
    {ALG_RSA_SHA384, true, PUBKEY_RSA, DIGEST_SHA384, 0,
	{NULL, NULL, "RS384", "rsa-sha384"}, NULL},
    {ALG_RSA_SHA512, true, PUBKEY_RSA, DIGEST_SHA512, 0,
	{"rsa-sha512", NULL, "RS512", "rsa-sha512"}, NULL},
    {ALG_RSA_PSS_SHA256, true, PUBKEY_RSA, DIGEST_SHA256, 0,
	{NULL, NULL, "PS256", "rsa-pss-sha256"}, NULL},
    {ALG_RSA_PSS_SHA384, true, PUBKEY_RSA, DIGEST_SHA384, 0,
	{NULL, NULL, "PS384", "rsa-pss-sha384"}, NULL},
    {ALG_RSA_PSS_SHA512, true, PUBKEY_RSA, DIGEST_SHA512, 0,
	{NULL, "rsa-pss-sha512", "PS512", "rsa-pss-sha512"}, NULL},
    {ALG_P256_SHA256, true, PUBKEY_P256, DIGEST_SHA256, 32,
	{"ecdsa-sha256", "ecdsa-p256-sha256", "ES256", "ecdsa-sha256"}, NULL},
    {ALG_P384_SHA384, true, PUBKEY_P384, DIGEST_SHA384, 48,
	{NULL, "ecdsa-p384-sha384", "ES384", "ecdsa-sha384"}, NULL},
    {ALG_ED25519, true, PUBKEY_ED25519, NO_DIGEST, 0,
	{"ed25519", "ed25519", "EdDSA", "ed25519"}, "ed25519-sha512"},
    {ALG_HMAC_SHA256, false, PUBKEY_RSA, DIGEST_SHA256, 0,
	{NULL, "hmac-sha256", "HS256", "hmac-sha256"}, NULL},
    {ALG_HMAC_SHA384, false, PUBKEY_RSA, DIGEST_SHA384, 0,
	{NULL, NULL, "HS384", "hmac-sha384"}, NULL},
    {ALG_HMAC_SHA512, false, PUBKEY_RSA, DIGEST_SHA512, 0,
	{NULL, NULL, "HS512", "hmac-sha512"}, NULL},
};

#define TABLE_N (sizeof(table) / sizeof(table[0]))

static bool
same(enum alg_names names, const char *name, struct span text)
{
	if (name == NULL)
		return false;
	if (names != ALG_NAMES_DRAFT)
		return span_is(text, name);
	return span_is_nocase(text, name);
}

unsigned
sigalg_named(enum alg_names names, struct span name)
{
	for (size_t i = 0; i < TABLE_N; i++) {
		if (same(names, table[i].name[names], name) ||
		    (names == ALG_NAMES_DRAFT &&
			same(names, table[i].alias, name)))
			return table[i].alg;
	}
	return 0;
}

unsigned
sigalg_setting(const char *name)
{
	unsigned alg = sigalg_named(ALG_NAMES_RFC9421, span_str(name));

	return alg != 0 ? alg : sigalg_named(ALG_NAMES_DRAFT, span_str(name));
}

unsigned
sigalg_all_named(enum alg_names names)
{
	unsigned set = 0;

	for (size_t i = 0; i < TABLE_N; i++)
		set |= table[i].name[names] != NULL ? table[i].alg : 0;
	return set;
}

unsigned
sigalg_of_kind(enum pubkey_kind kind)
{
	unsigned set = 0;

	for (size_t i = 0; i < TABLE_N; i++) {
		if (table[i].asymmetric && table[i].kind == kind)
			set |= table[i].alg;
	}
	return set;
}

const char *
sigalg_name(enum alg_names names, unsigned alg)
{
	for (size_t i = 0; i < TABLE_N; i++) {
		if (table[i].alg == alg && table[i].name[names] != NULL)
			return table[i].name[names];
	}
	return "unknown";
}

bool
sigalg_is_one(unsigned set)
{
	return set != 0 && (set & (set - 1)) == 0;
}

/*
 * Convert r || s, which are of equal length, to the DER that OpenSSL expects.
 * Returns the number of bytes, or 0 when out of memory.
 */
static size_t
raw_to_der(unsigned char dst[static DER_MAX], struct span sig)
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r = NULL, *s = NULL;
	size_t half = sig.len / 2;
	unsigned char *end = dst;
	int len = 0;

	if (pair == NULL)
		goto out;
	r = BN_bin2bn(sig.ptr, (int)half, NULL);
	s = BN_bin2bn(sig.ptr + half, (int)half, NULL);
	if (r == NULL || s == NULL || !ECDSA_SIG_set0(pair, r, s)) {
		BN_free(r);
		BN_free(s);
		goto out;
	}
	if (i2d_ECDSA_SIG(pair, NULL) <= DER_MAX)
		len = i2d_ECDSA_SIG(pair, &end);
out:
	ECDSA_SIG_free(pair);
	return len > 0 ? (size_t)len : 0;
}

/* OpenSSL's name of a hash function. */
static const char *
md_name(int md)
{
	static const char *const name[DIGEST__COUNT] = {
	    [DIGEST_SHA1] = "SHA1",
	    [DIGEST_SHA256] = "SHA256",
	    [DIGEST_SHA384] = "SHA384",
	    [DIGEST_SHA512] = "SHA512",
	};

	return name[md];
}

bool
sigalg_making(unsigned alg, struct sigalg_making *making)
{
	for (size_t i = 0; i < TABLE_N; i++) {
		const struct row *row = &table[i];

		if (row->alg != alg || !row->asymmetric)
			continue;
		*making = (struct sigalg_making){
		    .md = row->md == NO_DIGEST ? NULL : md_name(row->md),
		    .pss = (alg & ALG_RSA_PSS) != 0,
		    .half = row->half,
		};
		return true;
	}
	return false;
}

static bool
set_up(EVP_PKEY_CTX *ctx, const struct row *row)
{
	if (EVP_PKEY_verify_init(ctx) <= 0 ||
	    (row->kind == PUBKEY_RSA &&
		EVP_PKEY_CTX_set_rsa_padding(
		    ctx, (row->alg & ALG_RSA_PSS) == 0
			     ? RSA_PKCS1_PADDING
			     : RSA_PKCS1_PSS_PADDING) <= 0) ||
	    EVP_PKEY_CTX_set_signature_md(
		ctx, EVP_get_digestbyname(md_name(row->md))) <= 0)
		return false;
	if ((row->alg & ALG_RSA_PSS) == 0)
		return true;
	return EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, md_name(row->md), NULL) >
		   0 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) >
		   0;
}

/* The hash of the text by md, computed at the first call. */
static struct span
hash_of(struct sigalg_text *text, int md)
{
	if (!text->has_hash[md])
		digest_hash(
		    (enum digest)md, text->part, text->nparts, text->hash[md]);
	text->has_hash[md] = true;
	return span_mem(text->hash[md], digest_len((enum digest)md));
}

static enum status
verify_hash(const struct row *row, const struct pubkey *key,
    struct sigalg_text *text, struct span sig)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key->pkey, NULL);
	struct span hash = hash_of(text, row->md);
	enum status st = ST_TRY_LATER;

	if (ctx != NULL && set_up(ctx, row)) {
		st = ST_UNVERIFIED;
		if (EVP_PKEY_verify(
			ctx, sig.ptr, sig.len, hash.ptr, hash.len) == 1)
			st = ST_OK;
	}
	EVP_PKEY_CTX_free(ctx);
	return st;
}

/* Ed25519 hashes the text twice, and so needs the whole text at once. */
static enum status
verify_whole(
    const struct pubkey *key, const struct sigalg_text *text, struct span sig)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	enum status st = ST_TRY_LATER;

	if (ctx != NULL && EVP_DigestVerifyInit_ex(ctx, NULL, NULL, NULL, NULL,
			       key->pkey, NULL) == 1) {
		st = ST_UNVERIFIED;
		if (text->whole.ptr != NULL &&
		    EVP_DigestVerify(ctx, sig.ptr, sig.len, text->whole.ptr,
			text->whole.len) == 1)
			st = ST_OK;
	}
	EVP_MD_CTX_free(ctx);
	return st;
}

struct sigalg_text
sigalg_text_of(const struct span part[], size_t nparts)
{
	return (struct sigalg_text){.part = part, .nparts = nparts};
}

/* Verify by the algorithm of this row.  An ECDSA signature is DER. */
static enum status
verify_row(const struct row *row, const struct pubkey *key,
    struct sigalg_text *text, struct span sig)
{
	enum status st;

	if (row->md == NO_DIGEST)
		st = verify_whole(key, text, sig);
	else
		st = verify_hash(row, key, text, sig);
	return scarce_memory() && st == ST_UNVERIFIED ? ST_TRY_LATER : st;
}

enum status
sigalg_verify(unsigned alg, enum alg_names names, const struct pubkey *key,
    struct sigalg_text *text, struct span sig)
{
	unsigned char der[DER_MAX];
	const struct row *row = table;
	enum status st;

	while (row < table + TABLE_N &&
	       (row->alg != alg || !row->asymmetric || row->kind != key->kind))
		row++;
	if (row == table + TABLE_N)
		return ST_UNVERIFIED;
	if (row->half > 0 &&
	    (names == ALG_NAMES_RFC9421 || names == ALG_NAMES_JOSE)) {
		if (sig.len != 2 * row->half)
			return ST_UNVERIFIED;
		sig = span_mem(der, raw_to_der(der, sig));
		if (sig.len == 0)
			return ST_TRY_LATER;
	}
	st = verify_row(row, key, text, sig);
	/* With these, OpenSSL leaves no error when memory runs out. */
	if (st == ST_UNVERIFIED &&
	    (row->md == NO_DIGEST || (alg & ALG_RSA_PSS) != 0))
		st = verify_row(row, key, text, sig);
	return st;
}
