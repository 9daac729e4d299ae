/* cert.c - checks certificates (X.509) and turns them into keys. */
#define _GNU_SOURCE /* timegm() */
#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/encode.h"
#include "base/stream.h"
#include "base/wildcard.h"
#include "cert.h"
#include "crypto/keys.h"
#include "parse/json.h"

#define CHAIN_MAX  10       /* most certificates of one file */
#define KEEP_MAX   KEYS_MAX /* most certificates of one sender */
#define NUMBER_MAX (PUBKEY_RSA_BITS_MAX / 8)

/*
 * Read the certificates of a file.  Returns the first; the others go into
 * *rest.
 */
static X509 *
read_all(struct span pem, STACK_OF(X509) * rest)
{
	BIO *bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	X509 *first = NULL, *next;

	while (bio != NULL && sk_X509_num(rest) < CHAIN_MAX &&
	       (next = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
		if (first == NULL) {
			first = next;
		} else if (sk_X509_push(rest, next) <= 0) {
			X509_free(next);
			break;
		}
	}
	BIO_free(bio);
	ERR_clear_error();
	return first;
}

static bool
name_fits(const struct cert_policy *policy, const ASN1_STRING *name)
{
	struct span text = span_mem(
	    ASN1_STRING_get0_data(name), (size_t)ASN1_STRING_length(name));

	return wildcard_any(policy->names, policy->nnames, text);
}

/*
 * True if a DNS name of the certificate is allowed or, if it has none, the
 * common name.
 */
static bool
has_name(const struct cert_policy *policy, const X509 *cert)
{
	GENERAL_NAMES *alt =
	    X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	const X509_NAME *subject = X509_get_subject_name(cert);
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	bool any = false, fits = false;

	for (int i = 0; i < sk_GENERAL_NAME_num(alt) && !fits; i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(alt, i);

		if (name->type != GEN_DNS)
			continue;
		any = true;
		fits = name_fits(policy, name->d.dNSName);
	}
	GENERAL_NAMES_free(alt);
	return fits ||
	       (!any && at >= 0 &&
		   name_fits(policy, X509_NAME_ENTRY_get_data(
					 X509_NAME_get_entry(subject, at))));
}

/*
 * Check the chain only: the certificate is not for TLS, so its purpose does not
 * matter.
 */
static bool
check_chain(const struct cert_policy *policy, X509 *cert, STACK_OF(X509) * rest,
    struct reason *why)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	int error = X509_V_ERR_OUT_OF_MEM;
	bool ok = false;

	if (store == NULL || ctx == NULL ||
	    (policy->ca_file != NULL
		    ? X509_STORE_load_file(store, policy->ca_file)
		    : X509_STORE_set_default_paths(store)) != 1 ||
	    X509_STORE_CTX_init(ctx, store, cert, rest) != 1)
		goto out;
	X509_VERIFY_PARAM_set_time(
	    X509_STORE_CTX_get0_param(ctx), (time_t)policy->now);
	ok = X509_verify_cert(ctx) == 1;
	error = X509_STORE_CTX_get_error(ctx);
out:
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	ERR_clear_error();
	/* If the issuers are not in the file, the issuer cannot be found. */
	if (!ok && policy->alone &&
	    (error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
		error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE))
		ok = true;
	if (!ok)
		reason_set(why, "the certificate is not trusted: %s",
		    X509_verify_cert_error_string(error));
	return ok;
}

/*
 * The end of the certificate in seconds since 1970, or -1 if it is not valid
 * now.
 */
static int64_t
valid_until(const struct cert_policy *policy, const X509 *cert)
{
	time_t now = (time_t)policy->now;
	struct tm end;

	if (X509_cmp_time(X509_get0_notBefore(cert), &now) >= 0 ||
	    X509_cmp_time(X509_get0_notAfter(cert), &now) <= 0 ||
	    ASN1_TIME_to_tm(X509_get0_notAfter(cert), &end) != 1)
		return -1;
	return timegm(&end);
}

/* Write a number of the key in base64url. */
static bool
put_number(FILE *f, const EVP_PKEY *pkey, const char *param)
{
	unsigned char bytes[NUMBER_MAX];
	char text[ENCODE_BASE64_ROOM(NUMBER_MAX)];
	BIGNUM *n = NULL;
	int len = 0;

	if (EVP_PKEY_get_bn_param(pkey, param, &n) == 1 &&
	    BN_num_bytes(n) <= NUMBER_MAX)
		len = BN_bn2bin(n, bytes);
	BN_free(n);
	if (len <= 0)
		return false;
	encode_base64url(text, span_mem(bytes, (size_t)len));
	fputs(text, f);
	return true;
}

