/* scheme.c - the table of schemes. */
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
	*ok = (struct verified){.how = NULL};
}
