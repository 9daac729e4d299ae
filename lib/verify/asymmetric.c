/* asymmetric.c - verifies signatures with public keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wildcard.h"
#include "crypto/sigalg.h"
#include "profile/keysource.h"
#include "profile/provider.h"
#include "verify/asymmetric.h"

static const struct {
	const char *scheme;
	enum digest digest;
	unsigned alg;
} row[] = {
    {"ecdsa", DIGEST_SHA256, ALG_P256_SHA256},
    {"ecdsa", DIGEST_SHA384, ALG_P384_SHA384},
    {"rsa", DIGEST_SHA1, ALG_RSA_SHA1},
    {"rsa", DIGEST_SHA256, ALG_RSA_SHA256},
    {"rsa", DIGEST_SHA384, ALG_RSA_SHA384},
    {"rsa", DIGEST_SHA512, ALG_RSA_SHA512},
};

bool
asymmetric_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	profile->asymmetric_prefix = profile->prefix;
	if (words->required_components[0] != NULL ||
	    words->algorithms[0] != NULL) {
		return profile_refuse(fault,
		    words->required_components[0] != NULL
			? "required_components"
			: "algorithms",
		    "has no effect with this scheme");
	}
	if (strcmp(words->scheme, "ed25519") == 0)
		profile->algorithms = ALG_ED25519;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (strcmp(words->scheme, row[i].scheme) == 0 &&
		    profile->digest == row[i].digest)
			profile->algorithms = row[i].alg;
	}
	if (profile->algorithms != 0)
		return true;
	fault->setting = "digest";
	reason_set(&fault->why, "the scheme %s does not work with %s",
	    words->scheme, digest_name(profile->digest));
	return false;
}

/*
 * Most senders write an ECDSA signature as DER, some as r and s side by side.
 * A signature is tried as both.
 */
static enum status
try_key(const struct key *key, unsigned alg, struct sigalg_text *text,
    struct span sig)
{
	enum status st =
	    sigalg_verify(alg, ALG_NAMES_PLAIN, &key->pub, text, sig);

	if (st == ST_UNVERIFIED &&
	    (alg == ALG_P256_SHA256 || alg == ALG_P384_SHA384))
		st = sigalg_verify(alg, ALG_NAMES_JOSE, &key->pub, text, sig);
	return st;
}

/* Try one signature with each key. */
static enum status
try_signature(const struct asymmetric *asymmetric, unsigned algorithms,
    struct sigalg_text *text, struct span sig, struct verified *ok)
{
	const struct key *key = NULL;
	enum status st = ST_UNVERIFIED;

	while (st == ST_UNVERIFIED && (key = keys_next(asymmetric->keys,
					   asymmetric->id, key)) != NULL) {
		unsigned alg = key->algorithms & algorithms;

		if (!sigalg_is_one(alg))
			continue;
		st = try_key(key, alg, text, sig);
		if (st != ST_OK)
			continue;
		ok->how = sigalg_name(ALG_NAMES_PLAIN, alg);
		verified_note_key(ok, asymmetric->keys, key);
	}
	return st;
}

/* Find the URL of the request's certificate, if the profile allows it. */
static enum status
find_url(struct asymmetric *asymmetric, const struct profile *profile,
    const struct request *req, struct reason *why)
{
	struct field_value value;
	enum status st = ST_UNVERIFIED;
	enum lookup found =
	    field_get(&profile->certificate_url, req, req->body, &value);

	if (found == LOOKUP_NONE) {
		reason_set(why,
		    "%s is missing: it should have the URL of the certificate",
		    profile->certificate_url.arg);
		return ST_UNVERIFIED;
	}
	/* A URL that matches has no NUL and no control characters. */
	if (found == LOOKUP_FOUND && value.text.len <= KEYS_ID_MAX &&
	    wildcard_any(
		profile->certificate_allowed_urls, PRESET_CERTS, value.text)) {
		asymmetric->owned =
		    strndup((const char *)value.text.ptr, value.text.len);
		asymmetric->id = span_str(asymmetric->owned);
		st = ST_OK;
	}
	field_value_free(&value);
	if (found == LOOKUP_NO_MEMORY ||
	    (st == ST_OK && asymmetric->owned == NULL)) {
		reason_set(why, "out of memory");
		return ST_TRY_LATER;
	}
	if (st != ST_OK)
		reason_set(why,
		    "%s has a URL that certificate_allowed_urls does not allow",
		    profile->certificate_url.arg);
	return st;
}

enum status
asymmetric_get(struct asymmetric *asymmetric, const struct request *req,
    int64_t now, struct verified *ok, struct reason *why)
{
	const struct provider *prov = asymmetric->prov;
	const struct key *key;
	enum status st;

	*asymmetric = (struct asymmetric){.prov = prov, .keys = &prov->keys};
	if (prov->profile.certificate_url.kind == FIELD_NONE)
		return ST_OK;
	asymmetric->keys = NULL;
	st = find_url(asymmetric, &prov->profile, req, why);
	if (st != ST_OK)
		return st;
	st = keysource_get(prov, now, &asymmetric->keys, why);
	if (st == ST_OK && ((key = keys_next(asymmetric->keys, asymmetric->id,
				 NULL)) == NULL ||
			       (key->expires != 0 && key->expires < now))) {
		reason_set(why, "the certificate has not been fetched yet");
		st = ST_UNVERIFIED;
	}
	if (st != ST_OK) {
		ok->lacks_key = true;
		snprintf(ok->key, sizeof(ok->key), "%s", asymmetric->owned);
		asymmetric_put(asymmetric);
	}
	return st;
}

void
asymmetric_put(struct asymmetric *asymmetric)
{
	if (asymmetric->owned != NULL)
		keysource_put(asymmetric->prov, asymmetric->keys);
	free(asymmetric->owned);
	*asymmetric = (struct asymmetric){.prov = asymmetric->prov};
}

enum status
asymmetric_match(const struct asymmetric *asymmetric, unsigned algorithms,
    const struct signatures *sigs, const struct signed_text *text,
    struct verified *ok)
{
	struct sigalg_text input = sigalg_text_of(text->part, text->n);
	struct text_whole whole = {.owned = NULL};
	enum status st = ST_UNVERIFIED;

	if (sigs->nasymmetric == 0 || asymmetric->keys == NULL ||
	    asymmetric->keys->n == 0)
		return ST_UNVERIFIED;
	if ((algorithms & ALG_ED25519) != 0) {
		st = signed_text_whole(text, &whole);
		if (st != ST_OK)
			return st;
		input.whole = whole.bytes;
		st = ST_UNVERIFIED;
	}
	for (size_t i = 0; i < sigs->nasymmetric && st == ST_UNVERIFIED; i++)
		st = try_signature(asymmetric, algorithms, &input,
		    span_mem(
			sigs->asymmetric[i].bytes, sigs->asymmetric[i].len),
		    ok);
	free(whole.owned);
	return st;
}
