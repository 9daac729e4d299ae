/* scheme.c - the table of schemes. */
#include <stdio.h>
#include <stdlib.h>

#include "verify/asymmetric.h"
#include "verify/httpsig/httpsig.h"
#include "verify/jwt.h"
#include "verify/scheme.h"
#include "verify/standard.h"
#include "verify/verify.h"

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

void
verified_note_key(
    struct verified *ok, const struct keys *keys, const struct key *key)
{
	if (key->id != NULL)
		snprintf(ok->key, sizeof(ok->key), "%.*s", (int)key->id_len,
		    key->id);
	else
		snprintf(ok->key, sizeof(ok->key), "%zu",
		    (size_t)(key - keys->item) + 1);
}

void
verified_free(struct verified *ok)
{
	signed_text_free(&ok->text);
	free(ok->headers);
	free(ok->target);
	*ok = (struct verified){.how = NULL};
}
