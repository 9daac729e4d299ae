/* scheme.c - the table of schemes. */
#include <stdlib.h>

#include "httpsig.h"
#include "scheme.h"
#include "verify.h"

static const struct scheme table[] = {
    {
	.name = "hmac",
	.covers_body = true,
	.storable = true,
	.verify = verify_hmac,
    },
    {
	.name = "token",
	.verify = verify_token,
    },
    {
	.name = "httpsig",
	.covers_body = true,
	.storable = true,
	.timed = true,
	.public_keys = true,
	.signature = {"Authorization", "Signature"},
	.make = httpsig_make,
	.verify = verify_httpsig,
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
verified_free(struct verified *ok)
{
	signed_text_free(&ok->text);
	free(ok->headers);
	free(ok->target);
	*ok = (struct verified){.how = NULL};
}
