/* verify.c - verifies by the scheme, and once more after fetching a key. */
#include "verify/verify.h"
#include "keyset/keycache.h"
#include "profile/scheme.h"

/* Fetch the key that ok says is missing. */
static enum status
fetch_key(const struct provider *prov, const struct verify_terms *terms,
    struct span client, const struct verified *ok, struct reason *why)
{
	const struct keycache_terms fetch = {
	    terms->fetch, terms->now, terms->limit, client};

	if (prov->profile.certificate_url.kind != FIELD_NONE)
		return keycache_fetch(prov->cache, &fetch, ok->key, why);
	return keycache_refresh(prov->cache, &fetch, KEYCACHE_LACKS, why);
}

enum status
verify_request(const struct provider *prov, const struct request *req,
    const struct verify_terms *terms, struct verified *ok, struct reason *why)
{
	const struct scheme *scheme = prov->profile.scheme;
	enum status st = scheme->verify(prov, req, terms->arrived, ok, why);

	if (st == ST_OK || prov->cache == NULL || !ok->lacks_key)
		return st;
	st = fetch_key(
	    prov, terms, request_variable(req, "REMOTE_ADDR"), ok, why);
	if (st != ST_OK)
		return st;
	return scheme->verify(prov, req, terms->arrived, ok, why);
}
