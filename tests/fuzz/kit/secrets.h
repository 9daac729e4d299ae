/*
 * secrets.h - what the sender signs with; the third is a stranger's.
 */
#ifndef SECRETS_H
#define SECRETS_H

#include <openssl/evp.h>

/* Nothing else that a fuzzer makes has them in it by chance. */
static const char *const secret_text[3] = {"0f8fad5bd9cb469fa16570867728950e",
    "7c9e66796fa34bd8a2ba1f6e0f0c5a11", "b3c8d1e0aa3047c6a7f0e2d4c6b8a090"};

/* The stranger's key of the kind of key, or key itself. */
EVP_PKEY *secret_key(EVP_PKEY *key, long which);

#endif
