/* check_keys.c - are there keys, and can new ones be fetched? */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "keyset/fetcher.h"
#include "keyset/keycache.h"
#include "profile/scheme.h"

#define DAY 86400

/* Certificates are fetched when a delivery names one, whatever their age. */
static void
check_set(struct check *check, const struct provider *prov)
{
	bool certs = prov->profile.certificate_url.kind != FIELD_NONE;
	struct keycache_state state;
	struct reason why = {""};

	if (keycache_look(prov->cache, check->now, &state, &why) != ST_OK) {
		if (!certs)
			log_line(&check->log, LVL_WARNING,
			    "%s: %s: the first delivery fetches one, and so "
			    "does hookdir keys --refresh",
			    prov->name, why.text);
		return;
	}
	if (!certs && state.age > state.keep)
		log_line(&check->log, LVL_ERROR,
		    "%s: the key set is %lld days old and is no longer used: "
		    "hookdir keys --refresh says why there is no newer one",
		    prov->name, (long long)(state.age / DAY));
	else if (!certs && state.age > KEYFILE_AGE_MAX)
		log_line(&check->log, LVL_WARNING,
		    "%s: the key set is %lld days old and is used for %lld "
		    "days: there was no delivery, or its source is down: run "
		    "hookdir keys --refresh, which can be a cron job",
		    prov->name, (long long)(state.age / DAY),
		    (long long)(state.keep / DAY));
	else
		log_line(&check->log, LVL_INFO, "%s: a set of %zu key%s",
		    prov->name, state.keys->n, state.keys->n == 1 ? "" : "s");
	keycache_put(prov->cache, state.keys);
}

/* True if a delivery for another customer of the sender would be refused. */
static bool
is_bound(const struct profile *profile)
{
	if (!profile->scheme->claims)
		return profile->public_url != NULL;
	for (size_t i = 0; i < profile->nsigned; i++) {
		if (strcmp(profile->claim[i], "aud") == 0 ||
		    template_has(&profile->signed_payload[i], OP_URL))
			return true;
	}
	return false;
}

static void
check_binding(const struct check *check, const struct provider *prov)
{
	const struct profile *profile = &prov->profile;

	if ((profile->scheme->sources & SCHEME_SETS) == 0 || is_bound(profile))
		return;
	log_line(&check->log, LVL_WARNING,
	    "%s: if the sender uses these keys for all its customers, any of "
	    "them can have a delivery signed that passes here: set %s",
	    prov->name,
	    profile->scheme->claims
		? "another claim, such as \"aud=YOUR-ID\" or \"url={url}\""
		: "public_url, the URL that you gave to the sender");
}

void
check_keys(struct check *check)
{
	const struct config *cfg = check->cfg;
	char program[PATH_MAX];
	bool any = false;

	for (size_t i = 0; i < cfg->nprovider; i++) {
		if (cfg->provider[i].cache == NULL)
			continue;
		any = true;
		check_set(check, &cfg->provider[i]);
		check_binding(check, &cfg->provider[i]);
	}
	fetcher_locate(program);
	if (any && access(program, X_OK) != 0)
		log_line(&check->log, LVL_ERROR,
		    "%s: %s: no key set can be fetched without it", program,
		    strerror(errno));
}
