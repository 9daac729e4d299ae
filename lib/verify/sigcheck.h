/*
 * sigcheck.h - checks one signature with a provider's secrets or keys.
 *
 * For HTTP signatures in both forms, and for tokens.  A provider of these
 * schemes has either secrets or public keys, never both.
 */
#ifndef SIGCHECK_H
#define SIGCHECK_H

#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "crypto/sigalg.h"
#include "verify/verified.h"

struct sigcheck {
	enum alg_names names;
	struct span key_id;
	unsigned algorithms;   /* allowed by the settings and the request */
	struct span signature; /* base64 */
	struct span text;      /* the signed text */
};

/*
 * Check a signature at the time now, in seconds since 1970.  Keys, settings and
 * request together must determine a single algorithm.
 *
 * ST_OK: ok says by which algorithm, by which secret or key, and over which
 * text: ok->digest.  ST_UNVERIFIED
 * and ST_TRY_LATER with why set; ok->lacks_key if the provider does not have
 * the key.
 */
enum status sigcheck_run(const struct sigcheck *check,
    const struct provider *prov, int64_t now, struct verified *ok,
    struct reason *why);

#endif
