/* schemes.c - the table of schemes. */
#include <stdio.h>

#include "verify/asymmetric.h"
#include "verify/httpsig/httpsig.h"
#include "verify/jwt.h"
#include "verify/schemes.h"
#include "verify/signed_text.h"
#include "verify/standard.h"
#include "verify/token.h"

static const struct scheme table[] = {
    {
	.name = "hmac",
	.sources = SCHEME_SECRETS,
	.macs = true,
	.covers_body = true,
	.storable = true,
	.verify = verify_signed,
    },
    {
	.name = "token",
	.sources = SCHEME_SECRETS,
	.verify = verify_token,
    },
    {
	.name = "ed25519",
	.sources = SCHEME_KEYS,
	.asymmetric = true,
	.covers_body = true,
	.storable = true,
	.make = asymmetric_make,
	.verify = verify_signed,
    },
    {
	.name = "ecdsa",
	.sources = SCHEME_KEYS,
	.asymmetric = true,
	.covers_body = true,
	.storable = true,
	.make = asymmetric_make,
	.verify = verify_signed,
    },
    {
	.name = "rsa",
	.sources = SCHEME_KEYS | SCHEME_CERTS,
	.asymmetric = true,
	.covers_body = true,
	.storable = true,
	.make = asymmetric_make,
	.verify = verify_signed,
    },
    {
	.name = "standard",
	.sources = SCHEME_SECRETS | SCHEME_KEYS,
	.mixes = true,
	.macs = true,
	.asymmetric = true,
	.covers_body = true,
	.storable = true,
	.prepare = standard_prepare,
	.make = standard_make,
	.verify = verify_signed,
    },
    {
	.name = "jwt",
	.sources = SCHEME_SECRETS | SCHEME_KEYS | SCHEME_SETS,
	.claims = true,
	.covers_body = true,
	.storable = true,
	.timed = true,
	.signature = {"Authorization"},
	.prepare = jwt_prepare,
	.make = jwt_make,
	.verify = verify_jwt,
    },
    {
	.name = "httpsig",
	.sources = SCHEME_SECRETS | SCHEME_KEYS | SCHEME_SETS,
	.covers_body = true,
	.storable = true,
	.timed = true,
	.signature = {"Authorization", "Signature"},
	.make = httpsig_make,
	.verify = verify_httpsig,
	.text = httpsig_text,
	.covered = httpsig_covered,
    },
};

const struct scheme *
scheme_find(struct span name)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (span_is(name, table[i].name))
			return &table[i];
	}
	return NULL;
}

const struct scheme *
scheme_of(const struct preset *words)
{
	return scheme_find(
	    span_str(words->scheme != NULL ? words->scheme : table[0].name));
}

/* "hmac, token, ...", into dst. */
static void
list_names(char *dst, size_t room)
{
	size_t used = 0;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		used += (size_t)snprintf(dst + used, room - used, "%s%s",
		    i == 0 ? "" : ", ", table[i].name);
}

bool
scheme_profile(struct profile *profile, const struct preset *words,
    long tolerance, struct profile_fault *fault)
{
	const struct scheme *scheme = scheme_of(words);
	char names[128];

	if (scheme != NULL)
		return profile_make(profile, words, scheme, tolerance, fault);
	*profile = (struct profile){.scheme = NULL};
	list_names(names, sizeof(names));
	fault->setting = "scheme";
	reason_set(&fault->why, "unknown scheme: must be one of %s", names);
	return false;
}
