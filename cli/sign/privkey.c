/* privkey.c - private keys and what is signed with them. */
#include <openssl/bio.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/shown.h"
#include "privkey.h"

#define FILE_MAX (64UL << 10) /* bytes */

static bool
find_public(struct privkey *key, struct reason *why)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	bool ok = false;
	long len;

	if (bio == NULL || PEM_write_bio_PUBKEY(bio, key->pkey) != 1 ||
	    (len = BIO_get_mem_data(bio, &text)) <= 0)
		reason_set(why, "its public half cannot be made");
	else
		ok = keys_from_pem(&key->public, span_mem(text, (size_t)len),
		    PUBKEY_RSA_BITS, why);
	BIO_free(bio);
	return ok;
}

static bool
parse(struct privkey *key, struct span text, struct reason *why)
{
	BIO *bio = BIO_new_mem_buf(text.ptr, (int)text.len);
	char none[] = ""; /* a passphrase, for otherwise it would ask for one */

	if (bio != NULL)
		key->pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, none);
	BIO_free(bio);
	ERR_clear_error();
	if (key->pkey != NULL && find_public(key, why))
		return true;
	if (key->pkey == NULL)
		reason_set(why, "no private key in PEM without a passphrase");
	return false;
}

bool
privkey_read(struct privkey *key, const char *path, int fd, struct reason *why)
{
	struct reason inner = {""};
	char shown[SHOWN_MAX];
	struct file_content content;
	bool ok = false;

	*key = (struct privkey){.pkey = NULL};
	if (fd > 0 ? file_read_open(fd, FILE_MAX, &content, &inner)
		   : file_read(path, FILE_MAX, &content, &inner)) {
		ok = parse(key, span_mem(content.bytes, content.len), &inner);
		OPENSSL_cleanse(content.bytes, content.len);
		free(content.bytes);
	}
	if (!ok) {
		privkey_free(key);
		reason_set(
		    why, "%s: %.300s", shown_path(shown, path), inner.text);
	}
	return ok;
}

static bool
set_padding(EVP_PKEY_CTX *ctx, const struct sigalg_making *making)
{
	if (!making->pss)
		return true;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) >
		   0;
}

/* DER as the two numbers side by side, in place. */
static bool
der_to_raw(struct privkey_signature *sig, size_t half)
{
	const unsigned char *at = sig->bytes;
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)sig->len);
	int len = (int)half;
	bool ok =
	    pair != NULL &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(pair), sig->bytes, len) == len &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(pair), sig->bytes + half, len) == len;

	ECDSA_SIG_free(pair);
	sig->len = 2 * half;
	return ok;
}

static bool
sign(const struct privkey *key, const struct sigalg_making *making,
    struct span text, struct privkey_signature *sig)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *inner = NULL; /* ctx's own */
	bool ok;

	sig->len = sizeof(sig->bytes);
	ok =
	    ctx != NULL &&
	    EVP_DigestSignInit_ex(
		ctx, &inner, making->md, NULL, NULL, key->pkey, NULL) == 1 &&
	    set_padding(inner, making) &&
	    EVP_DigestSign(ctx, sig->bytes, &sig->len, text.ptr, text.len) == 1;
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}

bool
privkey_sign(const struct privkey *key, struct privkey_alg alg,
    struct span text, struct privkey_signature *sig, struct reason *why)
{
	bool raw =
	    alg.names == ALG_NAMES_RFC9421 || alg.names == ALG_NAMES_JOSE;
	struct sigalg_making making;

	if (sigalg_making(alg.set, &making) && sign(key, &making, text, sig) &&
	    (!raw || making.half == 0 || der_to_raw(sig, making.half)))
		return true;
	reason_set(
	    why, "the key cannot sign by %s", sigalg_name(alg.names, alg.set));
	return false;
}

void
privkey_free(struct privkey *key)
{
	EVP_PKEY_free(key->pkey);
	keys_free(&key->public);
	key->pkey = NULL;
}
