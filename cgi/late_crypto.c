/*
 * late_crypto.c - loads libcrypto's functions for public keys when they are
 * needed.
 *
 * A program that is linked with libcrypto starts 0.7 ms later.  That is as long
 * as a CGI process takes for everything else, and most deliveries need only a
 * hash.  Therefore FAST_CGI=1 links the hash functions into the receiver.  Every
 * other function that lib/crypto/pubkey.c and lib/crypto/sigalg.c call is
 * defined here under its own name.  The first call loads the system's shared
 * libcrypto, and each call is passed on to it.
 *
 * A function that is missing here is an error of the linker.
 */
#include <dlfcn.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/opensslv.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "base/log.h"

#define TEXT_OF(x) #x
#define TEXT(x)    TEXT_OF(x)
/* The library that the header files belong to. */
#define LIBRARY "libcrypto.so." TEXT(OPENSSL_SHLIB_VERSION)

/*
 * Number of parameters, type of the result, name, parameters.  V: returns void.
 */
/* clang-format off */
#define ALL(F, V) \
	F(1, int, BIO_free, BIO *) \
	F(2, BIO *, BIO_new_mem_buf, const void *, int) \
	F(3, BIGNUM *, BN_bin2bn, const unsigned char *, int, BIGNUM *) \
	V(1, BN_free, BIGNUM *) \
	F(1, int, BN_is_odd, const BIGNUM *) \
	F(1, int, BN_is_one, const BIGNUM *) \
	F(2, BN_ULONG, BN_mod_word, const BIGNUM *, BN_ULONG) \
	F(1, int, BN_num_bits, const BIGNUM *) \
	V(1, ECDSA_SIG_free, ECDSA_SIG *) \
	F(0, ECDSA_SIG *, ECDSA_SIG_new, void) \
	F(3, int, ECDSA_SIG_set0, ECDSA_SIG *, BIGNUM *, BIGNUM *) \
	V(0, ERR_clear_error, void) \
	F(0, unsigned long, ERR_get_error, void) \
	F(5, int, EVP_DigestVerify, EVP_MD_CTX *, const unsigned char *, \
	    size_t, const unsigned char *, size_t) \
	F(7, int, EVP_DigestVerifyInit_ex, EVP_MD_CTX *, EVP_PKEY_CTX **, \
	    const char *, OSSL_LIB_CTX *, const char *, EVP_PKEY *, \
	    const OSSL_PARAM *) \
	V(1, EVP_MD_CTX_free, EVP_MD_CTX *) \
	F(0, EVP_MD_CTX *, EVP_MD_CTX_new, void) \
	F(1, const EVP_MD *, EVP_get_digestbyname, const char *) \
	V(1, EVP_PKEY_CTX_free, EVP_PKEY_CTX *) \
	F(2, EVP_PKEY_CTX *, EVP_PKEY_CTX_new, EVP_PKEY *, ENGINE *) \
	F(3, EVP_PKEY_CTX *, EVP_PKEY_CTX_new_from_name, OSSL_LIB_CTX *, \
	    const char *, const char *) \
	F(2, int, EVP_PKEY_CTX_set_signature_md, EVP_PKEY_CTX *, \
	    const EVP_MD *) \
	F(3, int, EVP_PKEY_CTX_set_rsa_mgf1_md_name, EVP_PKEY_CTX *, \
	    const char *, const char *) \
	F(2, int, EVP_PKEY_CTX_set_rsa_padding, EVP_PKEY_CTX *, int) \
	F(2, int, EVP_PKEY_CTX_set_rsa_pss_saltlen, EVP_PKEY_CTX *, int) \
	V(1, EVP_PKEY_free, EVP_PKEY *) \
	F(4, int, EVP_PKEY_fromdata, EVP_PKEY_CTX *, EVP_PKEY **, int, \
	    OSSL_PARAM *) \
	F(1, int, EVP_PKEY_fromdata_init, EVP_PKEY_CTX *) \
	F(1, int, EVP_PKEY_get_bits, const EVP_PKEY *) \
	F(3, int, EVP_PKEY_get_bn_param, const EVP_PKEY *, const char *, \
	    BIGNUM **) \
	F(4, int, EVP_PKEY_get_group_name, const EVP_PKEY *, char *, size_t, \
	    size_t *) \
	F(5, int, EVP_PKEY_verify, EVP_PKEY_CTX *, const unsigned char *, \
	    size_t, const unsigned char *, size_t) \
	F(1, int, EVP_PKEY_verify_init, EVP_PKEY_CTX *) \
	F(2, int, EVP_PKEY_is_a, const EVP_PKEY *, const char *) \
	V(1, OSSL_PARAM_BLD_free, OSSL_PARAM_BLD *) \
	F(0, OSSL_PARAM_BLD *, OSSL_PARAM_BLD_new, void) \
	F(3, int, OSSL_PARAM_BLD_push_BN, OSSL_PARAM_BLD *, const char *, \
	    const BIGNUM *) \
	F(4, int, OSSL_PARAM_BLD_push_octet_string, OSSL_PARAM_BLD *, \
	    const char *, const void *, size_t) \
	F(4, int, OSSL_PARAM_BLD_push_utf8_string, OSSL_PARAM_BLD *, \
	    const char *, const char *, size_t) \
	F(1, OSSL_PARAM *, OSSL_PARAM_BLD_to_param, OSSL_PARAM_BLD *) \
	V(1, OSSL_PARAM_free, OSSL_PARAM *) \
	F(4, EVP_PKEY *, PEM_read_bio_PUBKEY, BIO *, EVP_PKEY **, \
	    pem_password_cb *, void *) \
	F(3, EVP_PKEY *, d2i_PUBKEY, EVP_PKEY **, const unsigned char **, \
	    long) \
	F(2, int, i2d_ECDSA_SIG, const ECDSA_SIG *, unsigned char **)

