/*
 * verify.h - is a request genuine?
 *
 * The pipeline calls only this module of verify.  It checks a delivery by the
 * provider's scheme.  If the provider does not have the key and keys can be
 * fetched, it fetches them and checks once more.
 */
#ifndef VERIFY_H
#define VERIFY_H

#include <stdint.h>

#include "base/status.h"
#include "http/request.h"
#include "keyset/fetch_limit.h"
#include "profile/provider.h"
#include "verify/verified.h"

/* Times, in seconds since 1970, and how keys are fetched. */
struct verify_terms {
	int64_t arrived;           /* when the request came */
	int64_t now;               /* the present time, for the age of keys */
	const char *fetch;         /* path of hookdir-fetch, see fetcher.h */
	struct fetch_limit *limit; /* fetch_limit.h; or NULL */
};

/*
 * Results are those of a scheme's verify (scheme.h).  ST_TRY_LATER also if the
 * key is not known and keys could not be fetched: the key may be new.
 */
enum status verify_request(const struct provider *prov,
    const struct request *req, const struct verify_terms *terms,
    struct verified *ok, struct reason *why);

#endif