/*
 * Make a JWK.  The URL was checked, and has no character that JSON would
 * escape.  False: why is set.
 */
static bool
make_jwk(const struct cert_policy *policy, const X509 *cert, char **jwk,
    struct reason *why)
{
	const EVP_PKEY *pkey = X509_get0_pubkey(cert);
	long long until = valid_until(policy, cert);
	size_t len = 0;
	FILE *f;
	bool ok;

	*jwk = NULL;
	if (pkey == NULL || !EVP_PKEY_is_a(pkey, "RSA")) {
		reason_set(why, "the certificate has no RSA key");
		return false;
	}
	if ((f = open_memstream(jwk, &len)) == NULL) {
		reason_set(why, "out of memory");
		return false;
	}
	fprintf(f,
	    "{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"%s\","
	    "\"exp\":%lld,\"n\":\"",
	    policy->url, until);
	ok = put_number(f, pkey, OSSL_PKEY_PARAM_RSA_N);
	fputs("\",\"e\":\"", f);
	ok = put_number(f, pkey, OSSL_PKEY_PARAM_RSA_E) && ok;
	fputs("\"}", f);
	if (!stream_end(f, jwk)) {
		reason_set(why, "out of memory");
		return false;
	}
	if (ok)
		return true;
	reason_set(why,
	    "the RSA key of the certificate has more than %d bits, or there "
	    "is not enough memory to read it",
	    PUBKEY_RSA_BITS_MAX);
	free(*jwk);
	*jwk = NULL;
	return false;
}

bool
cert_read(const struct cert_policy *policy, struct span pem, char **jwk,
    struct reason *why)
{
	STACK_OF(X509) *rest = sk_X509_new_null();
	X509 *cert = NULL;
	bool ok = false;

	*jwk = NULL;
	if (rest != NULL && pem.len <= INT_MAX)
		cert = read_all(pem, rest);
	if (rest == NULL)
		reason_set(why, "out of memory");
	else if (cert == NULL)
		reason_set(why, "the answer is not a certificate in PEM");
	else if (valid_until(policy, cert) < 0)
		reason_set(why, "the certificate is not valid now");
	else if (!has_name(policy, cert))
		reason_set(why, "the certificate is not for the host name %s",
		    *policy->names);
	else
		ok = check_chain(policy, cert, rest, why) &&
		     make_jwk(policy, cert, jwk, why);
	X509_free(cert);
	sk_X509_pop_free(rest, X509_free);
	return ok;
}

/*
 * True for a key that is kept: it has another id and has not expired.  *whole
 * becomes false when out of memory.
 */
static bool
stays(const struct cert_policy *policy, struct span key, bool *whole)
{
	struct json_member kid, exp;
	char *text;
	size_t len;
	bool other;

	if (!json_find(key, "kid", &kid) || kid.kind != JSON_STRING ||
	    !json_find(key, "exp", &exp) ||
	    span_number(exp.value) < policy->now)
		return false;
	if (!json_text(&kid, &text, &len)) {
		*whole = false;
		return false;
	}
	other = !span_is(span_mem(text, len), policy->url);
	free(text);
	return other;
}

char *
cert_add(const struct cert_policy *policy, const char *jwk, struct span old)
{
	struct json_member keys, key;
	struct json_walk walk;
	char *text = NULL;
	size_t len = 0, n = 1;
	bool whole = true;
	FILE *f = open_memstream(&text, &len);

	if (f == NULL)
		return NULL;
	fprintf(f, "{\"keys\":[%s", jwk);
	if (json_find(old, "keys", &keys) &&
	    json_walk(&walk, keys.value, JSON_STRICT)) {
		while (n < KEEP_MAX && json_next(&walk, &key)) {
			if (!stays(policy, key.value, &whole))
				continue;
			fprintf(f, ",%.*s", (int)key.value.len,
			    (const char *)key.value.ptr);
			n++;
		}
	}
	fputs("]}", f);
	if (!stream_end(f, &text) || whole)
		return text;
	free(text);
	return NULL;
}
