/*
 * sigcheck.h - one HTTP signature against what the provider has to check it.
 *
 * In the words that both forms of HTTP signatures share.  Secrets and public
 * keys never meet: a provider has the one or the other.
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
	unsigned algorithms;   /* that settings and request leave */
	struct span signature; /* base64 */
	struct span text;      /* what is signed */
};

/*
 * Check the claim with the provider's secrets or keys, at the time now.  The
 * algorithm must follow from them, the settings and the claim together.
 *
 * ST_OK: ok says how, and which secret or key.  ST_UNVERIFIED and ST_TRY_LATER with why set.
 */
enum status sigcheck_run(const struct sigcheck *check,
    const struct provider *prov, int64_t now, struct verified *ok,
    struct reason *why);

#endif