#define POINTER(n, type, name, ...) type (*name##_)(__VA_ARGS__);
#define POINTER_V(n, name, ...)     void (*name##_)(__VA_ARGS__);

/* The addresses of the functions: set once, and constant afterwards. */
static struct {
	bool loaded;
	ALL(POINTER, POINTER_V)
} late;
static pthread_once_t once = PTHREAD_ONCE_INIT;

#define ROW(n, type, name, ...) {#name, &late.name##_},
#define ROW_V(n, name, ...)     {#name, &late.name##_},
static const struct {
	const char *name;
	void *to; /* the address of a pointer to a function */
} row[] = {ALL(ROW, ROW_V)};

static void
load(void)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	size_t i = 0;

	for (; library != NULL && i < sizeof(row) / sizeof(row[0]); i++) {
		void *found = dlsym(library, row[i].name);

		if (found == NULL)
			break;
		/* POSIX: what dlsym() returns may be the address of a
		 * function. */
		memcpy(row[i].to, &found, sizeof(found));
	}
	late.loaded = i == sizeof(row) / sizeof(row[0]);
	if (!late.loaded)
		log_line(&log_stderr, LVL_ERROR,
		    "public-key signatures cannot be verified: " LIBRARY
		    " cannot be loaded: %s",
		    dlerror());
}

/* If the library is not loaded, each function returns 0 or does nothing. */
static bool
is_loaded(void)
{
	return pthread_once(&once, load) == 0 && late.loaded;
}

#define TAKE_0(t) t
#define TAKE_1(t) t a
#define TAKE_2(t, u) t a, u b
#define TAKE_3(t, u, v) t a, u b, v c
#define TAKE_4(t, u, v, w) t a, u b, v c, w d
#define TAKE_5(t, u, v, w, x) t a, u b, v c, w d, x e
#define TAKE_7(t, u, v, w, x, y, z) t a, u b, v c, w d, x e, y f, z g
#define PASS_0
#define PASS_1 a
#define PASS_2 a, b
#define PASS_3 a, b, c
#define PASS_4 a, b, c, d
#define PASS_5 a, b, c, d, e
#define PASS_7 a, b, c, d, e, f, g

#define CALL(n, type, name, ...) \
	type name(TAKE_##n(__VA_ARGS__)) \
	{ \
		return is_loaded() ? late.name##_(PASS_##n) : 0; \
	}
#define CALL_V(n, name, ...) \
	void name(TAKE_##n(__VA_ARGS__)) \
	{ \
		if (is_loaded()) \
			late.name##_(PASS_##n); \
	}

/* One of OpenSSL's functions takes seven. */
/* NOLINTNEXTLINE(readability-*) */
ALL(CALL, CALL_V)
/* clang-format on */
