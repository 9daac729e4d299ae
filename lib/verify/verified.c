/* verified.c - what was found genuine. */
#include <stdio.h>
#include <stdlib.h>

#include "verify/verified.h"

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
