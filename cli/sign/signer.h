/*
 * signer.h - one signature in the making, of those that name an algorithm.
 *
 * It is made with a private key or, without one, with the first secret of the
 * provider.
 */
#ifndef SIGNER_H
#define SIGNER_H

#include <stdbool.h>

#include "base/status.h"
#include "privkey.h"
#include "signing_input.h"

struct signer {
	const struct signing_request *sign;
	const struct provider *prov;
	const struct privkey *key; /* NULL: the provider's first secret */
	/* What key and settings leave, the first of several; alg.set is 0
	 * where they leave nothing. */
	struct privkey_alg alg;
};

/* Add the signature to the request's headers.  False: why is set. */
typedef bool (*signer_add_fn)(const struct signer *signer, struct reason *why);

/*
 * Read the key if the request names one, have the signature added, and check
 * what came out of it: with the public half of the key itself, for the sender's
 * key set may not have it yet.  False: why is set.
 */
bool signer_run(const struct signing_request *sign, enum alg_names names,
    signer_add_fn add, struct reason *why);

/* Sign text.  False: why is set. */
bool signer_sign(const struct signer *signer, struct span text,
    struct privkey_signature *sig, struct reason *why);

#endif
