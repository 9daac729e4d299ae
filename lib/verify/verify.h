/*
 * verify.h - is a request genuine?
 *
 * The one way into this room for a delivery: by the provider's scheme, and with
 * a key that it lacks fetched, where that can be.
 */
#ifndef VERIFY_H
#define VERIFY_H

#include <stdint.h>

#include "base/status.h"
#include "http/request.h"
#include "profile/provider.h"
#include "verify/verified.h"

/* When and how; times are seconds since 1970. */
struct verify_terms {
	int64_t arrived;   /* when the request came: it is judged by that */
	int64_t now;       /* for the age of keys */
	const char *fetch; /* the program of fetcher.h */
};

/*
 * Results as for a scheme's verify (scheme.h); keys that are not known may be
 * new, so ST_TRY_LATER also where they are lacking and could not be fetched.
 */
enum status verify_request(const struct provider *prov,
    const struct request *req, const struct verify_terms *terms,
    struct verified *ok, struct reason *why);

#endif
