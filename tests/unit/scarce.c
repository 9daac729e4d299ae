/*
 * scarce.c - which errors of OpenSSL mean that a signature cannot be judged now.
 */
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "crypto/scarce.h"

#include "../tap.h"

static void
read_key(const char *text)
{
	BIO *bio = BIO_new_mem_buf(text, -1);

	ok(PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) == NULL, "no key");
	BIO_free(bio);
}

int
main(void)
{
	ok(!scarce_memory(), "nothing went wrong");
	ERR_raise(ERR_LIB_EC, ERR_R_MALLOC_FAILURE);
	ERR_raise(ERR_LIB_EC, ERR_R_EC_LIB);
	ok(scarce_memory(), "memory ran out");
	ok(!scarce_memory(), "which is said once");
	ok(EVP_MD_fetch(NULL, "SHA-1024", NULL) == NULL, "no such algorithm");
	ok(scarce_memory(), "so no signature by it can be judged");
	read_key(
	    "-----BEGIN PUBLIC KEY-----\n"
	    "MCowBQYDK2VhAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
	    "-----END PUBLIC KEY-----\n");
	ok(!scarce_memory(), "which is of an unknown kind");
	read_key(
	    "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
	ok(!scarce_memory(), "which is no key at all");
	return done();
}
